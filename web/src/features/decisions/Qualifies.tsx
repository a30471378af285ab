import { DownloadOutlined } from '@ant-design/icons';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useSearchParams } from 'react-router-dom';
import { DataTable, RowTitle, type Column } from '@/components/DataTable';
import { fileHref } from '@/components/links';
import { Await, Empty } from '@/components/States';
import { WhyButton } from '@/components/Why';
import { figure } from '@/lib/format';
import { address, get } from '@/lib/http';
import { useCatalogue, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { DecisionInfo, DecisionOutcomes } from '@/lib/types';

type Item = DecisionOutcomes['items'][number];

/** Who has which outcome, why, since and until when; the list as a workbook. */
export function Qualifies({ decision }: { decision: DecisionInfo }) {
  const { t, label, day, language } = useWords();
  const today = useToday();
  const { kind } = useCatalogue();
  const [parameters, setParameters] = useSearchParams();
  const value = parameters.get('value') ?? '';
  const query = useInfiniteQuery({
    queryKey: ['decision-outcomes', decision.id, value],
    queryFn: ({ pageParam }) => get<DecisionOutcomes>(`/decisions/${decision.id}/outcomes`, { value, cursor: pageParam, limit: 50 }),
    initialPageParam: '', getNextPageParam: (page) => page.next_cursor || undefined, placeholderData: keepPreviousData,
  });
  const first = query.data?.pages[0];
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const subject = kind(decision.kind);
  const columns: Column<Item>[] = [
    { key: 'record', title: label(subject?.labels), cell: (row) => <RowTitle to={fileHref(row.record.id)} title={row.record.title || row.record.id} under={row.reason && row.reason !== label(row.value_labels) ? row.reason : undefined} /> },
    { key: 'value', title: t('decisions.outcome'), cell: (row) => <span className={`chip ${row.value === decision.aim ? 'bamboo' : row.value === null || row.value === 'unknown' ? 'ochre' : ''}`}>{label(row.value_labels)}</span> },
    { key: 'since', title: t('decisions.since'), cell: (row) => (row.since ? day(row.since, today) : '') },
    ...(rows.some((row) => row.until) ? [{ key: 'until', title: t('decisions.until'), cell: (row: Item) => (row.until ? <span className="tone-violet">{day(row.until, today)}</span> : '') }] : []),
    { key: 'why', title: t('why.why'), plain: true, cell: (row) => <WhyButton kind={decision.kind} id={row.record.id} decision={decision.id} title={`${row.record.title} · ${label(decision.labels)}`} /> },
  ];
  return (
    <section className="panel" aria-label={t('decisions.view.who')}>
      <div className="filters">
        <button type="button" className={`chip ${value === '' ? 'azurite' : ''}`} aria-pressed={value === ''} onClick={() => setParameters({}, { replace: true })}>{t('decisions.everybody')} {figure(first?.all)}</button>
        {(first?.counts ?? []).filter((item) => item.count > 0).map((item) => (
          <button key={item.value} type="button" className={`chip ${value === item.value ? 'azurite' : ''}`} aria-pressed={value === item.value} onClick={() => setParameters({ value: item.value }, { replace: true })}>{label(item.labels)} {figure(item.count)}</button>
        ))}
        <span className="grow" />
        <Button icon={<DownloadOutlined />} href={address(`/decisions/${decision.id}/outcomes.xlsx`, { value, language })} download>XLSX</Button>
      </div>
      <Await query={query} lines={10}>
        {rows.length === 0 ? <Empty title={t('decisions.nobody')} text={t('decisions.nobody_next')} /> : (
          <>
            <DataTable caption={label(decision.labels)} columns={columns} rows={rows} rowKey={(row) => row.record.id} />
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
