import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Input } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { Given } from '@/components/Given';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { addDays, daysBetween, figure } from '@/lib/format';
import { get, post } from '@/lib/http';
import { useMayWrite, useToday } from '@/lib/queries';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { CaseItem, DutyPage, RecordItem, RecordPage, Task } from '@/lib/types';
import { useRenewals, zerosOf } from '@/lib/renewals';
import { TogetherResults, type Together, type TogetherAnswer } from '@/components/TogetherResults';
import { ZerosPanel } from '@/components/ZerosPanel';
import './renewals.css';

const lanes = ['automatic', 'commitment', 'person', 'superior'] as const;
const weeks = 12;

interface TaskPage { items: { task: Task; case: CaseItem }[]; total: number }

/** The coming weeks by lane, what came to a person, what would be sent at a go-live, what became of the rest. */
export default function RenewalsPage() {
  const { t } = useWords();
  const today = useToday();
  const renewals = useRenewals();
  return (
    <div className="page">
      <header className="page-head"><div><h1>{t('renewal.title')}</h1><p>{t('renewal.lead')}</p></div></header>
      {today ? <Weeks today={today} /> : null}
      <Exceptions />
      <GoLive />
      <Await query={renewals}><ZerosPanel zeros={zerosOf(renewals.data?.items ?? [])} /></Await>
    </div>
  );
}

