import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { DataTable } from '@/components/DataTable';
import { Panel } from '@/components/Panel';
import { Await, Empty } from '@/components/States';
import { get } from '@/lib/http';
import { useOwnFile } from '@/lib/queries';
import { useWords } from '@/lib/words';
import { grouped, What, when } from './looks';
import type { LookPage } from '@/lib/types';

/** 谁看过: every look at one's own file, by post and time; who revealed what and why. */
export default function SeenPage() {
  const { t, label } = useWords();
  const own = useOwnFile().file?.id ?? '';
  const looks = useInfiniteQuery({
    queryKey: ['looks', own], enabled: own !== '', initialPageParam: '',
    queryFn: ({ pageParam }) => get<LookPage>(`/files/${own}/looks`, { cursor: pageParam }),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const items = looks.data?.pages.flatMap((page) => page.items) ?? [];
  if (!own) return <div className="page narrow"><Empty title={t('file.no_file')} text={t('file.no_file_next')} /></div>;
  return (
    <div className="page narrow">
      <header className="page-head"><div><h1>{t('looks.title')}</h1><p>{t('looks.lead')}</p></div></header>
      <Panel title={t('looks.list')} flush>
        <Await query={looks}>
          {items.length === 0 ? <Empty title={t('looks.none')} text={t('looks.none_next')} /> : (
            <DataTable caption={t('looks.title')} rows={grouped(items)} rowKey={(row) => row.key} columns={[
              { key: 'at', title: t('looks.at'), cell: (row) => when(row) },
              { key: 'who', title: t('looks.who'), cell: ({ items: [row] }) => label(row?.post) || t('looks.unknown') },
              { key: 'what', title: t('looks.what_of'), cell: (row) => <><What of={row} />{row.items[0]?.reason && row.items[0].what === 'reveal' ? <span className="under">{t('looks.reason', { reason: row.items[0].reason })}</span> : null}</> },
            ]} />
          )}
        </Await>
      </Panel>
      {looks.hasNextPage ? <p><Button loading={looks.isFetchingNextPage} onClick={() => void looks.fetchNextPage()}>{t('looks.more')}</Button></p> : null}
    </div>
  );
}
