import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router-dom';
import { fileHref } from '@/components/links';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { keyUnderTitle } from '@/lib/columns';
import { get, post } from '@/lib/http';
import { useCatalogue, useMayWrite } from '@/lib/queries';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { FilePage, Kind, MergePreview, RecordItem, RecordPage, SimilarRecords, Written } from '@/lib/types';
import './file.css';

/** Two files that are one firm: choose the other, see what a merge would do, merge with a reason. */
export default function MergePage() {
  const { id = '' } = useParams();
  const { t, label } = useWords();
  const { kind } = useCatalogue();
  const [parameters, setParameters] = useSearchParams();
  const into = parameters.get('into') ?? '';
  const file = useQuery({ queryKey: ['file', id], queryFn: () => get<FilePage>(`/files/${id}`) });
  const record = file.data?.record;
  const known = kind(record?.kind);
  return (
    <div className="page">
      <Await query={file} lines={8}>
        {record && known ? (
          <>
            <header className="page-head">
              <div><p className="small"><Link to={fileHref(id)}>{record.title}</Link></p><h1>{t('file.merge_title')}</h1><p>{t('file.merge_lead')}</p></div>
            </header>
            <Choose record={record} kind={known} chosen={into} onChoose={(other) => setParameters({ into: other }, { replace: true })} />
            {into ? <Preview key={into} record={record} kind={known} into={into} /> : null}
          </>
        ) : <Empty title={t('file.no_file')} text={label(known?.labels)} />}
      </Await>
    </div>
  );
}

function Choose({ record, kind, chosen, onChoose }: { record: RecordItem; kind: Kind; chosen: string; onChoose: (id: string) => void }) {
  const { t, value: show } = useWords();
  const [typed, setTyped] = useState('');
  const similar = useQuery({ queryKey: ['similar', record.id], queryFn: () => get<SimilarRecords>(`/records/${kind.kind}/${record.id}/similar`) });
  const found = useQuery({ queryKey: ['merge-search', kind.kind, typed], queryFn: () => get<RecordPage>(`/records/${kind.kind}`, { q: typed.trim(), limit: 8 }), enabled: typed.trim().length > 1 });
  const under = keyUnderTitle(kind);
  const items = typed.trim().length > 1 ? (found.data?.items ?? []) : (similar.data?.items ?? []);
  const others = items.filter((item) => item.id !== record.id);
  return (
    <Panel title={t('file.merge_similar')} flush>
      <div className="filters"><div className="search"><label className="visually-hidden" htmlFor="merge-search">{t('file.merge_search')}</label><Input id="merge-search" allowClear placeholder={t('file.merge_search')} value={typed} onChange={(event) => setTyped(event.target.value)} /></div></div>
      {others.length === 0 ? (chosen && typed.trim() === '' ? null : <Empty title={t('file.merge_none')} text={t('file.merge_none_next')} />) : (
        <ul className="file-list">
          {others.map((item) => (
            <li key={item.id} className={`row spread wrap${chosen === item.id ? ' chosen' : ''}`}>
              <Link to={fileHref(item.id)}><b>{item.title}</b><span>{under ? show(item.values[under]) : ''}</span></Link>
              <Button size="small" aria-pressed={chosen === item.id} onClick={() => onChoose(item.id)} aria-label={`${t('file.merge_choose')} ${item.title}`}>{t('file.merge_choose')}</Button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Preview({ record, kind, into }: { record: RecordItem; kind: Kind; into: string }) {
  const { t, label, value: show } = useWords();
  const { kind: kindOf, catalogue } = useCatalogue();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayWrite = useMayWrite();
  const [reason, setReason] = useState('');
  const query = useQuery({ queryKey: ['merge', record.id, into], queryFn: () => get<MergePreview>(`/records/${kind.kind}/${record.id}/merge`, { into }) });
  const title = kind.fields.find((field) => field.name === kind.title);
  const [source, setSource] = useState('');
  const sources = title?.sources ?? [];
  const from = source || sources[0] || '';
  const merge = useMutation({
    mutationFn: () => post<Written>(`/records/${kind.kind}/${record.id}/merge`, { into, source: from, reason: reason.trim() }),
    onSuccess: () => { void client.invalidateQueries(); say(t('file.merge_done')); navigate(fileHref(into)); },
  });
  const preview = query.data;
  return (
    <Await query={query} lines={8}>
      {preview ? (
        <>
          <Panel title={t('file.merge_differ')} aside={preview.differences.length} flush>
            <div className="table-box">
              <table className="data folds">
                <caption className="visually-hidden">{t('file.merge_differ')}</caption>
                <thead><tr><th scope="col">{t('import.field')}</th><th scope="col">{t('file.merge_this')}</th><th scope="col">{t('file.merge_stays')}</th></tr></thead>
                <tbody>
                  <tr><td>{label(title?.labels)}</td><td data-label={t('file.merge_this')}>{preview.record.title}</td><td data-label={t('file.merge_stays')}><b>{preview.into.title}</b></td></tr>
                  {preview.differences.filter((one) => one.field !== kind.title).map((one) => {
                    const field = kind.fields.find((item) => item.name === one.field);
                    return <tr key={one.field}><td>{label(field?.labels) || one.field}</td><td data-label={t('file.merge_this')} className="dim">{show(one.record, field)}</td><td data-label={t('file.merge_stays')}><b>{show(one.into, field)}</b></td></tr>;
                  })}
                </tbody>
              </table>
            </div>
            {preview.differences.length === 0 ? <Empty title={t('file.merge_same')} /> : null}
          </Panel>
          <Panel title={t('file.merge_children')} flush>
            {preview.children.length === 0 ? <Empty title={t('file.merge_children_none')} /> : (
              <ul className="file-list">{preview.children.map((one) => <li key={one.kind} className="row spread"><b>{label(kindOf(one.kind)?.labels)}</b><span>{t('file.records', { count: one.count })}{one.same_key.length > 0 ? <span className="chip ochre">{t('file.merge_twice', { count: one.same_key.length })}</span> : null}</span></li>)}</ul>
            )}
          </Panel>
          <Panel title={t('file.merge_do')}>
            <form className="form" onSubmit={(event) => { event.preventDefault(); if (reason.trim()) merge.mutate(); }}>
              <div><label htmlFor="merge-source">{t('edit.source')}</label><select id="merge-source" className="plain" value={from} onChange={(event) => setSource(event.target.value)}>{sources.map((item) => <option key={item} value={item}>{label(catalogue?.sources.find((one) => one.name === item)?.labels) || item}</option>)}</select></div>
              <div className="wide"><label htmlFor="merge-reason">{t('file.merge_reason')}</label><input id="merge-reason" className="plain" value={reason} onChange={(event) => setReason(event.target.value)} /></div>
              {merge.error ? <div className="wide"><Refusal problem={merge.error} /></div> : null}
              <div className="wide"><Button type="primary" htmlType="submit" disabled={!mayWrite || reason.trim() === ''} loading={merge.isPending}>{t('file.merge_do')}</Button></div>
            </form>
          </Panel>
        </>
      ) : null}
    </Await>
  );
}
