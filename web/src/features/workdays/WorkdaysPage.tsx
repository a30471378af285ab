import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { DataTable, type Column } from '@/components/DataTable';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { get, post } from '@/lib/http';
import { useWords } from '@/lib/words';
import type { Recounted, WorkingDay, WorkingDays } from '@/lib/types';
import { addWords } from '@/lib/more-words';
import en from '@/locales/en/workdays.json';
import zh from '@/locales/zh/workdays.json';

addWords('workdays', zh, en);

/** By which days deadlines are counted, up to when they are announced, and putting a new announcement in force while the zone serves. */
export default function WorkdaysPage() {
  const { t, long, label } = useWords();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['calendar'], queryFn: () => get<WorkingDays>('/calendar') });
  const publish = useMutation({
    mutationFn: (version: string) => post<Recounted>('/calendar/publish', { version }),
    onSuccess: () => void client.invalidateQueries(),
  });
  const page = query.data;
  const offered = page?.offered;
  const isNew = Boolean(page && offered && offered.version !== page.in_force.version);
  return (
    <div className="page">
      <header className="page-head">
        <div><h1>{t('workdays.title')}</h1><p>{page?.in_force.to ? t('workdays.lead', { to: long(page.in_force.to) }) : t('workdays.lead_none')}</p></div>
      </header>
      <Await query={query}>
        {page ? (
          <div className="stack">
            {publish.data ? <p className="notice bamboo" role="status">{t('workdays.published', { cases: publish.data.cases_moved, duties: publish.data.duties_moved })}</p> : null}
            {page.problem ? <p className="notice ochre">{t('workdays.problem', { file: page.problem.file ?? '' })} {label(page.problem)}</p> : null}
            {isNew && offered ? (
              <Panel title={t('workdays.offered')} note={t('workdays.offered_note', { to: offered.to ? long(offered.to) : '—' })} flush={offered.changes.length > 0}>
                {offered.changes.length > 0 ? <Days caption={t('workdays.changes')} days={offered.changes} /> : <p>{t('workdays.no_changes')}</p>}
                <div className="panel-body stack">
                  {offered.beyond > 0 ? <p className="notice ochre">{t('workdays.beyond', { count: offered.beyond })}</p> : null}
                  {publish.error ? <Refusal problem={publish.error} /> : null}
                  {page.may_publish ? (
                    <div>
                      <Popconfirm title={t('workdays.question')} okText={t('workdays.publish')} cancelText={t('action.cancel')} onConfirm={() => publish.mutate(offered.version)}>
                        <Button type="primary" loading={publish.isPending}>{t('workdays.publish')}</Button>
                      </Popconfirm>
                    </div>
                  ) : <p className="help">{t('workdays.administrator')}</p>}
                </div>
              </Panel>
            ) : (
              <Panel title={t('workdays.next')}>
                <ol className="numbered"><li>{t('workdays.step_enter')}</li><li>{t('workdays.step_range')}</li><li>{t('workdays.step_publish')}</li></ol>
                {offered && offered.beyond > 0 ? <p className="notice ochre">{t('workdays.beyond', { count: offered.beyond })}</p> : null}
              </Panel>
            )}
            <Announced days={page.in_force.days} to={page.in_force.to} />
          </div>
        ) : null}
      </Await>
    </div>
  );
}

function Announced({ days, to }: { days: WorkingDay[]; to: string | null }) {
  const { t } = useWords();
  const years = [...new Set(days.map((day) => day.date.slice(0, 4)))].reverse();
  const last = to?.slice(0, 4) ?? '';
  const [picked, setPicked] = useState('');
  const year = picked || (years.includes(last) ? last : years[0] ?? '');
  return (
    <Panel
      title={t('workdays.announced')}
      aside={<select className="plain" aria-label={t('workdays.year')} value={year} onChange={(event) => setPicked(event.target.value)}>{years.map((item) => <option key={item} value={item}>{item}</option>)}</select>}
      flush
    >
      {days.length === 0 ? <Empty title={t('workdays.none')} text={t('workdays.step_enter')} /> : <Days caption={t('workdays.announced')} days={days.filter((day) => day.date.startsWith(year))} />}
    </Panel>
  );
}

const meaning = (day: WorkingDay) => (!day.working ? 'off' : day.weekday > 5 ? 'made_up' : 'worked');

function Days({ caption, days }: { caption: string; days: WorkingDay[] }) {
  const { t, long } = useWords();
  const columns: Column<WorkingDay>[] = [
    { key: 'date', title: t('workdays.date'), cell: (row) => long(row.date) },
    { key: 'name', title: t('workdays.name'), cell: (row) => row.name ?? '—' },
    { key: 'working', title: t('workdays.means'), plain: true, cell: (row) => <span className={`chip ${row.working ? 'ochre' : 'bamboo'}`}>{t(`workdays.is_${meaning(row)}`)}</span> },
  ];
  return <DataTable caption={caption} rows={days} rowKey={(row) => row.date} columns={columns} />;
}
