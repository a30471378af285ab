import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { Link, useParams } from 'react-router-dom';
import { Directive } from '@/components/Directive';
import { DaysLeft } from '@/components/DaysLeft';
import { fileHref } from '@/components/links';
import { Panel } from '@/components/Panel';
import { PaperList } from '@/components/PaperList';
import { Await, Empty, Loading, Refusal } from '@/components/States';
import { Timeline } from '@/components/Timeline';
import { get, post } from '@/lib/http';
import { say } from '@/lib/toast';
import { useCatalogue, useSession, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { CaseDetail } from '@/lib/types';
import { stateTone } from '@/components/caseTone';
import { ClockPanel } from './ClockPanel';
import { MaterialsPanel } from './MaterialsPanel';
import { MessagesPanel } from './MessagesPanel';
import { MigrationPanel } from './MigrationPanel';
import { TaskCard } from './TaskCard';
import './cases.css';

const Diagram = lazy(() => import('@/components/Diagram'));

export default function CasePage() {
  const { id = '' } = useParams();
  const query = useQuery({ queryKey: ['case', id], queryFn: () => get<CaseDetail>(`/cases/${id}`) });
  return <div className="page"><Await query={query} lines={10}>{query.data ? <Content detail={query.data} /> : null}</Await></div>;
}

/** What a case opened by hand is about, where that is a page of the house. */
function aboutHref(detail: CaseDetail): string | null {
  const of = detail.variables;
  if (typeof of !== 'object' || of === null || Array.isArray(of) || !('about' in of)) return null;
  const { about } = of as { about: unknown };
  const href = typeof about === 'object' && about !== null && 'href' in about ? about.href : null;
  return typeof href === 'string' && /^\/(desk|lead|my)(\/|\?|$)/.test(href) ? href : null;
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
  const done = detail.tasks.filter((task) => task.state === 'done' && (task.purpose ?? 'step') === 'step');
  const item = service(detail.service);
  const about = aboutHref(detail);
  const client = useQueryClient();
  const after = (next: CaseDetail, sentence: string) => {
    client.setQueryData(['case', detail.id], next);
    for (const key of ['case', 'cases', 'file', 'duties', 'overview', 'inbox', 'portal', 'work']) void client.invalidateQueries({ queryKey: [key] });
    say(sentence);
  };
  const [withdrawing, setWithdrawing] = useState(false);
  const [why, setWhy] = useState('');
  const withdraw = useMutation({ mutationFn: () => post<CaseDetail>(`/cases/${detail.id}/withdraw`, { reason: why.trim() }), onSuccess: (next) => { setWithdrawing(false); after(next, t('case.did_withdraw')); } });
  const takeBack = useMutation({ mutationFn: (task: string) => post<CaseDetail>(`/cases/${detail.id}/tasks/${task}/take-back`, {}), onSuccess: (next) => after(next, t('case.did_take_back')) });
  return (
    <>
      <header className="page-head">
        <div>
          <p className="small"><Link to={owner ? '/my/cases' : '/desk/cases'}>{t('case.title')}</Link></p>
          <h1>{label(detail.labels)}</h1>
          <p className="row wrap">
            <span className={`chip ${stateTone[detail.state] ?? ''}`}>{detail.state === 'waiting' && !detail.waits_for_applicant ? t('case.waits_for_person') : t(`case.state.${detail.state}`)}</span>
            <span className="code">{detail.number}</span>
            {owner ? <span>{file.title}</span> : detail.file ? <Link to={fileHref(file.id)}>{file.title}</Link> : about ? <Link to={about}>{file.title}</Link> : <span>{file.title}</span>}
            {detail.file && detail.file.id !== detail.subject.id ? <span>{detail.subject.title}</span> : null}
          </p>
        </div>
        <div className="row wrap">
          <Directive title={`${detail.number} ${file.title}`} href={`/desk/cases/${detail.id}`} subject={detail.subject.id !== '0' ? detail.subject.id : undefined} />
          {detail.may_take_back.map((task) => <Button key={task} loading={takeBack.isPending} onClick={() => takeBack.mutate(task)}>{t('case.take_back', { step: label(detail.tasks.find((one) => one.id === task)?.labels) })}</Button>)}
          {detail.may_withdraw ? <Button onClick={() => { withdraw.reset(); setWithdrawing(true); }}>{t('case.withdraw')}</Button> : null}
        </div>
        {ended ? null : <p className="case-left"><DaysLeft duty={{ due: detail.due ?? null, working_days_left: detail.working_days_left ?? null }} /></p>}
      </header>

      {takeBack.error ? <Refusal problem={takeBack.error} /> : null}
      <Modal open={withdrawing} title={t('case.withdraw')} onCancel={() => setWithdrawing(false)} okText={t('case.withdraw')} cancelText={t('action.cancel')} okButtonProps={{ danger: true, disabled: !why.trim(), loading: withdraw.isPending }} onOk={() => withdraw.mutate()}>
        <div className="field stack tight"><label htmlFor="withdraw-why" className="need">{t('case.reason')}</label><textarea id="withdraw-why" className="plain" rows={3} value={why} onChange={(event) => setWhy(event.target.value)} /><span className="help">{t('case.withdraw_help')}</span>{withdraw.error ? <Refusal problem={withdraw.error} compact /> : null}</div>
      </Modal>

      {detail.withheld ? <p className="notice" role="note">{t('case.withheld')}</p> : null}

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
          <ClockPanel detail={detail} after={after} />
          {owner ? null : <MigrationPanel detail={detail} after={after} />}
          <MaterialsPanel detail={detail} after={after} />
          {item ? <Panel title={t('case.service')}><div className="stack tight"><p><Link to={`/guides/${item.id}`}>{label(item.labels)}</Link></p>{item.basis ? <p className="dim mid">{label(item.basis)}</p> : null}{detail.duty && !owner ? <p><Link to={`/desk/duties/${detail.duty}`}>{t('case.see_duty')}</Link></p> : null}</div></Panel> : null}
          {owner ? null : <MessagesPanel detail={detail} />}
          <Panel title={t('timeline.title')}><Timeline entries={detail.timeline} /></Panel>
        </div>
      </div>
    </>
  );
}
