import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { DataTable, RowTitle } from '@/components/DataTable';
import { Panel } from '@/components/Panel';
import { Await, Empty } from '@/components/States';
import { get } from '@/lib/http';
import { useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { DataSource } from '@/lib/types';

export const sourceTone = { arrived: 'bamboo', late: 'seal', waiting: 'ochre', none: '', closed: '' } as const;

/** Which department delivers what, by when, and what is late. */
export default function SourcesPage() {
  const { t, label, day } = useWords();
  const today = useToday();
  const sources = useQuery({ queryKey: ['sources'], queryFn: () => get<{ items: DataSource[] }>('/sources') });
  const items = sources.data?.items ?? [];
  const late = items.filter((item) => item.state === 'late').length;
  return (
    <div className="page">
      <header className="page-head"><div><h1>{t('sources.title')}</h1><p>{t('sources.lead')}</p></div><Link to="/desk/quality">{t('sources.to_quality')}</Link></header>
      {late > 0 ? <p className="notice ochre" role="status">{t('sources.late_n', { count: late })}</p> : null}
      <Panel title={t('sources.list')} note={String(items.length)} flush>
        <Await query={sources} lines={6}>
          {items.length === 0 ? <Empty title={t('sources.none')} text={t('sources.none_next')} /> : (
            <DataTable caption={t('sources.title')} rows={items} rowKey={(row) => row.id} columns={[
              { key: 'name', title: t('sources.name'), cell: (row) => <RowTitle to={`/desk/sources/${row.id}`} title={row.name} under={`${row.department.title} · ${label(row.kind.labels)} · ${t(`sources.cycle.${row.cycle}`)}`} /> },
              { key: 'state', title: t('sources.state_of'), plain: true, cell: (row) => <><span className={`chip ${sourceTone[row.state]}`}>{t(`sources.state.${row.state}`)}</span><span className="under">{row.state === 'late' ? t('sources.missing', { period: row.next.period, day: day(row.next.due, today) }) : t('sources.next', { period: row.next.period, day: day(row.next.due, today) })}</span></> },
              { key: 'last', title: t('sources.last'), cell: (row) => (row.last ? <>{row.last.period}<span className="under">{day(row.last.arrived, today)}</span></> : '—') },
              { key: 'changes', title: t('sources.against_last'), cell: (row) => (row.last ? t('sources.counts', { fresh: row.last.new, gone: row.last.gone, changed: row.last.changed }) : '—') },
              { key: 'desk', title: t('sources.waiting_rows'), number: true, cell: (row) => (row.waiting_rows > 0 ? <Link to={`/desk/quality?source=${row.id}`}>{row.waiting_rows}</Link> : '0') },
              { key: 'uses', title: t('sources.purposes'), cell: (row) => row.purposes.map((item) => label(item.labels) + (item.with_consent ? t('sources.with_consent') : '')).join(t('sources.comma')) },
            ]} />
          )}
        </Await>
      </Panel>
    </div>
  );
}
