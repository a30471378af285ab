import { DataTable, RowTitle, type Column } from '@/components/DataTable';
import { Await, Empty } from '@/components/States';
import { useCatalogue } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { DecisionInfo } from '@/lib/types';

/** Every decision of the installed packs: what it asks, of whom, on which basis. */
export default function DecisionsPage() {
  const { t, label } = useWords();
  const { query, catalogue, kind } = useCatalogue();
  const decisions = catalogue?.decisions ?? [];
  const columns: Column<DecisionInfo>[] = [
    { key: 'name', title: t('decisions.decision'), cell: (row) => <RowTitle to={`/desk/rules/${row.id}`} title={label(row.labels)} under={<span className="code">{row.id}</span>} /> },
    { key: 'kind', title: t('decisions.subject'), cell: (row) => label(kind(row.kind)?.labels) },
    { key: 'versions', title: t('decisions.versions'), cell: (row) => (row.versions ?? []).flatMap((version) => (version.valid_from && version.valid_from > '1900' ? [version.valid_from] : [])).join('、') || '—' },
    { key: 'basis', title: t('decisions.basis'), cell: (row) => label(row.basis) },
  ];
  return (
    <div className="page">
      <header className="page-head"><div><h1>{t('decisions.title')}</h1><p>{t('decisions.lead')}</p></div></header>
      <section className="panel" aria-label={t('decisions.title')}>
        <Await query={query} lines={10}>
          {decisions.length === 0 ? <Empty title={t('decisions.none')} text={t('decisions.none_next')} /> : <DataTable caption={t('decisions.title')} columns={columns} rows={decisions} rowKey={(row) => row.id} />}
        </Await>
      </section>
    </div>
  );
}
