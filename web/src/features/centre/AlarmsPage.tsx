import { useEffect, useMemo, useState } from 'react';
import { address, get, post, Problem } from './api';
import { digitOf, Mark, stands } from './AlarmBar';
import { useHouse, useLive, useTick, useWords } from './context';
import { Dialog } from './Dialog';
import { age, moment, shown, unitOf } from './format';
import type { Alarm } from './types';

interface Entry { time: number; event: string; tag: string; labels: { zh: string; en: string }; priority: string; by: string; station: string; reason: string; value: string }
interface Performance { from: number; to: number; raised: number; per_ten_minutes: number; worst_ten_minutes: number; standing: number; shelved: number; out_of_service: number; flood_share: number; seconds_to_acknowledge: number; chattering: { tag: string; alarm: string; count: number }[]; top: { tag: string; alarm: string; count: number }[] }

export default function AlarmsPage({ chosen }: { chosen: string }) {
  const { t } = useWords();
  const [view, setView] = useState<'list' | 'journal' | 'performance'>('list');
  return (
    <div className="alarms">
      <h1 className="hidden">{t('centre.nav.alarms')}</h1>
      <div className="chooser" role="group" aria-label={t('centre.nav.alarms')}>
        {(['list', 'journal', 'performance'] as const).map((one) => <button key={one} type="button" aria-pressed={view === one} onClick={() => setView(one)}>{t(`centre.alarm.view.${one}`)}</button>)}
      </div>
      {view === 'list' ? <List chosen={chosen} /> : view === 'journal' ? <Journal /> : <Figures />}
    </div>
  );
}

const rank = (alarm: Alarm) => (stands(alarm) ? (alarm.acknowledged ? 1 : 0) : 2);

