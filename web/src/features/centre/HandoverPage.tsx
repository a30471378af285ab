import { useCallback, useEffect, useState } from 'react';
import { address, get, post, Problem } from './api';
import { useHouse, useLive, useWords } from './context';
import { moment } from './format';
import type { Labels } from './types';

interface Handover { id: string; shift: string; labels: Labels; day: string; made: number; made_by: string; notes: string; facts: { labels: Labels; value: string }[]; signed: { side: 'outgoing' | 'incoming'; user: string; station: string; at: number }[] }

/** 交接班: what the shift leaves behind, in its own words and in figures of the moment, signed by both shifts and printed. */
export default function HandoverPage() {
  const { model, session, may } = useHouse();
  const live = useLive();
  const { t, language, label } = useWords();
  const [list, setList] = useState<Handover[] | null>(null);
  const [notes, setNotes] = useState('');
  const [shift, setShift] = useState(model.shifts[0]?.name ?? '');
  const [problem, setProblem] = useState('');
  const read = useCallback(() => { get<{ handovers: Handover[] }>(`/plants/${model.plant}/handovers`).then((found) => setList(found.handovers), (refused: Problem) => setProblem(refused.in(language))); }, [model.plant, language]);
  useEffect(read, [read]);
  const send = (path: string, body: unknown) => { setProblem(''); post(`/plants/${model.plant}/handovers${path}`, body).then(() => { setNotes(''); read(); }, (refused: Problem) => setProblem(refused.in(language))); };
  return (
    <div className="handover">
      <h1>{t('centre.nav.handover')}</h1>
      {problem ? <p role="alert" className="refused">{problem}</p> : null}
      {may('acknowledge') ? (
        <form className="panel" onSubmit={(event) => { event.preventDefault(); send('', { shift, notes }); }}>
          <h2>{t('centre.handover.write')}</h2>
          <p className="quiet">{t('centre.handover.sentence', { count: live.alarms.alarms.length })}</p>
          <label>{t('centre.handover.shift')}<select value={shift} onChange={(event) => setShift(event.target.value)}>{model.shifts.map((one) => <option key={one.name} value={one.name}>{label(one.labels)} {one.begins}</option>)}</select></label>
          <label>{t('centre.handover.notes')}<textarea required rows={4} maxLength={4000} value={notes} onChange={(event) => setNotes(event.target.value)} /></label>
          <button type="submit" className="act" disabled={notes.trim() === ''}>{t('centre.handover.sign_out')}</button>
        </form>
      ) : null}
      {list?.length === 0 ? <p className="quiet">{t('centre.handover.none')}</p> : null}
      {list?.map((one) => (
        <article key={one.id} className="panel">
          <h2>{one.day} {label(one.labels)} <span className="quiet">{moment(one.made)}</span></h2>
          <p className="notes">{one.notes}</p>
          <div className="grid">{one.facts.map((fact) => <p key={fact.labels.zh} className="measure"><span>{label(fact.labels)}</span><b>{fact.value}</b></p>)}</div>
          <p>{(['outgoing', 'incoming'] as const).map((side) => { const signed = one.signed.find((sign) => sign.side === side); return <span key={side} className="signature">{t(`centre.handover.${side}`)} {signed ? <b>{signed.user} · {signed.station} · {moment(signed.at)}</b> : t('centre.handover.unsigned')}</span>; })}</p>
          <div className="row">
            {may('acknowledge') && !one.signed.some((sign) => sign.side === 'incoming') && one.made_by !== session.user ? <button type="button" className="act" onClick={() => send(`/${one.id}/sign`, {})}>{t('centre.handover.sign_in')}</button> : null}
            <a href={address(`/plants/${model.plant}/handovers/${one.id}/print`, { language })} target="_blank" rel="noreferrer">{t('centre.handover.print')}</a>
          </div>
        </article>
      ))}
    </div>
  );
}
