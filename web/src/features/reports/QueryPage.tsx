import { DownloadOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useMemo, useState } from 'react';
import { Link } from 'react-router-dom';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { fileHref } from '@/components/links';
import { figure } from '@/lib/format';
import { address, post, Problem } from '@/lib/http';
import { useCatalogue } from '@/lib/queries';
import { useWords } from '@/lib/words';
import { groupings, numbers } from '@/lib/choices';
import type { QueryAnswer, QueryRequest, Value } from '@/lib/types';
import './reports.css';

/** Filter, group, count and sum over everybody; every figure opens the records behind it. */
export default function QueryPage() {
  const { t, label, language } = useWords();
  const { catalogue, kind } = useCatalogue();
  const kinds = (catalogue?.kinds ?? []).filter((item) => item.fields.some((field) => field.readable !== false));
  const [chosen, setChosen] = useState('');
  const name = chosen || kinds[0]?.kind || '';
  const subject = kind(name);
  const [filter, setFilter] = useState('');
  const [group, setGroup] = useState('');
  const [sum, setSum] = useState('');
  const [open, setOpen] = useState<number | null>(null);
  const groups = useMemo(() => groupings(subject, catalogue), [subject, catalogue]);
  const sums = useMemo(() => numbers(subject, catalogue), [subject, catalogue]);
  const request: QueryRequest = {
    kind: name, filter: filter.trim() || null, group_by: group ? [group] : [], measures: group || sum ? [{ what: 'count' }, ...(sum ? [{ what: 'sum' as const, text: sum }] : [])] : [], limit: 200,
    ...(group || sum ? { sort: group ? '1' : null, descending: true } : {}),
  };
  const run = useMutation({ mutationFn: () => post<QueryAnswer>('/query', request), onSuccess: () => setOpen(null) });
  const save = useMutation({ mutationFn: () => download('/query.xlsx', request, language) });
  const grouped = catalogue?.decisions.find((item) => group === `outcomes.${item.id}`);
  const field = subject?.fields.find((item) => item.feel === group);
  const said = (value: Value | undefined) => {
    if (value === null || value === undefined) return t('reports.not_recorded');
    const choice = (grouped?.values ?? field?.values)?.find((item) => item.code === value);
    return choice ? label(choice.labels) : typeof value === 'boolean' ? t(value ? 'decisions.yes' : 'decisions.no') : String(value);
  };
  const answer = run.data;
  const isGrouped = Boolean(answer?.rows.some((row) => row.record === null));
  return (
    <div className="page">
      <header className="page-head"><div><h1>{t('reports.query')}</h1><p>{t('reports.query_lead')}</p></div></header>
      <Panel title={t('reports.ask')}>
        <form className="query-form" onSubmit={(event) => { event.preventDefault(); run.mutate(); }}>
          <label>{t('reports.kind')}<select className="plain" value={name} onChange={(event) => { setChosen(event.target.value); setGroup(''); setSum(''); run.reset(); }}>{kinds.map((item) => <option key={item.kind} value={item.kind}>{label(item.labels)}</option>)}</select></label>
          <label>{t('reports.group')}<select className="plain" value={group} onChange={(event) => setGroup(event.target.value)}><option value="">{t('reports.no_group')}</option>{groups.map((item) => <option key={item.text} value={item.text}>{label(item.labels)}</option>)}</select></label>
          <label>{t('reports.sum')}<select className="plain" value={sum} onChange={(event) => setSum(event.target.value)}><option value="">{t('reports.no_sum')}</option>{sums.map((item) => <option key={item.text} value={item.text}>{label(item.labels)}</option>)}</select></label>
          <label className="wide">{t('reports.filter')}<Input value={filter} spellCheck={false} placeholder={subject?.fields[1] ? `${subject.fields[1].feel} != null` : ''} onChange={(event) => setFilter(event.target.value)} /><span className="small">{t('reports.filter_note')}</span></label>
          <div className="row wrap wide"><Button type="primary" htmlType="submit" loading={run.isPending}>{t('reports.run')}</Button><Button icon={<DownloadOutlined />} loading={save.isPending} onClick={() => save.mutate()}>XLSX</Button></div>
        </form>
        {run.error ? <Refusal problem={run.error} /> : null}
        {save.error ? <Refusal problem={save.error} /> : null}
      </Panel>
      {answer ? (
        <Panel title={t('reports.answer')} note={t('reports.answer_note', { records: figure(answer.records), rows: figure(answer.total) })} flush>
          {answer.rows.length === 0 ? <Empty title={t('reports.nothing')} text={t('reports.nothing_next')} /> : isGrouped ? (
            <div className="table-box"><table className="data">
              <caption className="visually-hidden">{t('reports.answer')}</caption>
              <thead><tr><th scope="col">{label(groups.find((item) => item.text === group)?.labels) || t('decisions.everybody')}</th><th scope="col" className="number">{t('reports.count')}</th>{sum ? <th scope="col" className="number">{label(sums.find((item) => item.text === sum)?.labels)}</th> : null}</tr></thead>
              <tbody>{answer.rows.map((row, index) => (
                <tr key={index}>
                  <th scope="row">{row.keys.length > 0 ? said(row.keys[0]) : t('decisions.everybody')}</th>
                  <td className="number"><button type="button" className="figure-link" aria-expanded={open === index} onClick={() => setOpen(open === index ? null : index)}>{figure(row.count)}</button></td>
                  {sum ? <td className="number">{figure(row.measures[1] as never, 2)}{row.lacking[1] ? <span className="under">{t('decisions.lacking', { count: row.lacking[1] })}</span> : null}</td> : null}
                </tr>
              ))}</tbody>
            </table></div>
          ) : <ul className="draft-list">{answer.rows.map((row) => (row.record ? <li key={row.record.id}><Link to={fileHref(row.record.id)}>{row.record.title || row.record.id}</Link></li> : null))}</ul>}
          {open !== null && answer.rows[open] ? (
            <div className="panel-body"><h3>{row(answer, open, said)} · {figure(answer.rows[open]?.count)}</h3>
              <Records request={request} group={group} value={answer.rows[open]?.keys[0]} total={answer.rows[open]?.count ?? 0} />
            </div>
          ) : null}
        </Panel>
      ) : null}
    </div>
  );
}

