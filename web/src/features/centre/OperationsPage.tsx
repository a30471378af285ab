import { useEffect, useState } from 'react';
import { address, get, Problem } from './api';
import { useAct, OperationPanel, useSite } from './OperationPanel';
import { useHouse, useWords } from './context';
import { moment } from './format';

interface Record_ { number: number; at: number; what: string; details: [string, string][]; hash: string }

export default function OperationsPage() {
  const { t } = useWords();
  const { may } = useHouse();
  return (
    <div className="operations">
      <h1 className="hidden">{t('centre.nav.operations')}</h1>
      <OperationPanel whole />
      <div className="stack">
        <Bypasses />
        {may('audit') ? <Audit /> : null}
      </div>
    </div>
  );
}

function Bypasses() {
  const site = useSite();
  const { may } = useHouse();
  const { t, label } = useWords();
  const { act, problem, busy } = useAct();
  const [minutes, setMinutes] = useState(10);
  if (!site || site.interlocks.length === 0) return null;
  return (
    <section className="panel">
      <h2>{t('centre.operation.interlocks')}</h2>
      <p className="quiet">{t('centre.operation.interlocks_sentence')}</p>
      {problem ? <p role="alert" className="refused">{problem}</p> : null}
      {may('bypass') ? <label>{t('centre.alarm.minutes')} <input type="number" min={1} max={480} value={minutes} onChange={(event) => setMinutes(Number(event.target.value))} /></label> : null}
      <ul>{site.interlocks.map((one) => <li key={one.interlock} className="measure"><span>{label(one.labels)}<br /><small className="quiet">{label(one.reason)}</small></span>{one.bypass_minutes && may('bypass') ? <button type="button" disabled={busy} onClick={() => void act('select_bypass', { interlock: one.interlock, minutes: Math.min(minutes, one.bypass_minutes ?? minutes) })}>{t('centre.operation.ask_bypass')}</button> : <small className="quiet">{t('centre.operation.never_bypassed')}</small>}</li>)}</ul>
    </section>
  );
}

function Audit() {
  const { model, live } = useHouse();
  const { t, language } = useWords();
  const [records, setRecords] = useState<Record_[] | null>(null);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    const read = () => { get<{ records: Record_[] }>(`/plants/${model.plant}/audit?limit=100`).then((found) => setRecords(found.records), (refused: Problem) => setProblem(refused.in(language))); };
    read();
    const timer = setInterval(read, 5000);
    return () => clearInterval(timer);
  }, [model.plant, language, live]);
  return (
    <section className="panel wide">
      <div className="row"><h2 className="grow">{t('centre.audit.title')}</h2><a href={address(`/plants/${model.plant}/audit.csv`)}>CSV</a> <a href={address(`/plants/${model.plant}/audit.jsonl`)}>JSON Lines</a></div>
      {problem ? <p role="alert" className="refused">{problem}</p> : null}
      {records?.length === 0 ? <p className="quiet">{t('centre.audit.empty')}</p> : null}
      <table className="rows"><thead><tr><th>#</th><th>{t('centre.alarm.since')}</th><th>{t('centre.audit.what')}</th><th>{t('centre.audit.details')}</th></tr></thead>
        <tbody>{records?.map((one) => <tr key={one.number}><td>{one.number}</td><td>{moment(one.at)}</td><td>{one.what}</td><td className="details">{one.details.filter(([, value]) => value !== '').map(([name, value]) => <span key={name}><small className="quiet">{name}</small> {value.length > 48 ? `${value.slice(0, 45)}…` : value}</span>)}</td></tr>)}</tbody>
      </table>
    </section>
  );
}
