import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { DataTable } from '@/components/DataTable';
import { DaysLeft } from '@/components/DaysLeft';
import { Panel } from '@/components/Panel';
import { Await, Empty } from '@/components/States';
import { get } from '@/lib/http';
import { useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { DutyPage } from '@/lib/types';

/** Reminders nobody has read and whose day is near: a person calls. */
export default function CallsPage() {
  const { t, label, day } = useWords();
  const today = useToday();
  const query = useQuery({ queryKey: ['call-list'], queryFn: () => get<DutyPage>('/call-list') });
  const items = query.data?.items ?? [];
  return (
    <div className="page">
      <header className="page-head"><div><h1>{t('calls.title')}</h1><p>{t('calls.lead')}</p></div></header>
      <Panel title={t('calls.list')} aside={items.length || undefined} flush>
        <Await query={query} lines={6}>
          {items.length === 0 ? <Empty title={t('calls.none')} text={t('calls.none_next')} /> : (
            <DataTable caption={t('calls.list')} rows={items} rowKey={(row) => row.id} columns={[
              { key: 'whom', title: t('calls.whom'), cell: (row) => (row.file ? <Link to={`/desk/files/${row.file.id}`} data-row>{row.file.title}</Link> : row.subject.title) },
              { key: 'what', title: t('calls.what'), cell: (row) => <><Link to={`/desk/duties/${row.id}`}>{label(row.title)}</Link><span className="under">{label(row.reason)}</span></> },
              { key: 'told', title: t('calls.told'), cell: (row) => day(row.created, today) },
              { key: 'due', title: t('case.due'), plain: true, cell: (row) => <DaysLeft duty={row} /> },
            ]} />
          )}
        </Await>
      </Panel>
    </div>
  );
}
