import { DownloadOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { Button } from 'antd';
import { DataTable, type Column } from '@/components/DataTable';
import { Await, Empty, Refusal } from '@/components/States';
import { figure, percent } from '@/lib/format';
import { address, post } from '@/lib/http';
import { useMayWrite } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { DecisionInfo, Unknowns as Shares } from '@/lib/types';

type Share = Shares['shares'][number];

/** What is unknown for want of which fact and source, with one action to ask for it. */
export function Unknowns({ decision, query }: { decision: DecisionInfo; query: UseQueryResult<Shares> }) {
  const { t, label } = useWords();
  const data = query.data;
  const columns: Column<Share>[] = [
    { key: 'what', title: t('decisions.missing'), cell: (row) => <><b>{label(row.label)}</b><span className="under">{row.field ? label(row.kind_label) : t('decisions.whole_record')}</span></> },
    { key: 'source', title: t('decisions.source'), cell: (row) => label(row.source_label) || '—' },
    { key: 'reason', title: t('decisions.because'), cell: (row) => t(`decisions.reason.${row.reason}`) },
    { key: 'count', title: t('decisions.concerned'), number: true, cell: (row) => <>{figure(row.count)} <span className="dim">{percent(data && data.unknown > 0 ? row.count / data.unknown : 0)}</span></> },
    { key: 'ask', title: t('decisions.action'), plain: true, cell: (row) => <Ask decision={decision.id} share={row} /> },
  ];
  return (
    <section className="panel" aria-label={t('decisions.view.unknown')}>
      <Await query={query} lines={6}>
        {data && data.unknown === 0 ? <Empty title={t('decisions.all_known')} text={t('decisions.all_known_next')} /> : null}
        {data && data.unknown > 0 ? (
          <>
            <p className="panel-body sentence">{t('decisions.unknown_lead', { unknown: figure(data.unknown), all: figure(data.all), share: percent(data.unknown / data.all) })}{data.examined < data.unknown ? ` ${t('decisions.examined', { count: figure(data.examined) })}` : ''}</p>
            <DataTable caption={t('decisions.view.unknown')} columns={columns} rows={data.shares} rowKey={(row) => `${row.kind}.${row.field ?? ''}`} />
          </>
        ) : null}
      </Await>
    </section>
  );
}

function Ask({ decision, share }: { decision: string; share: Share }) {
  const { t, language } = useWords();
  const may = useMayWrite();
  const client = useQueryClient();
  const ask = useMutation({
    mutationFn: () => post<{ asked: number; already: number }>(`/decisions/${decision}/unknowns/ask`, { kind: share.kind, field: share.field ?? undefined }),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['unknowns', decision] }),
  });
  return (
    <div className="row wrap">
      {may ? <Button size="small" loading={ask.isPending} disabled={ask.isSuccess} onClick={() => ask.mutate()}>{t('decisions.ask')}</Button> : null}
      <Button size="small" icon={<DownloadOutlined />} href={address(`/decisions/${decision}/unknowns.xlsx`, { kind: share.kind, field: share.field, language })} download>{t('decisions.form')}</Button>
      {ask.data ? <span className="tone-bamboo mid" role="status">{t('decisions.asked', { asked: figure(ask.data.asked), already: figure(ask.data.already) })}</span> : null}
      {ask.error ? <Refusal problem={ask.error} compact /> : null}
    </div>
  );
}
