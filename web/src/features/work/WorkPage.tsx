import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link, useSearchParams } from 'react-router-dom';
import { DataTable, RowTitle, type Column } from '@/components/DataTable';
import { DaysLeft } from '@/components/DaysLeft';
import { fileHref } from '@/components/links';
import { Await, Empty } from '@/components/States';
import { figure } from '@/lib/format';
import { get } from '@/lib/http';
import { useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { CaseItem, CasePage, TaskItem, Worklists } from '@/lib/types';
import { stateTone } from '@/components/caseTone';
import './work.css';

interface TaskPage { items: TaskItem[]; next_cursor: string | null; total: number }
type Row = TaskItem | { task: null; case: CaseItem };

const views = ['mine', 'department', 'applicant', 'due_soon', 'late', 'directives'] as const;
type View = typeof views[number];
const cases: Record<string, Record<string, string | boolean>> = { applicant: { waits_for_applicant: true }, directives: { category: 'directive', state: 'open' } };

/** What waits for me, for my department, for the applicant; what is due, what is late, what the leaders asked for. */
export default function WorkPage() {
  const { t, label, day } = useWords();
  const today = useToday();
  const [parameters, setParameters] = useSearchParams();
  const asked = parameters.get('view') as View | null;
  const view: View = asked && views.includes(asked) ? asked : 'mine';
  const counts = useQuery({ queryKey: ['work', 'counts'], queryFn: () => get<Worklists>('/worklists') });
  const query = useInfiniteQuery({
    queryKey: ['work', view],
    queryFn: async ({ pageParam, signal }): Promise<{ rows: Row[]; next: string | null; total: number }> => {
      const of = cases[view];
      if (of) {
        const page = await get<CasePage>('/cases', { ...of, limit: 50, cursor: pageParam }, signal);
        return { rows: page.items.map((item) => ({ task: null, case: item })), next: page.next_cursor ?? null, total: page.total ?? page.items.length };
      }
      const page = await get<TaskPage>('/tasks', { view, limit: 50, cursor: pageParam }, signal);
      return { rows: page.items, next: page.next_cursor, total: page.total };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  const total = query.data?.pages[0]?.total ?? 0;
  const due = (row: Row) => (row.task ? row.task.due ?? null : row.case.due ?? null);
  const columns: Column<Row>[] = [
    { key: 'what', title: t('work.what'), cell: (row) => <RowTitle to={`/desk/cases/${row.case.id}`} title={label(row.task?.labels ?? row.case.labels)} under={<><span className="code">{row.case.number}</span> {row.task ? label(row.case.labels) : label(row.case.step)}{row.case.summary ? <span className="said">{row.case.summary}</span> : null}</>} /> },
    { key: 'subject', title: t('case.subject'), plain: true, cell: (row) => (row.case.file ? <><Link to={fileHref(row.case.file.id)}>{row.case.file.title}</Link>{row.case.file.id !== row.case.subject.id ? <span className="under">{row.case.subject.title}</span> : null}</> : row.case.subject.title) },
    { key: 'who', title: t('work.who'), plain: true, cell: (row) => (row.task ? row.task.assignee ?? (row.task.role ? t(`front.role_name.${row.task.role}`, { defaultValue: row.task.role }) : t('case.waits')) : <span className={`chip ${stateTone[row.case.state] ?? ''}`}>{row.case.pause ? t(`case.clock.reason.${row.case.pause}`, { defaultValue: row.case.pause }) : row.case.state === 'waiting' && !row.case.waits_for_applicant ? t('case.waits_for_person') : t(`case.state.${row.case.state}`)}</span>) },
    { key: 'opened', title: t('case.opened'), cell: (row) => day(row.task?.opened ?? row.case.opened, today) },
    { key: 'due', title: t('case.due'), plain: true, cell: (row) => (due(row) ? <><DaysLeft duty={{ due: due(row), working_days_left: row.task ? null : row.case.working_days_left ?? null }} /><span className="under">{t('duty.by', { date: day(due(row) ?? '', today) })}</span></> : <span className="faint">{row.case.pause ? t('case.clock.suspended') : '—'}</span>) },
  ];
  return (
    <div className="page">
      <header className="page-head">
        <div><h1>{t('work.title')}</h1><p>{t('work.lead')}</p></div>
      </header>
      <nav className="work-tabs" aria-label={t('work.lists')}>
        {views.map((name) => (
          <button key={name} type="button" aria-pressed={name === view} className={name === 'late' && (counts.data?.late ?? 0) > 0 ? 'late' : undefined} onClick={() => setParameters(name === 'mine' ? {} : { view: name }, { replace: true })}>
            <span>{t(`work.view.${name}`)}</span><b>{figure(counts.data?.[name])}</b>
          </button>
        ))}
      </nav>
      <section className="panel" aria-label={t(`work.view.${view}`)}>
        <Await query={query} lines={8}>
          {rows.length === 0 ? <Empty title={t(`work.none.${view}`)} text={t(`work.none_next.${view}`)} action={view === 'mine' && (counts.data?.department ?? 0) > 0 ? <Button onClick={() => setParameters({ view: 'department' }, { replace: true })}>{t('work.see_department')}</Button> : null} /> : (
            <>
              <DataTable caption={t(`work.view.${view}`)} columns={columns} rows={rows} rowKey={(row) => row.task?.id ?? row.case.id} />
              <div className="more"><span>{t('records.shown', { shown: figure(rows.length), total: figure(total) })}</span>{query.hasNextPage ? <Button onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>{t('records.more')}</Button> : null}</div>
            </>
          )}
        </Await>
      </section>
    </div>
  );
}
