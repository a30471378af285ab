import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { Link, useParams } from 'react-router-dom';
import { DaysLeft } from '@/components/DaysLeft';
import { fileHref } from '@/components/links';
import { Panel } from '@/components/Panel';
import { PaperList } from '@/components/PaperList';
import { Await, Empty, Loading } from '@/components/States';
import { Timeline } from '@/components/Timeline';
import { get } from '@/lib/http';
import { useCatalogue, useSession, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { CaseDetail } from '@/lib/types';
import { stateTone } from './CasesPage';
import { TaskCard } from './TaskCard';
import './cases.css';

const Diagram = lazy(() => import('@/components/Diagram'));

export default function CasePage() {
  const { id = '' } = useParams();
  const query = useQuery({ queryKey: ['case', id], queryFn: () => get<CaseDetail>(`/cases/${id}`) });
  return <div className="page"><Await query={query} lines={10}>{query.data ? <Content detail={query.data} /> : null}</Await></div>;
}

function Content({ detail }: { detail: CaseDetail }) {
  const { t, label, long, day } = useWords();
  const today = useToday();
  const { service } = useCatalogue();
  const { data: session } = useSession();
  const owner = session?.role === 'owner';
  const file = detail.file ?? detail.subject;
  const ended = detail.state === 'completed' || detail.state === 'cancelled';
  const tokens = useMemo(() => detail.tokens.map((token) => token.element), [detail.tokens]);
  const open = detail.tasks.filter((task) => task.state === 'open' || task.state === 'claimed');
  const done = detail.tasks.filter((task) => task.state === 'done');
  const item = service(detail.service);
  return (
    <>
      <header className="page-head">
        <div>
          <p className="small"><Link to={owner ? '/my/cases' : '/desk/cases'}>{t('case.title')}</Link></p>
          <h1>{label(detail.labels)}</h1>
          <p className="row wrap">
            <span className={`chip ${stateTone[detail.state] ?? ''}`}>{t(`case.state.${detail.state}`)}</span>
            <span className="code">{detail.number}</span>
            {owner ? <span>{file.title}</span> : <Link to={fileHref(file.id)}>{file.title}</Link>}
            {detail.file && detail.file.id !== detail.subject.id ? <span>{detail.subject.title}</span> : null}
          </p>
        </div>
        {ended ? null : <p className="case-left"><DaysLeft duty={{ due: detail.due ?? null, working_days_left: detail.working_days_left ?? null }} /></p>}
      </header>

      <ol className="case-steps" aria-label={t('case.progress')}>
        <li className="done"><b>{t('case.opened')}</b><span>{day(detail.opened, today)}</span></li>
        {done.map((task) => <li key={task.id} className="done"><b>{label(task.labels)}</b><span>{[task.assignee, task.completed_at ? day(task.completed_at, today) : ''].filter(Boolean).join(' · ')}</span></li>)}
        {ended ? null : open.length > 0 ? open.map((task) => <li key={task.id} className="here" aria-current="step"><b>{label(task.labels)}</b><span>{task.assignee ? t('duty.taken_by', { name: task.assignee }) : t('case.waits')}</span></li>) : <li className="here" aria-current="step"><b>{label(detail.step) || t('case.in_progress')}</b><span>{t('case.by_itself')}</span></li>}
        <li className={ended ? 'done' : ''}><b>{label(detail.outcome) || t('case.end')}</b><span>{detail.closed ? day(detail.closed, today) : detail.due ? t('duty.by', { date: day(detail.due, today) }) : ''}</span></li>
      </ol>

      <div className="columns">
        <div className="stack">
          {open.map((task) => <TaskCard key={task.id} detail={detail} task={task} />)}
          {open.length === 0 && !ended ? <Panel title={t('case.tasks')}><Empty title={t('case.no_task')} text={t('case.no_task_next')} /></Panel> : null}
          {ended ? <p className="notice bamboo">{t('case.ended', { date: long(detail.closed), outcome: label(detail.outcome) || t(`case.state.${detail.state}`) })}</p> : null}
          {detail.papers.length > 0 ? <Panel title={t('file.papers')} aside={detail.papers.length} flush><PaperList papers={detail.papers} /></Panel> : null}
          <Panel title={t('case.diagram')} note={tokens.length > 0 ? t('case.diagram_note') : undefined} flush>
            {detail.bpmn_xml ? <Suspense fallback={<Loading lines={6} />}><Diagram xml={detail.bpmn_xml} tokens={tokens} visited={detail.visited} label={t('case.diagram_label', { step: label(detail.step) || t(`case.state.${detail.state}`) })} /></Suspense> : <p className="panel-body dim">{t('case.no_diagram')}</p>}
          </Panel>
        </div>
        <div className="stack">
          {item ? <Panel title={t('case.service')}><div className="stack tight"><p><Link to={`/guides/${item.id}`}>{label(item.labels)}</Link></p>{item.basis ? <p className="dim mid">{label(item.basis)}</p> : null}{detail.duty && !owner ? <p><Link to={`/desk/duties/${detail.duty}`}>{t('case.see_duty')}</Link></p> : null}</div></Panel> : null}
          <Panel title={t('timeline.title')}><Timeline entries={detail.timeline} /></Panel>
        </div>
      </div>
    </>
  );
}
