import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router-dom';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { get, post } from '@/lib/http';
import { instant } from '@/lib/format';
import { useCatalogue, useMayWrite } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { DecisionTables, SimulationDraft, SimulationHead, SimulationRequest } from '@/lib/types';
import { groupings, numbers } from '@/lib/choices';
import { changedTo, type Edits } from './edits';
import { HandIn, Publications } from './Publications';
import { SimulationView } from './SimulationView';
import { TableEditor } from './TableEditor';
import './decisions.css';

/** Change a cell or a parameter, see winners, losers and cost over everybody; hand it in, and another person publishes it. */
export default function SimulatePage() {
  const { t, label } = useWords();
  const { decision: id = '' } = useParams();
  const [parameters, setParameters] = useSearchParams();
  const draftId = parameters.get('draft');
  const client = useQueryClient();
  const may = useMayWrite();
  const { catalogue, kind, decision } = useCatalogue();
  const info = decision(id);
  const tables = useQuery({ queryKey: ['decision-tables', id], queryFn: () => get<DecisionTables>(`/decisions/${id}/tables`), staleTime: Infinity });
  const drafts = useQuery({ queryKey: ['simulations', id], queryFn: () => get<{ items: SimulationHead[] }>('/simulations', { decision: id }) });
  const stored = useQuery({ queryKey: ['simulation', draftId], queryFn: () => get<SimulationDraft>(`/simulations/${draftId}`), enabled: Boolean(draftId) });
  const [edits, setEdits] = useState<Edits>({});
  const [values, setValues] = useState<Record<string, string>>({});
  const [grouping, setGrouping] = useState('');
  const [sum, setSum] = useState('');
  const [title, setTitle] = useState('');
  useEffect(() => {
    const change = stored.data?.change;
    if (!change) return;
    setEdits(Object.fromEntries((change.models ?? []).flatMap((model) => (model.texts ?? []).map((text) => [text.element, text.text]))));
    setValues(Object.fromEntries((change.parameters ?? []).map((item) => [item.parameter, item.value])));
    setGrouping(change.group_by?.[0] ?? '');
    setSum(change.sums?.[0] ?? '');
    setTitle(change.title ?? '');
  }, [stored.data]);
  const groups = useMemo(() => groupings(kind(info?.kind), catalogue), [kind, info, catalogue]);
  const sums = useMemo(() => numbers(kind(info?.kind), catalogue), [kind, info, catalogue]);
  const run = useMutation({
    mutationFn: () => post<SimulationDraft>(`/decisions/${id}/simulations`, {
      title, models: tables.data?.model && Object.keys(edits).length > 0 ? [{ model: tables.data.model, texts: Object.entries(edits).map(([element, text]) => ({ element, text })) }] : [],
      parameters: Object.entries(values).map(([parameter, value]) => ({ parameter, value })), group_by: grouping ? [grouping] : [], sums: sum ? [sum] : [],
    } satisfies SimulationRequest),
    onSuccess: (draft) => {
      client.setQueryData(['simulation', draft.id], draft);
      void client.invalidateQueries({ queryKey: ['simulations', id] });
      setParameters({ draft: draft.id }, { replace: true });
    },
  });
  const changed = Object.keys(edits).length + Object.keys(values).length;
  const main = tables.data?.tables ?? [];
  const order = [...main].reverse();
  return (
    <div className="page">
      <header className="page-head">
        <div><h1>{t('decisions.simulate_title', { decision: label(info?.labels) })}</h1><p>{t('decisions.simulate_lead')}</p></div>
        <div className="page-actions"><Link to={`/desk/rules/${id}`}><Button>{t('decisions.back')}</Button></Link></div>
      </header>
      <Panel title={t('decisions.tables')} note={tables.data?.model ?? ''}>
        <Await query={tables} lines={8}>
          <div className="stack">
            {main.length === 0 && (tables.data?.parameters.length ?? 0) === 0 ? <Empty title={t('decisions.no_tables')} text={t('decisions.no_tables_next')} /> : null}
            {order.map((table, index) => (index === 0 ? <TableEditor key={table.element} table={table} edits={edits} onChange={setEdits} readOnly={!may} /> : (
              <details key={table.element}><summary>{table.question ?? table.description ?? table.decision} <code>{table.decision}</code></summary><TableEditor table={table} edits={edits} onChange={setEdits} readOnly={!may} /></details>
            )))}
            {(tables.data?.parameters.length ?? 0) > 0 ? (
              <div className="choose">
                {tables.data?.parameters.map((item) => (
                  <label key={item.parameter}>{t('decisions.parameter', { name: item.parameter })}
                    <Input value={values[item.parameter] ?? item.value} readOnly={!may} status={values[item.parameter] !== undefined ? 'warning' : undefined} onChange={(event) => setValues(changedTo(values, item.parameter, item.value, event.target.value))} />
                    <span className="small">{item.basis}</span>
                  </label>
                ))}
              </div>
            ) : null}
          </div>
        </Await>
      </Panel>
      {may ? (
        <Panel title={t('decisions.ask_what')}>
          <div className="stack">
            <div className="choose">
              <label>{t('decisions.group_by')}<select className="plain" value={grouping} onChange={(event) => setGrouping(event.target.value)}><option value="">{t('decisions.no_grouping')}</option>{groups.map((item) => <option key={item.text} value={item.text}>{label(item.labels)}</option>)}</select></label>
              <label>{t('decisions.sum_of')}<select className="plain" value={sum} onChange={(event) => setSum(event.target.value)}><option value="">{t('decisions.no_sum')}</option>{sums.map((item) => <option key={item.text} value={item.text}>{label(item.labels)}</option>)}</select></label>
              <label>{t('decisions.draft_title')}<Input value={title} maxLength={200} placeholder={t('decisions.draft_example')} onChange={(event) => setTitle(event.target.value)} /></label>
            </div>
            <div className="row wrap">
              <Button type="primary" disabled={changed === 0} loading={run.isPending} onClick={() => run.mutate()}>{t('decisions.run')}</Button>
              <span className="dim mid">{changed === 0 ? t('decisions.change_first') : t('decisions.changes', { count: changed })}</span>
              {changed > 0 ? <Button type="link" onClick={() => { setEdits({}); setValues({}); setParameters({}, { replace: true }); }}>{t('decisions.reset')}</Button> : null}
            </div>
            {run.isPending ? <p className="dim" role="status">{t('decisions.running')}</p> : null}
            {run.error ? <Refusal problem={run.error} /> : null}
          </div>
        </Panel>
      ) : null}
      {stored.data ? <SimulationView draft={stored.data} kind={info?.kind ?? ''} decisions={catalogue} /> : stored.error ? <Refusal problem={stored.error} /> : null}
      {stored.data ? <HandIn draft={stored.data.id} decision={id} /> : null}
      <Publications decision={id} />
      <Panel title={t('decisions.drafts')} flush>
        {(drafts.data?.items.length ?? 0) === 0 ? <Empty title={t('decisions.no_drafts')} text={t('decisions.no_drafts_next')} /> : (
          <ul className="draft-list">
            {drafts.data?.items.map((draft) => <li key={draft.id}><Link to={`?draft=${draft.id}`} replace>{draft.title || t('decisions.untitled')}</Link> <span className="dim mid">{draft.author} · {instant(draft.created_at)}</span></li>)}
          </ul>
        )}
      </Panel>
    </div>
  );
}
