import { InboxOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router-dom';
import { DataTable, RowTitle } from '@/components/DataTable';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { figure } from '@/lib/format';
import { address, get, request } from '@/lib/http';
import { useCatalogue, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { ImportDraft, ImportPage as Imports, ImportState } from '@/lib/types';
import { Mapping } from './Mapping';
import { Progress } from './Progress';
import './imports.css';

/** Upload, look at the mapping, apply; every rejected row comes back with its reason. */
export default function ImportPage() {
  const { id } = useParams();
  return <div className="page">{id ? <One key={id} id={id} /> : <Upload />}</div>;
}

function Upload() {
  const { t, label, day } = useWords();
  const { query, catalogue, kind, source } = useCatalogue();
  const today = useToday();
  const navigate = useNavigate();
  const kinds = (catalogue?.kinds ?? []).filter((item) => item.may_write);
  const [chosen, setChosen] = useState('');
  const name = chosen || kinds[0]?.kind || '';
  const known = kind(name);
  const sources = [...new Set((known?.fields ?? []).flatMap((field) => field.sources ?? []))];
  const [from, setFrom] = useState('');
  const origin = sources.includes(from) ? from : sources[0] ?? '';
  const [since, setSince] = useState('');
  const [over, setOver] = useState(false);
  const latest = useQuery({ queryKey: ['imports'], queryFn: () => get<Imports>('/imports', { limit: 10 }) });
  const upload = useMutation({
    mutationFn: async (file: File) => {
      const form = new FormData();
      form.set('kind', name);
      form.set('source', origin);
      form.set('effective_from', since || today);
      form.set('file', file);
      return (await request<ImportDraft>('POST', '/imports', { form })).data;
    },
    onSuccess: (draft) => navigate(`/desk/import/${draft.id}`),
  });
  return (
    <>
      <header className="page-head"><div><h1>{t('import.title')}</h1><p>{t('import.lead')}</p></div></header>
      <div className="columns">
        <Panel title={t('import.choose')}>
          <Await query={query}>
            {kinds.length === 0 ? <Empty title={t('import.not_allowed')} text={t('state.who_may')} /> : (
              <div className="stack">
                <div className="form">
                  <div><label htmlFor="import-kind">{t('import.kind')}</label>
                    <select id="import-kind" className="plain" value={name} onChange={(event) => setChosen(event.target.value)}>{kinds.map((item) => <option key={item.kind} value={item.kind}>{label(item.labels)}</option>)}</select></div>
                  <div><label htmlFor="import-source">{t('edit.source')}</label>
                    <select id="import-source" className="plain" value={origin} onChange={(event) => setFrom(event.target.value)}>{sources.map((item) => <option key={item} value={item}>{label(source(item)?.labels) || item}</option>)}</select></div>
                  <div><label htmlFor="import-since">{t('edit.effective_from')}</label><input id="import-since" type="date" className="plain" value={since || today} onChange={(event) => setSince(event.target.value)} /></div>
                  <div className="import-template"><a href={address(`/records/${name}/template.xlsx`)} download>{t('import.template', { kind: label(known?.labels) })}</a></div>
                </div>
                <label className={`drop${over ? ' over' : ''}`} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={(event) => { event.preventDefault(); setOver(false); const file = event.dataTransfer.files[0]; if (file) upload.mutate(file); }}>
                  <InboxOutlined />
                  <b>{upload.isPending ? t('import.reading') : t('import.drop')}</b>
                  <span>{t('import.formats')}</span>
                  <input type="file" className="visually-hidden" accept=".csv,.xlsx,.jsonl,.txt" disabled={upload.isPending} onChange={(event) => { const file = event.target.files?.[0]; if (file) upload.mutate(file); event.target.value = ''; }} />
                </label>
                {upload.error ? <Refusal problem={upload.error} /> : null}
              </div>
            )}
          </Await>
        </Panel>
        <Panel title={t('import.latest')} flush>
          <Await query={latest}>
            {(latest.data?.items ?? []).length === 0 ? <Empty title={t('import.none')} text={t('import.none_next')} /> : (
              <DataTable caption={t('import.latest')} rows={latest.data?.items ?? []} rowKey={(row) => row.id} columns={[
                { key: 'file', title: t('import.file'), cell: (row) => <RowTitle to={`/desk/import/${row.id}`} title={row.file_name ?? day(today)} under={label(kind(row.kind)?.labels)} /> },
                { key: 'state', title: t('case.state_of'), plain: true, cell: (row) => <><span className={`chip ${row.state === 'done' ? (row.rejected > 0 ? 'ochre' : 'bamboo') : row.state === 'failed' ? 'seal' : 'azurite'}`}>{t(`import.state.${row.state}`)}</span>{row.rejected > 0 ? <span className="under">{t('import.rejected_n', { count: row.rejected })}</span> : null}</> },
              ]} />
            )}
          </Await>
        </Panel>
      </div>
    </>
  );
}

function One({ id }: { id: string }) {
  const { t, label } = useWords();
  const { kind } = useCatalogue();
  const state = useQuery({
    queryKey: ['imports', id], queryFn: () => get<ImportState>(`/imports/${id}`),
    refetchInterval: (query) => (query.state.data && (query.state.data.state === 'running' || query.state.data.state === 'queued') ? 400 : false),
  });
  const waiting = state.data?.state === 'received';
  const known = kind(state.data?.kind);
  return (
    <>
      <header className="page-head">
        <div><p className="small"><Link to="/desk/import">{t('import.title')}</Link></p><h1>{state.data?.file_name ?? t('import.title')}</h1><p>{label(known?.labels)}{state.data && state.data.rows_total > 0 ? ` · ${t('import.rows', { count: state.data.rows_total, shown: figure(state.data.rows_total) })}` : ''}</p></div>
        {state.data?.state === 'done' || state.data?.state === 'failed' ? <Link to="/desk/import"><Button tabIndex={-1}>{t('import.another')}</Button></Link> : null}
      </header>
      <Await query={state}>
        {waiting ? <Mapping id={id} onApplied={() => void state.refetch()} /> : state.data ? <Progress state={state.data} /> : null}
      </Await>
    </>
  );
}