function Weeks({ today }: { today: string }) {
  const { t, day } = useWords();
  const filter = `valid to >= date("${today}") and valid to < date("${addDays(today, weeks * 7)}")`;
  const found = useQueries({ queries: lanes.map((lane) => ({ queryKey: ['records', 'licence', lane, today], queryFn: () => get<RecordPage>('/records/licence', { filter, 'outcome.renewal_lane': lane, limit: 500 }), retry: false })) });
  const week = (item: RecordItem) => Math.floor((daysBetween(today, String(item.values.valid_to)) ?? 0) / 7);
  const table = Array.from({ length: weeks }, (_, index) => lanes.map((_lane, at) => (found[at]?.data?.items ?? []).filter((item) => week(item) === index).length));
  const failed = found.find((query) => query.error);
  return (
    <Panel title={t('renewal.weeks')} note={t('renewal.weeks_note')} flush>
      {failed?.error ? <Refusal problem={failed.error} /> : (
        <div style={{ overflowX: 'auto' }}>
          <table className="lane-weeks">
            <thead><tr><th scope="col">{t('renewal.ends_week')}</th>{lanes.map((lane) => <th key={lane} scope="col">{t(`renewal.lanes.${lane}`)}</th>)}</tr></thead>
            <tbody>{table.map((row, index) => (
              <tr key={index}><th scope="row"><Link to={`/desk/records/licence?f=valid_to~ge~${addDays(today, index * 7)}&f=valid_to~le~${addDays(today, index * 7 + 6)}`}>{day(addDays(today, index * 7))}</Link></th>{row.map((count, at) => <td key={lanes[at]}>{count === 0 ? <span className="faint">0</span> : figure(count)}</td>)}</tr>
            ))}</tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

/** Whatever could not be decided by rule, the facts beside it; several may be approved with one reason. */
function Exceptions() {
  const { t, day } = useWords();
  const client = useQueryClient();
  const mayWrite = useMayWrite();
  const [chosen, setChosen] = useState<string[]>([]);
  const [reason, setReason] = useState('');
  const query = useQuery({ queryKey: ['tasks', 'approve'], queryFn: () => get<TaskPage>('/tasks', { limit: 100 }) });
  const items = (query.data?.items ?? []).filter((item) => item.task.element === 'approve');
  const picked = items.filter((item) => item.task.can_complete !== false && chosen.includes(item.task.id));
  const [told, setTold] = useState<Together | null>(null);
  // Each is its own: what was refused is told with its reason, the others are done.
  const approve = useMutation({
    mutationFn: async () => {
      const answers: Together['items'] = [];
      for (const procedure of new Set(picked.map((item) => item.case.procedure))) {
        const tasks = picked.filter((item) => item.case.procedure === procedure).map((item) => item.task.id);
        answers.push(...(await post<TogetherAnswer>('/tasks/complete', { tasks, values: { decision: 'renew', comment: reason.trim() }, comment: reason.trim() })).items);
        setTold({ step: t('renewal.exceptions'), items: [...answers] });  // what is done is told, whatever comes of the rest
      }
      return answers;
    },
    onSuccess: (answers) => {
      setReason('');
      setChosen([]);
      if (answers.every((item) => item.done)) say(t('renewal.approved'));
    },
    onSettled: () => { for (const key of ['tasks', 'cases', 'records', 'overview', 'work']) void client.invalidateQueries({ queryKey: [key] }); },
  });
  return (
    <Panel title={t('renewal.exceptions')} note={t('renewal.exceptions_note')} aside={items.length} flush>
      {told ? <div className="panel-body"><TogetherResults told={told} onClose={() => setTold(null)} /></div> : null}
      <Await query={query}>
        {items.length === 0 ? <Empty title={t('renewal.no_exceptions')} text={t('renewal.no_exceptions_next')} /> : (
          <>
            <ul className="exceptions">
              {items.map(({ task, case: of }) => (
                <li key={task.id} data-rowbox>
                  <Checkbox checked={task.can_complete !== false && chosen.includes(task.id)} disabled={!mayWrite || task.can_complete === false} aria-label={t('renewal.choose', { name: of.subject?.title ?? of.number })} onChange={(event) => setChosen((now) => (event.target.checked ? [...now, task.id] : now.filter((id) => id !== task.id)))} />
                  <div><p><Link to={`/desk/cases/${of.id}`} data-row>{of.file?.title ?? of.number}</Link> <span className="code">{of.subject?.title}</span>{task.due ? <span className="faint"> {t('duty.by', { date: day(task.due) })}</span> : null}</p>
                    <Given task={task} className="facts single" /></div>
                </li>
              ))}
            </ul>
            {mayWrite ? <div className="panel-body stack tight">
              <label htmlFor="bulk-reason">{t('renewal.reason')}</label>
              <Input.TextArea id="bulk-reason" rows={2} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
              <div><Button type="primary" disabled={picked.length === 0 || reason.trim().length < 2} loading={approve.isPending} onClick={() => approve.mutate()}>{t('renewal.approve', { count: picked.length })}</Button></div>
              {approve.error ? <Refusal problem={approve.error} /> : null}
            </div> : null}
          </>
        )}
      </Await>
    </Panel>
  );
}

/** The dry run of a go-live: everything that would be sent or renewed waits here until somebody lets it go. */
function GoLive() {
  const { t, label } = useWords();
  const client = useQueryClient();
  const mayWrite = useMayWrite();
  const query = useQuery({ queryKey: ['duties', 'planned'], queryFn: () => get<DutyPage>('/duties', { state: 'planned', limit: 200 }) });
  const items = query.data?.items ?? [];
  const release = useMutation({
    mutationFn: async (ids: string[]) => { for (const id of ids) await post(`/duties/${id}/release`); },
    onSettled: () => { void client.invalidateQueries({ queryKey: ['duties'] }); },
  });
  if (items.length === 0) return null;
  return (
    <Panel title={t('renewal.go_live')} note={t('renewal.go_live_note')} aside={query.data?.total ?? items.length} flush>
      <ul className="planned">
        {items.slice(0, 50).map((duty) => <li key={duty.id}><Link to={`/desk/duties/${duty.id}`}><b>{label(duty.title)}</b><span className="faint">{t(`duty.calls_for.${duty.calls_for}`)} · {label(duty.labels)}</span></Link>{mayWrite ? <Button size="small" loading={release.isPending} onClick={() => release.mutate([duty.id])}>{t('renewal.release')}</Button> : null}</li>)}
      </ul>
      {release.error ? <Refusal problem={release.error} /> : null}
    </Panel>
  );
}
