import { InboxOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, useParams } from 'react-router-dom';
import { DataTable } from '@/components/DataTable';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { address, get, Problem, request } from '@/lib/http';
import { useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { DataSourceDetail, DeliveryDifferences } from '@/lib/types';
import { sourceTone } from './SourcesPage';

/** One source: what is owed, the file that came, and how it differs from the last one. */
export default function SourcePage() {
  const { id = '' } = useParams();
  const source = useQuery({
    queryKey: ['sources', id], queryFn: () => get<DataSourceDetail>(`/sources/${id}`),
    refetchInterval: (query) => (['queued', 'running'].includes(query.state.data?.running?.state ?? '') ? 500 : false),
  });
  return <div className="page"><Await query={source} lines={10}>{source.data ? <Content key={id} source={source.data} /> : null}</Await></div>;
}

function Content({ source }: { source: DataSourceDetail }) {
  const { t, label, day, language } = useWords();
  const today = useToday();
  const client = useQueryClient();
  const [period, setPeriod] = useState('');
  const [chosen, setChosen] = useState('');
  const running = source.running;
  const busy = running?.state === 'queued' || running?.state === 'running';
  const state = running?.state;
  useEffect(() => { if (state === 'done') void client.invalidateQueries({ queryKey: ['sources'] }); }, [state, client]);
  const deliver = useMutation({
    mutationFn: async (file: File) => {
      const form = new FormData();
      form.set('period', period || source.next.from);
      form.set('file', file);
      await request('POST', `/sources/${source.id}/deliveries`, { form });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['sources', source.id] }),
  });
  const shown = chosen || source.last?.id || '';
  return (
    <>
      <header className="page-head"><div>
        <p className="small"><Link to="/desk/sources">{t('sources.title')}</Link></p>
        <h1>{source.name} <span className={`chip ${sourceTone[source.state]}`}>{t(`sources.state.${source.state}`)}</span></h1>
        <p>{source.department.title} · {label(source.kind.labels)} · {t(`sources.cycle.${source.cycle}`)} · {t('sources.due_rule', { count: source.days })}{source.officer ? ` · ${source.officer.title}` : ''}</p>
      </div></header>
      {source.state === 'late' ? <p className="notice ochre" role="status">{t('sources.late_means', { period: source.next.period, day: day(source.next.due, today) })}</p> : null}
      <div className="columns">
        <div className="stack">
          <Panel title={t('sources.deliver')}>
            {!source.may_deliver ? <Empty title={t('sources.not_allowed')} text={t('state.who_may')} /> : (
              <div className="stack">
                <div className="form"><div><label htmlFor="delivery-period">{t('sources.period_day')}</label><input id="delivery-period" type="date" className="plain" value={period || source.next.from} onChange={(event) => setPeriod(event.target.value)} /></div></div>
                <label className="drop">
                  <InboxOutlined /><b>{busy ? t('sources.reading', { count: running?.rows_done ?? 0 }) : t('sources.choose_file')}</b><span>{t('import.formats')}</span>
                  <input type="file" className="visually-hidden" accept=".csv,.xlsx,.jsonl,.txt" disabled={busy || deliver.isPending} onChange={(event) => { const file = event.target.files?.[0]; if (file) deliver.mutate(file); event.target.value = ''; }} />
                </label>
                {busy ? <progress value={running?.part ?? 0} max={1} aria-label={t('sources.reading', { count: running?.rows_done ?? 0 })} /> : null}
                {deliver.error ? <Refusal problem={deliver.error} /> : null}
                {state === 'failed' && running?.problem ? <Refusal problem={new Problem(running.problem.status ?? 400, running.problem as unknown as Record<string, unknown>)} /> : null}
                {state === 'done' ? <p className="notice bamboo" role="status">{t('sources.taken_in', { file: running?.file })}</p> : null}
              </div>
            )}
          </Panel>
          <Panel title={t('sources.deliveries')} flush>
            {source.deliveries.length === 0 ? <Empty title={t('sources.no_deliveries')} text={t('sources.no_deliveries_next')} /> : (
              <DataTable caption={t('sources.deliveries')} rows={source.deliveries} rowKey={(row) => row.id} columns={[
                { key: 'period', title: t('sources.period'), cell: (row) => <><button type="button" className="text-button" aria-pressed={row.id === shown} onClick={() => setChosen(row.id)}>{row.period}</button><span className="under">{row.file ?? row.number}</span></> },
                { key: 'arrived', title: t('sources.arrived'), cell: (row) => day(row.arrived, today) },
                { key: 'rows', title: t('sources.rows'), number: true, cell: (row) => row.rows },
                { key: 'new', title: t('sources.what.new'), number: true, cell: (row) => row.new },
                { key: 'gone', title: t('sources.what.gone'), number: true, cell: (row) => row.gone },
                { key: 'changed', title: t('sources.what.changed'), number: true, cell: (row) => row.changed },
                { key: 'desk', title: t('sources.to_desk'), number: true, cell: (row) => (row.to_desk > 0 ? <Link to={`/desk/quality?source=${source.id}`}>{row.to_desk}</Link> : '0') },
              ]} />
            )}
          </Panel>
          {shown ? <Differences source={source.id} delivery={shown} /> : null}
        </div>
        <aside className="stack">
          <Panel title={t('sources.rules')}>
            <dl className="stack tight">
              <div><dt className="dim small">{t('sources.purposes')}</dt><dd>{source.purposes.map((item) => label(item.labels) + (item.with_consent ? t('sources.with_consent') : '')).join(t('sources.comma')) || '—'}</dd></div>
              {label(source.source.basis) ? <div><dt className="dim small">{t('sources.basis')}</dt><dd>{label(source.source.basis)}{source.source.confidence ? <span className="dim"> {t(`sources.confidence.${source.source.confidence}`)}</span> : null}</dd></div> : null}
              <div><dt className="dim small">{t('sources.content_of')}</dt><dd>{t(`sources.content.${source.content}`)}</dd></div>
              {source.fields.length > 0 ? <div><dt className="dim small">{t('sources.fields')}</dt><dd>{source.fields.map((item) => label(item.labels)).join(t('sources.comma'))}</dd></div> : null}
              <div><dt className="dim small">{t('sources.mapping')}</dt><dd>{source.mapping.length === 0 ? t('sources.mapping_none') : source.mapping.map((item) => <code key={item} className="small" style={{ display: 'block' }} lang={language === 'zh' ? 'zh-CN' : 'en'}>{item}</code>)}</dd></div>
            </dl>
          </Panel>
        </aside>
      </div>
    </>
  );
}

