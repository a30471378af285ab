import { DownloadOutlined, FilterOutlined, SettingOutlined } from '@ant-design/icons';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input, Popover } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { useParams, useSearchParams } from 'react-router-dom';
import { DataTable, RowTitle, type Column } from '@/components/DataTable';
import { recordHref } from '@/components/links';
import { Panel } from '@/components/Panel';
import { Await, Empty } from '@/components/States';
import { useOutcomeText } from '@/components/Why';
import { keyUnderTitle, startingColumns } from '@/lib/columns';
import { filter as asFeel, fromParameter, toParameter, type Condition } from '@/lib/feel';
import { figure } from '@/lib/format';
import { address, get } from '@/lib/http';
import { useCatalogue } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { Kind, RecordItem, RecordPage } from '@/lib/types';
import { ConditionDialog } from './ConditionDialog';

/** One list for every kind, drawn from the catalogue. What it shows stands in its address. */
export default function RecordsPage() {
  const { kind: name = '' } = useParams();
  const { t } = useWords();
  const { query, kind } = useCatalogue();
  const known = kind(name);
  return (
    <div className="page">
      <Await query={query} lines={10}>
        {known ? <Records key={name} kind={known} /> : <Panel title={name}><Empty title={t('records.no_kind', { kind: name })} text={t('records.no_kind_next')} /></Panel>}
      </Await>
    </div>
  );
}

function useColumns(kind: Kind, decisions: string[]) {
  const storage = `yuanqu.columns.${kind.kind}`;
  const [columns, setColumns] = useState<string[]>(() => {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(storage) ?? 'null');
      if (Array.isArray(kept)) return kept.filter((item): item is string => typeof item === 'string');
    } catch { /* the starting columns serve */ }
    const outcomes = decisions.slice(0, 3).map((id) => `outcome.${id}`);
    return [...outcomes, ...startingColumns(kind, 4)];
  });
  const change = (next: string[]) => {
    setColumns(next);
    try { localStorage.setItem(storage, JSON.stringify(next)); } catch { /* lasts until the page is left */ }
  };
  return [columns, change] as const;
}