function List({ chosen }: { chosen: string }) {
  const { model, index, may, go } = useHouse();
  const live = useLive();
  const { t, language, label } = useWords();
  const [problem, setProblem] = useState('');
  const [shelving, setShelving] = useState<{ alarm: Alarm; act: 'shelve' | 'out_of_service' } | null>(null);
  const [area, setArea] = useState('');
  useTick(1000);
  const rows = useMemo(() => live.alarms.alarms.filter((alarm) => area === '' || alarm.area === area).sort((a, b) => rank(a) - rank(b) || digitOf(a) - digitOf(b) || b.since - a.since), [live.alarms.alarms, area]);
  const act = (path: string, body: unknown) => { setProblem(''); post(`/plants/${model.plant}/alarms/${path}`, body).catch((refused: Problem) => setProblem(refused.in(language))); };
  const seen = rows.filter((alarm) => stands(alarm) && !alarm.acknowledged && may('acknowledge', alarm.area)).slice(0, 50);
  return (
    <section className="panel wide">
      <div className="row">
        <label>{t('centre.alarm.area')} <select value={area} onChange={(event) => setArea(event.target.value)}><option value="">{t('centre.alarm.all')}</option>{model.areas.map((one) => <option key={one.name} value={one.name}>{label(one.labels)}</option>)}</select></label>
        <span className="grow quiet">{live.alarms.known ? t('centre.alarm.count', { count: rows.length }) : t('centre.alarm.unknown')}</span>
        <button type="button" disabled={seen.length === 0} onClick={() => act('acknowledge', { ids: seen.map((alarm) => alarm.id) })}>{t('centre.alarm.acknowledge_seen', { count: seen.length })}</button>
      </div>
      {problem ? <p role="alert" className="refused">{problem}</p> : null}
      {rows.length === 0 && live.alarms.known ? <p className="quiet">{t('centre.alarm.none')}</p> : null}
      <table className="rows">
        <thead><tr><th>{t('centre.alarm.priority')}</th><th>{t('centre.alarm.name')}</th><th>{t('centre.alarm.value')}</th><th>{t('centre.alarm.since')}</th><th>{t('centre.alarm.state')}</th><th>{t('centre.alarm.acts')}</th></tr></thead>
        <tbody>
          {rows.slice(0, 400).map((alarm) => {
            const tag = model.tags[index.get(alarm.tag) ?? -1];
            const right = may('acknowledge', alarm.area);
            return (
              <tr key={alarm.id} className={`${rank(alarm) === 0 ? `fresh level-${digitOf(alarm)}` : ''}${alarm.id === chosen ? ' chosen' : ''}`}>
                <td><Mark digit={digitOf(alarm)} quiet={rank(alarm) !== 0} /> <span className="hidden">{t(`centre.priority.${alarm.priority}`)}</span></td>
                <td><button type="button" className="link" onClick={() => go('trends', alarm.tag)}>{label(alarm.labels)}</button><br /><span className="quiet">{alarm.tag}{alarm.first_up ? ` · ${t('centre.alarm.first_up')}` : ''}</span>{label(alarm.advice) ? <><br /><span className="advice">{label(alarm.advice)}</span></> : null}</td>
                <td>{shown(alarm.value, tag, language)} {unitOf(tag, language)}{alarm.limit !== null ? <><br /><span className="quiet">{t('centre.alarm.limit')} {alarm.limit}</span></> : null}</td>
                <td>{moment(alarm.since)}<br /><span className="quiet">{age(live.now() - alarm.since, language)}</span></td>
                <td>{alarm.shelved_until !== null ? t('centre.alarm.shelved', { until: moment(alarm.shelved_until) }) : alarm.out_of_service ? t('centre.alarm.out_of_service') : alarm.suppressed ? t('centre.alarm.suppressed') : alarm.active ? (alarm.acknowledged ? t('centre.alarm.active_seen') : t('centre.alarm.active')) : t('centre.alarm.returned')}{alarm.by ? <><br /><span className="quiet">{alarm.by}{alarm.reason ? ` · ${alarm.reason}` : ''}</span></> : null}</td>
                <td className="acts">
                  {!right ? null : alarm.shelved_until !== null ? <button type="button" onClick={() => act('unshelve', { id: alarm.id })}>{t('centre.alarm.unshelve')}</button> : alarm.out_of_service ? <button type="button" onClick={() => act('in_service', { id: alarm.id })}>{t('centre.alarm.in_service')}</button> : (
                    <>
                      {!alarm.acknowledged ? <button type="button" className="act" onClick={() => act('acknowledge', { ids: [alarm.id] })}>{t('centre.alarm.acknowledge')}</button> : null}
                      {alarm.latched && !alarm.active && alarm.acknowledged ? <button type="button" onClick={() => act('reset', { id: alarm.id })}>{t('centre.alarm.reset')}</button> : null}
                      <button type="button" onClick={() => setShelving({ alarm, act: 'shelve' })}>{t('centre.alarm.shelve')}</button>
                      <button type="button" onClick={() => setShelving({ alarm, act: 'out_of_service' })}>{t('centre.alarm.take_out')}</button>
                    </>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {shelving ? <Shelve key={shelving.alarm.id + shelving.act} {...shelving} onDone={(body) => { if (body) act(shelving.act, { id: shelving.alarm.id, ...body }); setShelving(null); }} /> : null}
    </section>
  );
}

function Shelve({ alarm, act, onDone }: { alarm: Alarm; act: 'shelve' | 'out_of_service'; onDone: (body: { reason: string; minutes?: number } | null) => void }) {
  const { t, label } = useWords();
  const [reason, setReason] = useState('');
  const [minutes, setMinutes] = useState(30);
  const long = act === 'out_of_service';
  return (
    <Dialog label={t(`centre.alarm.dialog.${act}`)} onSubmit={() => onDone(long ? { reason } : { reason, minutes })} onClose={() => onDone(null)}>
        <h2>{t(`centre.alarm.dialog.${act}`)}</h2>
        <p>{label(alarm.labels)} <span className="quiet">{alarm.tag}</span></p>
        {long ? null : <label>{t('centre.alarm.minutes')}<select value={minutes} onChange={(event) => setMinutes(Number(event.target.value))}>{[10, 30, 60, 120, 240, 480].map((one) => <option key={one} value={one}>{one} min</option>)}</select></label>}
        <label>{t('centre.alarm.reason')}<input required maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} /></label>
        <div className="row"><button type="submit" className="act" disabled={reason.trim() === ''}>{t('centre.confirm')}</button><button type="button" onClick={() => onDone(null)}>{t('centre.cancel')}</button></div>
    </Dialog>
  );
}

function Journal() {
  const { model } = useHouse();
  const { t, language, label } = useWords();
  const [entries, setEntries] = useState<Entry[] | null>(null);
  const [problem, setProblem] = useState('');
  useEffect(() => { get<{ entries: Entry[] }>(`/plants/${model.plant}/alarms/journal?limit=500`).then((found) => setEntries(found.entries), (refused: Problem) => setProblem(refused.in(language))); }, [model.plant, language]);
  return (
    <section className="panel wide">
      <div className="row"><span className="grow quiet">{t('centre.alarm.journal_sentence')}</span><a href={address(`/plants/${model.plant}/alarms/journal.csv`)}>CSV</a> <a href={address(`/plants/${model.plant}/alarms/journal.xlsx`)}>XLSX</a></div>
      {problem ? <p role="alert" className="refused">{problem}</p> : null}
      {entries?.length === 0 ? <p className="quiet">{t('centre.alarm.journal_empty')}</p> : null}
      <table className="rows">
        <thead><tr><th>{t('centre.alarm.since')}</th><th>{t('centre.alarm.event')}</th><th>{t('centre.alarm.name')}</th><th>{t('centre.alarm.value')}</th><th>{t('centre.alarm.who')}</th></tr></thead>
        <tbody>{entries?.map((entry, place) => <tr key={place}><td>{moment(entry.time)}</td><td>{t(`centre.event.${entry.event}`)}</td><td>{label(entry.labels)}<br /><span className="quiet">{entry.tag}</span></td><td>{entry.value}</td><td>{entry.by}{entry.reason ? <><br /><span className="quiet">{entry.reason}</span></> : null}</td></tr>)}</tbody>
      </table>
    </section>
  );
}

function Figures() {
  const { model } = useHouse();
  const { t, language } = useWords();
  const [found, setFound] = useState<Performance | null>(null);
  const [problem, setProblem] = useState('');
  useEffect(() => { get<Performance>(`/plants/${model.plant}/alarms/performance`).then(setFound, (refused: Problem) => setProblem(refused.in(language))); }, [model.plant, language]);
  if (problem) return <p role="alert" className="refused">{problem}</p>;
  if (!found) return <p className="quiet">{t('centre.loading')}</p>;
  const figures: [string, number | string][] = [['raised', found.raised], ['rate', found.per_ten_minutes.toFixed(1)], ['worst', found.worst_ten_minutes], ['floods', `${(found.flood_share * 100).toFixed(1)} %`], ['standing', found.standing], ['shelved', found.shelved], ['out', found.out_of_service], ['seconds', `${found.seconds_to_acknowledge.toFixed(0)} s`]];
  return (
    <div className="grid">
      <section className="panel"><h2>{t('centre.alarm.figures', { from: moment(found.from), to: moment(found.to) })}</h2>{figures.map(([name, value]) => <p key={name} className="measure"><span>{t(`centre.alarm.figure.${name}`)}</span><b>{value}</b></p>)}</section>
      {([['top', found.top], ['chattering', found.chattering]] as const).map(([name, list]) => (
        <section key={name} className="panel"><h2>{t(`centre.alarm.figure.${name}`)}</h2>{list.length === 0 ? <p className="quiet">{t('centre.alarm.no_such')}</p> : list.map((one) => <p key={one.tag + one.alarm} className="measure"><span>{one.tag} <span className="quiet">{one.alarm}</span></span><b>{one.count}</b></p>)}</section>
      ))}
    </div>
  );
}
