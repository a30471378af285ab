import { useCallback, useEffect, useState } from 'react';
import { address, get, post, Problem } from './api';
import { useHouse, useWords } from './context';
import { moment } from './format';
import type { Labels } from './types';

type Stage = 'running' | 'settling' | 'empty' | 'waiting' | 'stored' | 'refused';
interface Months { source: string; key: string; zone: string | null; may_deliver: boolean; columns: { labels: Labels; unit: string; decimals: number; tag: string }[]; months: { month: string; stage: Stage; values: (number | null)[]; coverage: number; delivery: string | null; stored: number | null; corrections: number; problem: Labels | null }[] }

/** 月报: what the plant tells the zone of each month, and whether the zone has it. */
export default function MonthsPage() {
  const { model, go } = useHouse();
  const { t, language, label } = useWords();
  const [found, setFound] = useState<Months | null>(null);
  const [problem, setProblem] = useState('');
  const [asked, setAsked] = useState('');
  const read = useCallback(() => { get<Months>(`/plants/${model.plant}/months`).then((months) => { setFound(months); setProblem(''); }, (refused: Problem) => setProblem(refused.in(language))); }, [model.plant, language]);
  useEffect(() => { read(); const timer = setInterval(read, 5000); return () => clearInterval(timer); }, [read]);
  const deliver = (month: string) => { setAsked(month); post(`/plants/${model.plant}/months/${month}/deliver`).then(read, (refused: Problem) => setProblem(refused.in(language))).finally(() => setAsked('')); };
  return (
    <div className="stack">
      <h1>{t('centre.nav.months')}</h1>
      <p className="quiet">{t('centre.months.sentence')}</p>
      {problem ? <p role="alert" className="refused">{problem}</p> : null}
      {found ? (
        <>
          <section className="panel wide">
            <table className="rows">
              <thead><tr><th>{t('centre.months.month')}</th>{found.columns.map((column) => <th key={column.labels.zh} className="number">{label(column.labels)} <small>{column.unit}</small></th>)}<th className="number">{t('centre.months.coverage')}</th><th>{t('centre.months.state')}</th><th>{t('centre.alarm.acts')}</th></tr></thead>
              <tbody>
                {found.months.map((one) => (
                  <tr key={one.month}>
                    <th>{one.month}</th>
                    {found.columns.map((column, at) => { const value = one.values[at]; return <td key={column.labels.zh} className="number" data-label={`${label(column.labels)} ${column.unit}`}>{value === null || value === undefined ? '—' : <button type="button" className="link" onClick={() => go('trends', column.tag)}>{value.toLocaleString('en-US', { minimumFractionDigits: column.decimals, maximumFractionDigits: column.decimals })}</button>}</td>; })}
                    <td className="number" data-label={t('centre.months.coverage')}>{one.coverage.toFixed(1)} %</td>
                    <td>
                      <span className={`chip ${one.stage === 'refused' ? 'hot' : one.stage === 'stored' ? 'armed' : ''}`}>{t(`centre.months.stage.${one.stage}`)}</span>
                      {one.delivery ? <div className="quiet">{one.delivery}{one.stored ? ` · ${moment(one.stored)}` : ''}{one.corrections > 0 ? ` · ${t('centre.months.corrected', { count: one.corrections })}` : ''}</div> : null}
                      {one.problem ? <div className="refused">{label(one.problem)}</div> : null}
                    </td>
                    <td><span className="row"><a href={address(`/plants/${model.plant}/months/${one.month}`)} download>CSV</a>{found.may_deliver && found.zone && one.stage !== 'empty' ? <button type="button" disabled={asked === one.month} onClick={() => deliver(one.month)}>{t('centre.months.deliver')}</button> : null}</span></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <section className="panel stack">
            <h2>{t('centre.months.zone')}</h2>
            <p>{found.zone ? t('centre.months.connected', { zone: found.zone, source: found.source }) : t('centre.months.alone')}</p>
            <p className="measure"><span>{t('centre.months.source')}</span><b>{found.source}</b></p>
            <p className="measure"><span>{t('centre.months.key')}</span><code className="key">{found.key}</code></p>
          </section>
        </>
      ) : problem ? null : <p className="quiet">{t('centre.loading')}</p>}
    </div>
  );
}
