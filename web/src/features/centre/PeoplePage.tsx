import { useCallback, useEffect, useState } from 'react';
import { get, Problem, put } from './api';
import { Dialog } from './Dialog';
import { useHouse, useWords } from './context';
import type { Labels } from './types';

interface Grant { plant: string; area: string; rights: string[] }
interface Account { name: string; shown: Labels; disabled: boolean; version: number; grants: Grant[] }

export default function PeoplePage() {
  const { t, language, label } = useWords();
  const [found, setFound] = useState<{ accounts: Account[]; rights: string[] } | null>(null);
  const [chosen, setChosen] = useState<Account | null>(null);
  const [problem, setProblem] = useState('');
  const read = useCallback(() => { get<{ accounts: Account[]; rights: string[] }>('/accounts').then(setFound, (refused: Problem) => setProblem(refused.in(language))); }, [language]);
  useEffect(read, [read]);
  return (
    <div className="people">
      <h1>{t('centre.nav.people')}</h1>
      {problem ? <p role="alert" className="refused">{problem}</p> : null}
      <section className="panel wide">
        <div className="row"><span className="grow quiet">{t('centre.people.sentence')}</span><button type="button" onClick={() => setChosen({ name: '', shown: { zh: '', en: '' }, disabled: false, version: 0, grants: [] })}>{t('centre.people.add')}</button></div>
        <table className="rows"><thead><tr><th>{t('centre.signin.name')}</th><th>{t('centre.people.shown')}</th><th>{t('centre.people.rights')}</th><th /></tr></thead>
          <tbody>{found?.accounts.map((one) => <tr key={one.name}><td>{one.name}{one.disabled ? <span className="chip hot">{t('centre.people.disabled')}</span> : null}</td><td>{label(one.shown)}</td><td>{one.grants.map((grant) => <div key={grant.plant + grant.area}>{grant.plant} / {grant.area}: {grant.rights.map((right) => t(`centre.right.${right}`)).join('、')}</div>)}</td><td><button type="button" onClick={() => setChosen(one)}>{t('centre.people.edit')}</button></td></tr>)}</tbody>
        </table>
      </section>
      {chosen ? <Edit key={chosen.name} account={chosen} rights={found?.rights ?? []} onClose={(changed) => { setChosen(null); if (changed) read(); }} /> : null}
    </div>
  );
}

function Edit({ account, rights, onClose }: { account: Account; rights: string[]; onClose: (changed: boolean) => void }) {
  const { model } = useHouse();
  const { t, language, label } = useWords();
  const [name, setName] = useState(account.name);
  const [shown, setShown] = useState(account.shown);
  const [password, setPassword] = useState('');
  const [disabled, setDisabled] = useState(account.disabled);
  const [grants, setGrants] = useState(account.grants);
  const [problem, setProblem] = useState('');
  const areas = [{ name: '*', labels: { zh: '全部区域', en: 'All areas' } }, ...model.areas];
  const has = (area: string, right: string) => grants.some((grant) => (grant.plant === model.plant || grant.plant === '*') && grant.area === area && grant.rights.includes(right));
  const turn = (area: string, right: string) => setGrants((known) => {
    const rest = known.filter((grant) => grant.plant !== model.plant || grant.area !== area);
    const old = known.find((grant) => grant.plant === model.plant && grant.area === area)?.rights ?? [];
    const next = old.includes(right) ? old.filter((one) => one !== right) : [...old, right];
    return next.length > 0 ? [...rest, { plant: model.plant, area, rights: next }] : rest;
  });
  const save = () => { setProblem(''); put(`/accounts/${encodeURIComponent(name)}`, { shown, password, disabled, grants, version: account.version }).then(() => onClose(true), (refused: Problem) => setProblem(refused.in(language))); };
  return (
    <Dialog label={t('centre.people.edit')} onSubmit={save} onClose={() => onClose(false)}>
        <h2>{account.name || t('centre.people.add')}</h2>
        {problem ? <p role="alert" className="refused">{problem}</p> : null}
        <label>{t('centre.signin.name')}<input required value={name} disabled={account.name !== ''} onChange={(event) => setName(event.target.value)} /></label>
        <label>{t('centre.people.shown')} (中文)<input required value={shown.zh} onChange={(event) => setShown({ ...shown, zh: event.target.value })} /></label>
        <label>{t('centre.people.shown')} (English)<input required value={shown.en} onChange={(event) => setShown({ ...shown, en: event.target.value })} /></label>
        <label>{t('centre.signin.password')}<input type="password" autoComplete="new-password" minLength={10} required={account.version === 0} placeholder={account.version === 0 ? '' : t('centre.people.keep_password')} value={password} onChange={(event) => setPassword(event.target.value)} /></label>
        <label className="check"><input type="checkbox" checked={disabled} onChange={(event) => setDisabled(event.target.checked)} /> {t('centre.people.disabled')}</label>
        <table className="rows"><thead><tr><th>{t('centre.alarm.area')}</th>{rights.map((right) => <th key={right}>{t(`centre.right.${right}`)}</th>)}</tr></thead>
          <tbody>{areas.map((area) => <tr key={area.name}><th>{label(area.labels)}</th>{rights.map((right) => <td key={right}><input type="checkbox" aria-label={`${label(area.labels)} ${t(`centre.right.${right}`)}`} checked={has(area.name, right)} onChange={() => turn(area.name, right)} /></td>)}</tr>)}</tbody>
        </table>
        <div className="row"><button type="submit" className="act">{t('centre.confirm')}</button><button type="button" onClick={() => onClose(false)}>{t('centre.cancel')}</button></div>
    </Dialog>
  );
}
