import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { DataTable } from '@/components/DataTable';
import { Panel } from '@/components/Panel';
import { Await, Empty } from '@/components/States';
import { address, get } from '@/lib/http';
import { useSession, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import { grouped, What, when } from './looks';
import { EvidencePanel } from './EvidencePanel';
import type { LookPage, PermissionMatrix } from '@/lib/types';

/** 访问记录, 检查点 and 权限表, for those who answer for them. */
export default function AuditPage() {
  const { t } = useWords();
  const role = useSession().data?.role;
  return (
    <div className="page">
      <header className="page-head"><div><h1>{t('audit.title')}</h1><p>{t('audit.lead')}</p></div></header>
      {role === 'auditor' ? <Looks /> : null}
      <EvidencePanel />
      <Matrix />
    </div>
  );
}

function Looks() {
  const { t, label, language } = useWords();
  const looks = useInfiniteQuery({
    queryKey: ['looks', 'all'], initialPageParam: '', queryFn: ({ pageParam }) => get<LookPage>('/looks', { cursor: pageParam, limit: 200 }),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const items = looks.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title={t('audit.looks')} aside={<a href={address('/looks.xlsx', { language })} download>{t('sources.download')}</a>} flush>
      <Await query={looks}>
        {items.length === 0 ? <Empty title={t('looks.none')} text={t('audit.looks_none')} /> : (
          <DataTable caption={t('audit.looks')} rows={grouped(items)} rowKey={(row) => row.key} columns={[
            { key: 'at', title: t('looks.at'), cell: (row) => when(row) },
            { key: 'account', title: t('audit.account'), cell: ({ items: [row] }) => <>{row?.account ?? '—'}<span className="under">{label(row?.post)}</span></> },
            { key: 'what', title: t('looks.what_of'), plain: true, cell: (row) => <What of={row} /> },
            { key: 'file', title: t('sources.whose'), cell: ({ items: [row] }) => (row?.file ? <Link to={`/desk/files/${row.file.id}`} data-row>{row.file.title}</Link> : null) },
            { key: 'reason', title: t('audit.reason'), cell: ({ items: [row] }) => (row?.what === 'request' ? null : row?.reason ?? null) },
          ]} />
        )}
        {looks.hasNextPage ? <div className="panel-body"><Button loading={looks.isFetchingNextPage} onClick={() => void looks.fetchNextPage()}>{t('looks.more')}</Button></div> : null}
      </Await>
    </Panel>
  );
}

function Matrix() {
  const { t, label, language } = useWords();
  const today = useToday();
  const [asOf, setAsOf] = useState('');
  const [post, setPost] = useState('');
  const [kind, setKind] = useState('');
  const day = asOf || today;
  const matrix = useQuery({ queryKey: ['permissions', day], queryFn: () => get<PermissionMatrix>('/permissions', { as_of: day }), enabled: day !== '' });
  const posts = [...new Map((matrix.data?.rows ?? []).map((row) => [row.post, row.post_labels])).entries()];
  const chosen = post || posts[0]?.[0] || '';
  const ofPost = (matrix.data?.rows ?? []).filter((row) => row.post === chosen);
  const kinds = [...new Map(ofPost.map((row) => [row.kind, row.kind_labels])).entries()];
  const shown = kinds.some(([name]) => name === kind) ? kind : kinds[0]?.[0] ?? '';
  const rows = ofPost.filter((row) => row.kind === shown);
  const rights = (text: string | null) => (text ? text.split(' ').map((word) => t(`audit.right.${word}`)).join(t('sources.comma')) : '—');
  return (
    <Panel title={t('audit.matrix')} aside={<a href={address('/permissions.xlsx', { as_of: day, language })} download>{t('sources.download')}</a>} flush>
      <div className="panel-body form">
        <div><label htmlFor="matrix-day">{t('audit.as_of')}</label><input id="matrix-day" type="date" className="plain" value={day} onChange={(event) => setAsOf(event.target.value)} /></div>
        <div><label htmlFor="matrix-post">{t('audit.post')}</label><select id="matrix-post" className="plain" value={chosen} onChange={(event) => setPost(event.target.value)}>{posts.map(([name, labels]) => <option key={name} value={name}>{label(labels)}</option>)}</select></div>
        <div><label htmlFor="matrix-kind">{t('audit.kind')}</label><select id="matrix-kind" className="plain" value={shown} onChange={(event) => setKind(event.target.value)}>{kinds.map(([name, labels]) => <option key={name} value={name}>{label(labels)}</option>)}</select></div>
      </div>
      <Await query={matrix}>
        <p className="panel-body dim">{t('audit.holders')}{t('audit.colon')}{(matrix.data?.holders ?? []).filter((item) => item.post === chosen).map((item) => `${item.name || item.account}${item.why === 'stands_in' ? t('audit.instead_of', { account: item.instead_of }) : ''}${item.within ? t('audit.within', { place: item.within.title }) : ''}${item.away ? t('audit.away') : ''}`).join(t('sources.comma')) || '—'}</p>
        <DataTable caption={t('audit.matrix')} rows={rows} rowKey={(row) => `${row.kind}.${row.field}`} columns={[
          { key: 'field', title: t('sources.field'), cell: (row) => <>{label(row.labels)}<span className="under">{t(`audit.class.${row.class}`)}{row.personal_of_individuals ? t('audit.individuals') : ''}</span></> },
          { key: 'any', title: t('audit.any'), cell: (row) => rights(row.any) },
          { key: 'own', title: t('audit.own'), cell: (row) => rights(row.own) },
          { key: 'consent', title: t('audit.consent'), cell: (row) => rights(row.consent) },
        ]} />
      </Await>
    </Panel>
  );
}
