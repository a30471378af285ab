import { DownloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { Link } from 'react-router-dom';
import { Panel } from '@/components/Panel';
import { Empty } from '@/components/States';
import { figure } from '@/lib/format';
import { address } from '@/lib/http';
import { useCatalogue } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { ImportState } from '@/lib/types';
import { TakeBack } from './TakeBack';

/** How far it is, what was taken, and every rejected row with field, value and reason. */
export function Progress({ state }: { state: ImportState }) {
  const { t, label } = useWords();
  const { kind } = useCatalogue();
  const known = kind(state.kind);
  const share = state.rows_total > 0 ? state.rows_done / state.rows_total : state.state === 'done' ? 1 : 0;
  const over = state.state === 'done' || state.state === 'failed';
  const fieldName = (name: string | null | undefined) => (name ? label(known?.fields.find((field) => field.name === name)?.labels) || name : '');
  return (
    <>
      {over ? null : (
        <Panel title={t(`import.state.${state.state}`)} note={t('import.rows_done', { done: figure(state.rows_done), total: figure(state.rows_total) })}>
          <div className="import-bar" role="progressbar" aria-valuenow={Math.round(share * 100)} aria-valuemin={0} aria-valuemax={100} aria-label={t('import.progress')}><i style={{ width: `${share * 100}%` }} /></div>
        </Panel>
      )}
      {state.problem ? <div className="refusal" role="alert">{label(state.problem)}</div> : null}
      <div className="kpis" role="status" aria-label={t('import.result')}>
        {([['accepted', 'tone-bamboo'], ['unchanged', ''], ['rejected', state.rejected > 0 ? 'tone-seal' : '']] as const).map(([key, tone]) => (
          <div key={key} className="kpi plain"><span className="what">{t(`import.${key}`)}</span><span className={`much ${tone}`}>{figure(state[key])}</span><span className="then">{t(`import.${key}_note`)}</span></div>
        ))}
      </div>
      {over && state.rejected > 0 ? (
        <Panel title={t('import.errors')} note={t('import.errors_note', { count: state.rejected })} flush aside={<span className="row"><Button size="small" icon={<DownloadOutlined />} href={address(`/imports/${state.id}/rejects.xlsx`)} download>XLSX</Button><Button size="small" icon={<DownloadOutlined />} href={address(`/imports/${state.id}/rejects.csv`)} download>CSV</Button></span>}>
          <div className="table-box">
            <table className="data folds">
              <caption className="visually-hidden">{t('import.errors')}</caption>
              <thead><tr><th scope="col" style={{ width: 80 }}>{t('import.row')}</th><th scope="col">{t('import.field')}</th><th scope="col">{t('import.value')}</th><th scope="col">{t('import.reason')}</th></tr></thead>
              <tbody>
                {state.errors.slice(0, 200).map((problem, index) => (
                  <tr key={index}><td><b>{problem.row ? t('state.row', { row: problem.row }) : '—'}</b></td><td className="plain">{fieldName(problem.field)}</td><td className="plain code">{problem.value}</td><td className="plain tone-seal">{label(problem)}</td></tr>
                ))}
              </tbody>
            </table>
          </div>
          {state.errors.length > 200 ? <div className="more">{t('import.more_errors', { count: state.rejected })}</div> : null}
        </Panel>
      ) : null}
      {state.state === 'done' && state.batch && state.accepted > 0 ? <TakeBack batch={state.batch} /> : null}
      {state.state === 'done' && state.rejected === 0 ? <Panel title={t('import.result')}><Empty title={t('import.all_in')} text={t('import.all_in_next')} action={<Link to={`/desk/records/${state.kind}`}>{t('import.see', { kind: label(known?.labels) })}</Link>} /></Panel> : null}
    </>
  );
}