const row = (answer: QueryAnswer, index: number, said: (value: Value | undefined) => string): string => (answer.rows[index]?.keys ?? []).map((key) => said(key)).join(' · ');

interface Behind { request: QueryRequest; group: string; value: Value | undefined; total: number }

const literal = (value: Value | undefined): string => (value === null || value === undefined ? 'null' : typeof value === 'string' ? `"${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"` : String(value));

/** The list behind a figure: the same question, narrowed to the group. */
function Records({ request, group, value, total }: Behind) {
  const { t } = useWords();
  const own = group ? `(${group}) = ${literal(value)}` : null;
  const filter = [request.filter ? `(${request.filter})` : null, own].filter(Boolean).join(' and ') || null;
  const query = useQuery({ queryKey: ['query-behind', request.kind, filter], queryFn: () => post<QueryAnswer>('/query', { kind: request.kind, filter, limit: 200 }) });
  return (
    <Await query={query} lines={4}>
      <ul className="behind">{(query.data?.rows ?? []).map((item) => (item.record ? <li key={item.record.id}><Link to={fileHref(item.record.id)}>{item.record.title || item.record.id}</Link></li> : null))}</ul>
      {total > (query.data?.rows.length ?? 0) ? <p className="dim mid">{t('records.shown', { shown: figure(query.data?.rows.length), total: figure(total) })}</p> : null}
    </Await>
  );
}

async function download(path: string, body: unknown, language: string): Promise<void> {
  const response = await fetch(address(path, { language }), { method: 'POST', headers: { 'X-Yuanqu': '1', 'Content-Type': 'application/json' }, body: JSON.stringify(body), credentials: 'same-origin' });
  if (!response.ok) throw new Problem(response.status, ((await response.json().catch(() => null)) ?? {}) as Record<string, unknown>);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = 'query.xlsx';
  link.click();
  URL.revokeObjectURL(link.href);
}
