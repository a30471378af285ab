import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useSearchParams } from 'react-router-dom';
import { stateTone } from '@/components/caseTone';
import { DataTable, RowTitle, type Column } from '@/components/DataTable';
import { DaysLeft } from '@/components/DaysLeft';
import { Await, Empty } from '@/components/States';
import { figure } from '@/lib/format';
import { get } from '@/lib/http';
import { useSession, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { CaseItem, CasePage } from '@/lib/types';


export default function CasesPage() {
  const { t, label, day } = useWords();
  const today = useToday();
  const { data: session } = useSession();
  const owner = session?.role === 'owner';
  const [parameters, setParameters] = useSearchParams();
  const state = parameters.get('state') ?? '';
  const mine = parameters.get('mine') === 'true';
  const set = (key: string, value: string) => setParameters((now) => { const next = new URLSearchParams(now); if (value) next.set(key, value); else next.delete(key); return next; }, { replace: true });
  const query = useInfiniteQuery({
    queryKey: ['cases', { state, mine }],
    queryFn: ({ pageParam, signal }) => get<CasePage>('/cases', { state, mine: mine || undefined, limit: 50, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const total = query.data?.pages[0]?.total ?? 0;
  const columns: Column<CaseItem>[] = [
    { key: 'case', title: t('case.case'), cell: (row) => <RowTitle to={`${owner ? '/my' : '/desk'}/cases/${row.id}`} title={label(row.labels)} under={<><span className="code">{row.number}</span>{row.summary ? <span className="said">{row.summary}</span> : null}</>} /> },
    { key: 'subject', title: t('case.subject'), plain: true, cell: (row) => <>{(row.file ?? row.subject).title}{row.file && row.file.id !== row.subject.id ? <span className="under">{row.subject.title}</span> : null}</> },
    { key: 'state', title: t('case.state_of'), plain: true, cell: (row) => <span className={`chip ${stateTone[row.state] ?? ''}`}>{row.state === 'waiting' && !row.waits_for_applicant ? t('case.waits_for_person') : t(`case.state.${row.state}`)}</span> },
    { key: 'step', title: t('case.step'), cell: (row) => label(row.outcome ?? row.step) },
    { key: 'opened', title: t('case.opened'), cell: (row) => day(row.opened, today) },
    { key: 'due', title: t('case.due'), plain: true, cell: (row) => (row.state === 'completed' || row.state === 'cancelled' ? day(row.closed, today) : <DaysLeft duty={{ due: row.due ?? null, working_days_left: row.working_days_left ?? null }} />) },
  ];
  return (
    <div className="page">
      <header className="page-head"><div><h1>{t(owner ? 'case.mine_title' : 'case.title')}</h1><p>{query.isSuccess ? t('case.lead', { count: figure(total) }) : ' '}</p></div></header>
      <section className="panel" aria-label={t('case.title')}>
        <div className="filters">
          <select className="plain" aria-label={t('case.state_of')} value={state} onChange={(event) => set('state', event.target.value)}>
            <option value="">{t('case.all_states')}</option>
            {['running', 'waiting', 'stopped', 'completed', 'cancelled'].map((value) => <option key={value} value={value}>{t(`case.state.${value}`)}</option>)}
          </select>
          {owner ? null : <label className="row mid dim"><input type="checkbox" checked={mine} onChange={(event) => set('mine', event.target.checked ? 'true' : '')} />{t('duties.mine')}</label>}
        </div>
        <Await query={query} lines={8}>
          {rows.length === 0 ? <Empty title={t('case.none')} text={t(owner ? 'case.none_owner' : 'case.none_next')} action={state || mine ? <Button onClick={() => setParameters({}, { replace: true })}>{t('records.clear')}</Button> : null} /> : (
            <>
              <DataTable caption={t('case.title')} columns={columns} rows={rows} rowKey={(row) => row.id} />
              <div className="more"><span>{t('records.shown', { shown: figure(rows.length), total: figure(total) })}</span>{query.hasNextPage ? <Button onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>{t('records.more')}</Button> : null}</div>
            </>
          )}
        </Await>
      </section>
    </div>
  );
}