function Records({ kind }: { kind: Kind }) {
  const { t, label, value: show } = useWords();
  const { catalogue } = useCatalogue();
  const said = useOutcomeText();
  const [parameters, setParameters] = useSearchParams();
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState(parameters.get('q') ?? '');
  const decisions = useMemo(() => (catalogue?.decisions ?? []).filter((item) => item.kind === kind.kind), [catalogue, kind.kind]);

  const [columns, setColumns] = useColumns(kind, decisions.filter((item) => (item.values?.length ?? 0) > 0).map((item) => item.id));

  const change = (apply: (next: URLSearchParams) => void) => setParameters((now) => { const next = new URLSearchParams(now); apply(next); return next; }, { replace: true });
  const conditions = useMemo(() => parameters.getAll('f').flatMap((item) => fromParameter(item) ?? []), [parameters]);
  const outcomes = useMemo(() => [...parameters.entries()].filter(([key]) => key.startsWith('outcome.')), [parameters]);
  const sort = parameters.get('sort') ?? undefined;
  const request = useMemo(() => ({
    q: parameters.get('q') ?? undefined, sort, filter: asFeel(conditions, kind, parameters.get('filter')), as_of: parameters.get('as_of') ?? undefined, ...Object.fromEntries(outcomes),
    outcomes: decisions.filter((item) => columns.includes(`outcome.${item.id}`) || parameters.has(`outcome.${item.id}`)).map((item) => item.id).join(',') || undefined,
  }), [columns, conditions, decisions, kind, outcomes, parameters, sort]);

  useEffect(() => {
    const timer = setTimeout(() => {
      const text = typed.trim();
      if (text !== (parameters.get('q') ?? '')) change((next) => { if (text) next.set('q', text); else next.delete('q'); });
    }, 250);
    return () => clearTimeout(timer);
  });

  const query = useInfiniteQuery({
    queryKey: ['records', kind.kind, request],
    queryFn: ({ pageParam, signal }) => get<RecordPage>(`/records/${kind.kind}`, { ...request, limit: 50, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const total = query.data?.pages[0]?.total ?? 0;
  const under = keyUnderTitle(kind);
  const shown = columns.flatMap((name) => kind.fields.find((field) => field.name === name && field.readable !== false) ?? []);
  const withOutcomes = decisions.filter((item) => columns.includes(`outcome.${item.id}`) || parameters.has(`outcome.${item.id}`));
  const table: Column<RecordItem>[] = [
    {
      key: kind.title, title: label(kind.fields.find((field) => field.name === kind.title)?.labels), sortable: true,
      cell: (row) => <RowTitle to={recordHref(row)} title={row.title} under={under && row.values[under] ? <span className="code">{show(row.values[under])}</span> : null} />,
    },
    ...withOutcomes.filter((item) => parameters.has(`outcome.${item.id}`) || rows.some((row) => row.outcomes?.[item.id] !== undefined && row.outcomes[item.id] !== null)).map((item): Column<RecordItem> => ({ key: `outcome.${item.id}`, title: label(item.labels), sortable: true, cell: (row) => (row.outcomes && item.id in row.outcomes ? <span className={row.outcomes[item.id] === true ? 'chip bamboo' : 'chip'}>{said(item.id, row.outcomes[item.id] ?? null)}</span> : null) })),
    ...shown.map((field): Column<RecordItem> => ({ key: field.name, title: label(field.labels), sortable: field.type !== 'list', number: field.type === 'number' || field.type === 'money', cell: (row) => show(row.values[field.name], field) })),
  ];
  const filtered = conditions.length > 0 || outcomes.length > 0 || parameters.has('q') || parameters.has('filter');
  const choices = kind.fields.filter((field) => (field.type === 'enumeration' && (field.values?.length ?? 0) > 0 && field.readable !== false)).slice(0, 2);
  const setChoice = (field: string, code: string) => change((next) => {
    const rest = next.getAll('f').filter((item) => !item.startsWith(`${field}~eq~`));
    next.delete('f');
    rest.forEach((item) => next.append('f', item));
    if (code) next.append('f', toParameter({ field, operator: 'eq', value: code }));
  });
  const selected = (field: string) => conditions.find((item) => item.field === field && item.operator === 'eq')?.value ?? '';
  const selectable = decisions.filter((item) => (item.values?.length ?? 0) > 0);

  return (
    <>
      <header className="page-head">
        <div><h1>{label(kind.labels)}</h1><p>{query.isSuccess ? (filtered ? t('records.found', { count: figure(total) }) : t('records.all', { count: figure(total) })) : ' '}</p></div>
        <div className="page-actions">
          <Popover trigger="click" placement="bottomRight" title={t('records.columns')} content={(
            <div className="stack tight" style={{ maxHeight: 360, overflowY: 'auto', minWidth: 220 }}>
              {decisions.map((item) => <Checkbox key={item.id} checked={columns.includes(`outcome.${item.id}`)} onChange={(event) => setColumns(event.target.checked ? [...columns, `outcome.${item.id}`] : columns.filter((name) => name !== `outcome.${item.id}`))}>{label(item.labels)}</Checkbox>)}
              {kind.fields.filter((field) => field.name !== kind.title && field.readable !== false).map((field) => (
                <Checkbox key={field.name} checked={columns.includes(field.name)} onChange={(event) => setColumns(event.target.checked ? kind.fields.map((item) => item.name).filter((name) => name === field.name || columns.includes(name)).concat(columns.filter((name) => name.startsWith('outcome.'))) : columns.filter((name) => name !== field.name))}>{label(field.labels)}</Checkbox>
              ))}
            </div>
          )}><Button icon={<SettingOutlined />}>{t('records.columns')}</Button></Popover>
          <Button icon={<DownloadOutlined />} href={address(`/records/${kind.kind}.xlsx`, request)} download>XLSX</Button>
        </div>
      </header>
      <section className="panel" aria-label={label(kind.labels)}>
        <div className="filters" role="search">
          <div className="search"><label className="visually-hidden" htmlFor="record-search">{t('records.search')}</label><Input id="record-search" allowClear placeholder={t('records.search')} value={typed} onChange={(event) => setTyped(event.target.value)} /></div>
          {selectable.map((item) => (
            <select key={item.id} className="plain" aria-label={label(item.labels)} value={parameters.get(`outcome.${item.id}`) ?? ''} onChange={(event) => change((next) => { if (event.target.value) next.set(`outcome.${item.id}`, event.target.value); else next.delete(`outcome.${item.id}`); })}>
              <option value="">{label(item.labels)}</option>
              {(item.values ?? []).map((choice) => <option key={choice.code} value={choice.code}>{label(item.labels)}：{label(choice.labels)}</option>)}
              <option value="null">{label(item.labels)}：{t('outcome.unknown')}</option>
            </select>
          )).slice(0, 3)}
          {choices.map((field) => (
            <select key={field.name} className="plain" aria-label={label(field.labels)} value={selected(field.name)} onChange={(event) => setChoice(field.name, event.target.value)}>
              <option value="">{label(field.labels)}</option>
              {(field.values ?? []).map((choice) => <option key={choice.code} value={choice.code}>{label(choice.labels)}</option>)}
            </select>
          ))}
          <Button icon={<FilterOutlined />} onClick={() => setAsking(true)}>{t('records.more_filters')}</Button>
          {filtered ? <Button type="link" onClick={() => { setTyped(''); setParameters(sort ? { sort } : {}, { replace: true }); }}>{t('records.clear')}</Button> : null}
        </div>
        <Active conditions={conditions} kind={kind} given={parameters.get('filter')} onRemove={(condition) => change((next) => { const rest = next.getAll('f').filter((item) => item !== toParameter(condition)); next.delete('f'); rest.forEach((item) => next.append('f', item)); })} onRemoveGiven={() => change((next) => next.delete('filter'))} skip={choices.map((field) => field.name)} />
        <Await query={query} lines={10}>
          {rows.length === 0 ? (
            <Empty title={filtered ? t('records.nothing') : t('records.none', { kind: label(kind.labels) })} text={filtered ? t('records.nothing_next') : t('records.none_next')} action={filtered ? <Button onClick={() => { setTyped(''); setParameters({}, { replace: true }); }}>{t('records.clear')}</Button> : null} />
          ) : (
            <>
              <DataTable caption={label(kind.labels)} columns={table} rows={rows} rowKey={(row) => row.id} sort={sort} onSort={(next) => change((now) => { if (next) now.set('sort', next); else now.delete('sort'); })} />
              <div className="more">
                <span>{t('records.shown', { shown: figure(rows.length), total: figure(total) })}</span>
                {query.hasNextPage ? <Button onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>{t('records.more')}</Button> : null}
              </div>
            </>
          )}
        </Await>
      </section>
      <ConditionDialog kind={kind} open={asking} onClose={() => setAsking(false)} onAdd={(condition) => change((next) => next.append('f', toParameter(condition)))} />
    </>
  );
}

interface ActiveProperties { conditions: Condition[]; kind: Kind; given: string | null; skip: string[]; onRemove: (condition: Condition) => void; onRemoveGiven: () => void }

function Active({ conditions, kind, given, skip, onRemove, onRemoveGiven }: ActiveProperties) {
  const { t, label, value: show } = useWords();
  const extra = conditions.filter((item) => !(skip.includes(item.field) && item.operator === 'eq'));
  if (extra.length === 0 && !given) return null;
  return (
    <div className="filters">
      {given ? <button type="button" className="chip azurite" onClick={onRemoveGiven} aria-label={t('records.remove', { name: given })}><code>{given}</code> ×</button> : null}
      {extra.map((item) => {
        const field = kind.fields.find((one) => one.name === item.field);
        const text = `${label(field?.labels) || item.field} ${t(`operator.${item.operator}`)} ${item.value ? show(item.value, field) : ''}`.trim();
        return <button key={toParameter(item)} type="button" className="chip azurite" onClick={() => onRemove(item)} aria-label={t('records.remove', { name: text })}>{text} ×</button>;
      })}
    </div>
  );
}
