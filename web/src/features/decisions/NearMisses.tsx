import { DownloadOutlined } from '@ant-design/icons';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useSearchParams } from 'react-router-dom';
import { DataTable, RowTitle, type Column } from '@/components/DataTable';
import { fileHref } from '@/components/links';
import { NearMissBar } from '@/components/NearMissBar';
import { Await, Empty } from '@/components/States';
import { WhyButton } from '@/components/Why';
import { figure } from '@/lib/format';
import { address, get } from '@/lib/http';
import { useCatalogue } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { DecisionInfo, NearMissPage } from '@/lib/types';

type Item = NearMissPage['items'][number];

/** Everyone who fails few conditions, nearest first. */
export function NearMisses({ decision }: { decision: DecisionInfo }) {
  const { t, label, language } = useWords();
  const { kind } = useCatalogue();
  const [parameters, setParameters] = useSearchParams();
  const conditions = parameters.get('conditions') ?? '1';
  const query = useInfiniteQuery({
    queryKey: ['near-misses', decision.id, conditions],
    queryFn: ({ pageParam }) => get<NearMissPage>(`/decisions/${decision.id}/near-misses`, { conditions, cursor: pageParam, limit: 50 }),
    initialPageParam: '', getNextPageParam: (page) => page.next_cursor || undefined, placeholderData: keepPreviousData,
  });
  const first = query.data?.pages[0];
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const columns: Column<Item>[] = [
    { key: 'record', title: label(kind(decision.kind)?.labels), cell: (row) => <RowTitle to={fileHref(row.record.id)} title={row.record.title || row.record.id} under={t('decisions.fails', { count: row.unmet })} /> },
    { key: 'failed', title: t('decisions.lacks'), plain: true, cell: (row) => <ul className="lacks">{row.failed.map((condition, index) => <li key={index}><span>{label(condition.label)}</span><NearMissBar condition={condition} /></li>)}</ul> },
    { key: 'why', title: t('why.why'), plain: true, cell: (row) => <WhyButton kind={decision.kind} id={row.record.id} decision={decision.id} title={`${row.record.title} · ${label(decision.labels)}`} /> },
  ];
  return (
    <section className="panel" aria-label={t('decisions.view.near')}>
      <div className="filters">
        <label>{t('decisions.at_most')} <select className="plain" value={conditions} onChange={(event) => setParameters({ view: 'near', conditions: event.target.value }, { replace: true })}>
          {['1', '2', '3'].map((count) => <option key={count} value={count}>{t('decisions.conditions', { count: Number(count) })}</option>)}
        </select></label>
        {first ? <span className="dim mid">{t('decisions.near_lead', { count: figure(first.total), aim: label(first.aim_labels) })}</span> : null}
        <span className="grow" />
        <Button icon={<DownloadOutlined />} href={address(`/decisions/${decision.id}/near-misses.xlsx`, { conditions, language })} download>XLSX</Button>
      </div>
      <Await query={query} lines={10}>
        {rows.length === 0 ? <Empty title={t('decisions.nobody_near')} text={t('decisions.nobody_near_next')} /> : (
          <>
            <DataTable caption={t('decisions.view.near')} columns={columns} rows={rows} rowKey={(row) => row.record.id} />
            <div className="more">
              <span>{t('records.shown', { shown: figure(rows.length), total: figure(first?.total) })}</span>
              {query.hasNextPage ? <Button onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>{t('records.more')}</Button> : null}
            </div>
          </>
        )}
      </Await>
    </section>
  );
}
