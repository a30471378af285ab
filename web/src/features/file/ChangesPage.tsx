import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router-dom';
import { DataTable, type Column } from '@/components/DataTable';
import { fileHref } from '@/components/links';
import { Await, Empty } from '@/components/States';
import { figure, instant } from '@/lib/format';
import { get } from '@/lib/http';
import { useCatalogue, useMayWrite, useSession } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { HistoryEntry, HistoryPage } from '@/lib/types';
import { VoidDialog } from './VoidDialog';
import { What } from './What';
import './file.css';

/** What changed in a file: who, from where and why, before and after; a change can be taken back here. */
export default function ChangesPage() {
  const parameters = useParams();
  const { data: session } = useSession();
  const id = parameters.id ?? session?.file?.id ?? session?.enterprise?.id ?? '';
  const owner = session?.role === 'owner';
  const { t, label } = useWords();
  const { catalogue, kind } = useCatalogue();
  const [filters, setFilters] = useSearchParams();
  const mayWrite = useMayWrite();
  const [undoing, setUndoing] = useState<HistoryEntry | null>(null);
  const request = { from: filters.get('from') ?? undefined, to: filters.get('to') ?? undefined, kind: filters.get('kind') ?? undefined };
  const query = useInfiniteQuery({
    queryKey: ['file-changes', id, request],
    queryFn: ({ pageParam }) => get<HistoryPage>(`/files/${id}/changes`, { ...request, limit: 50, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: Boolean(id),
  });
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const set = (name: string, value: string) => setFilters((now) => { const next = new URLSearchParams(now); if (value) next.set(name, value); else next.delete(name); return next; }, { replace: true });
  const columns: Column<HistoryEntry>[] = [
    { key: 'when', title: t('file.changes_when'), cell: (row) => <><span className="first">{instant(row.recorded_at)}</span><span className="under">{t('file.effective', { date: row.effective_from })}</span></> },
    { key: 'what', title: t('file.changes_what'), cell: (row) => <What entry={row} /> },
    { key: 'who', title: t('file.changes_who'), cell: (row) => <Who entry={row} /> },
    { key: 'why', title: t('file.changes_why'), cell: (row) => row.reason ?? '' },
    { key: 'undo', title: <span className="visually-hidden">{t('file.void')}</span>, label: '', plain: true, cell: (row) => (mayWrite && !owner && !row.voided && row.operation !== 'erase' && kind(row.kind)?.may_write ? <Button size="small" onClick={() => setUndoing(row)}>{t('file.void')}</Button> : null) },
  ];
  const kinds = (catalogue?.kinds ?? []).filter((item) => item.belongs_to !== undefined);
  return (
    <div className="page">
      <header className="page-head">
        <div><p className="small"><Link to={owner ? '/my/file' : fileHref(id)}>{t('file.changes_back')}</Link></p><h1>{t('file.changes_title')}</h1><p>{t('file.changes_lead')}</p></div>
      </header>
      <section className="panel" aria-label={t('file.changes_title')}>
        <div className="filters" role="search">
          <label htmlFor="changes-from">{t('file.changes_from')}</label>
          <input id="changes-from" type="date" className="plain" value={request.from ?? ''} onChange={(event) => set('from', event.target.value)} />
          <label htmlFor="changes-to">{t('file.changes_to')}</label>
          <input id="changes-to" type="date" className="plain" value={request.to ?? ''} onChange={(event) => set('to', event.target.value)} />
          <select className="plain" aria-label={t('file.changes_kind')} value={request.kind ?? ''} onChange={(event) => set('kind', event.target.value)}>
            <option value="">{t('file.changes_kind')}：{t('file.changes_all')}</option>
            {kinds.map((item) => <option key={item.kind} value={item.kind}>{label(item.labels)}</option>)}
          </select>
        </div>
        <Await query={query} lines={10}>
          {rows.length === 0 ? <Empty title={t('file.changes_none')} text={t('file.changes_none_next')} /> : (
            <>
              <DataTable caption={t('file.changes_title')} columns={columns} rows={rows} rowKey={(row) => String(row.position)} />
              <div className="more">
                <span>{t('records.shown', { shown: figure(rows.length), total: figure(query.data?.pages[0]?.total ?? rows.length) })}</span>
                {query.hasNextPage ? <Button onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>{t('file.changes_more')}</Button> : null}
              </div>
            </>
          )}
        </Await>
      </section>
      {undoing ? <VoidDialog entry={undoing} onClose={() => setUndoing(null)} /> : null}
    </div>
  );
}

function Who({ entry }: { entry: HistoryEntry }) {
  const { label } = useWords();
  const { source } = useCatalogue();
  return <>{entry.actor || '—'}<span className="under">{label(source(entry.source)?.labels) || entry.source}</span></>;
}