function Differences({ source, delivery }: { source: string; delivery: string }) {
  const { t, label } = useWords();
  const found = useQuery({ queryKey: ['sources', source, 'delivery', delivery], queryFn: () => get<DeliveryDifferences>(`/sources/${source}/deliveries/${delivery}`) });
  const all = found.data?.differences ?? [];
  return (
    <Panel title={t('sources.differences', { period: found.data?.delivery.period ?? '' })} note={found.data ? String(found.data.total) : undefined} aside={all.length > 0 ? <a href={address(`/sources/${source}/deliveries/${delivery}/differences.xlsx`)} download>{t('sources.download')}</a> : null} flush>
      <Await query={found}>
        {all.length === 0 ? <Empty title={t('sources.no_differences')} text={t('sources.no_differences_next')} /> : (
          <DataTable caption={t('sources.differences', { period: found.data?.delivery.period ?? '' })} rows={all} rowKey={(row) => `${row.what}${row.record}${row.field?.field ?? ''}`} columns={[
            { key: 'file', title: t('sources.whose'), cell: (row) => <Link to={`/desk/files/${row.file.id}`} data-row>{row.file.title}</Link> },
            { key: 'what', title: t('sources.change'), plain: true, cell: (row) => <span className={`chip ${row.what === 'changed' ? 'ochre' : row.what === 'gone' ? 'seal' : 'azurite'}`}>{t(`sources.what.${row.what}`)}</span> },
            { key: 'field', title: t('sources.field'), cell: (row) => (row.field ? `${label(row.field.labels)}${row.field.unit ? `（${row.field.unit}）` : ''}` : '—') },
            { key: 'before', title: t('sources.before'), number: true, cell: (row) => row.before ?? '—' },
            { key: 'after', title: t('sources.after'), number: true, cell: (row) => row.after ?? '—' },
          ]} />
        )}
      </Await>
    </Panel>
  );
}
