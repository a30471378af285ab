import { Link } from 'react-router-dom';
import { useWords } from '@/lib/words';
import type { Labels } from '@/lib/types';

interface Result { task: string; done: boolean; problem: Labels | null; case: { id: string; number: string; title: string; state: string; file: { title: string } | null; outcome: Labels | null } | null }
export interface TogetherAnswer { items: Result[]; done: number }
export interface Together { step: string; items: Result[] }

/** Each case of what was done together: where it has come to, or why it was not done. */
export function TogetherResults({ told, onClose }: { told: Together; onClose: () => void }) {
  const { t, label } = useWords();
  const failed = told.items.filter((item) => !item.done);
  const done = told.items.length - failed.length;
  return (
    <section className={`panel ${failed.length > 0 ? 'refusal' : ''} results`} role={failed.length > 0 ? 'alert' : 'status'} aria-label={t('exceptions.results')}>
      <div className="row spread wrap">
        <h2>{t('exceptions.results_line', { step: told.step, done, failed: failed.length })}</h2>
        <button type="button" className="text-button" onClick={onClose}>{t('exceptions.results_close')}</button>
      </div>
      <ul>
        {[...failed, ...told.items.filter((item) => item.done)].map((item) => (
          <li key={item.task}>
            <span className={`chip ${item.done ? (item.case?.state === 'stopped' ? 'ochre' : 'bamboo') : 'seal'}`}>{t(item.done ? 'exceptions.was_done' : 'exceptions.was_not')}</span>
            {' '}{item.case ? <><Link to={`/desk/cases/${item.case.id}`}>{item.case.number}</Link> {item.case.file && item.case.file.title !== item.case.title ? `${item.case.file.title} ` : ''}{item.case.title}</> : t('exceptions.no_case')}
            {' · '}{item.problem ? <b>{label(item.problem)}</b> : item.case ? label(item.case.outcome) || t(`case.state.${item.case.state}`) : ''}
          </li>
        ))}
      </ul>
      {failed.length > 0 ? <p className="help">{t('exceptions.was_not_help')}</p> : null}
    </section>
  );
}
