import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { AttachmentLinks } from '@/components/Attachments';
import { DataTable, type Column } from '@/components/DataTable';
import { Panel } from '@/components/Panel';
import { attachmentsOf } from '@/lib/format';
import { useWords } from '@/lib/words';
import type { Field, Kind, RecordItem } from '@/lib/types';
import { differencesOf } from './differences';
import { OtherSources } from './OtherSources';

interface Properties { kind: Kind; records: RecordItem[]; total?: number; onEdit?: (record: RecordItem, field: string) => void; onHistory: (record: RecordItem) => void }

const first = 12;

/** Records of one kind inside a file; figures can be changed where the person may. */
export function Children({ kind, records, total, onEdit, onHistory }: Properties) {
  const { t, label, value: show } = useWords();
  const differences = differencesOf(records);
  const [all, setAll] = useState(false);
  const fields = useMemo(() => shownFields(kind, records), [kind, records]);
  const rows = useMemo(() => [...records].sort((left, right) => period(kind, right).localeCompare(period(kind, left))), [kind, records]);
  const shown = all ? rows : rows.slice(0, first);
  const [lead, ...rest] = fields;
  if (!lead) return null;
  const columns: Column<RecordItem>[] = [
    { key: lead.name, title: periodFields(kind).length > 1 ? t('file.period') : label(lead.labels), cell: (row) => <span className={periodFields(kind).length > 0 ? 'first period' : 'first'}>{periodFields(kind).length > 0 ? period(kind, row) : show(row.values[lead.name], lead)}</span> },
    ...rest.map((field): Column<RecordItem> => ({
      key: field.name,
      title: <>{label(field.labels)}{field.unit && (field.type === 'number' || field.type === 'money') ? <span className="faint">（{field.unit}）</span> : null}</>,
      label: label(field.labels),
      number: field.type === 'number' || field.type === 'money',
      cell: (row) => {
        const value = row.values[field.name];
        if (attachmentsOf(value).length > 0) return <AttachmentLinks record={row} field={field} value={value} />;
        const text = show(value, field.type === 'number' || field.type === 'money' ? { ...field, unit: null } : field);
        const told = (row.facts ?? []).find((fact) => fact.field === field.name);
        const others = told ? <OtherSources fact={told} field={field} /> : null;
        if (!onEdit || field.type === 'reference') return value === undefined ? null : <>{text}{others}</>;
        return <><button type="button" className="cell" onClick={() => onEdit(row, field.name)} aria-label={t('file.edit_cell', { field: label(field.labels), record: period(kind, row) || row.title, value: text })}>{text}</button>{others}</>;
      },
    })),
    { key: 'history', title: <span className="visually-hidden">{t('file.history')}</span>, label: '', plain: true, cell: (row) => <button type="button" className="link-button" onClick={() => onHistory(row)} aria-label={`${t('file.history_short')} ${row.title}`}>{t('file.history_short')}</button> },
  ];
  return (
    <Panel id={kind.kind} title={label(kind.labels)} note={[differences > 0 ? t('file.facts_note', { count: differences }) : '', onEdit ? t('file.click_to_edit') : ''].filter(Boolean).join(' · ') || undefined} aside={t('file.records', { count: total ?? records.length })} flush>
      <DataTable caption={label(kind.labels)} columns={columns} rows={shown} rowKey={(row) => row.id} />
      {rows.length > shown.length ? <div className="more"><Button onClick={() => setAll(true)}>{t('file.show_all', { count: rows.length })}</Button></div> : null}
    </Panel>
  );
}

/** Year, and month or quarter: what orders periodic figures. */
function periodFields(kind: Kind): Field[] {
  const keys = (kind.keys[0] ?? []).filter((name) => name !== kind.belongs_to);
  return keys.flatMap((name) => kind.fields.find((field) => field.name === name && (field.name === 'year' || field.name === 'month' || field.name === 'quarter' || field.name === 'period')) ?? []);
}

export function period(kind: Kind, row: RecordItem): string {
  return periodFields(kind).map((field) => String(row.values[field.name] ?? '')).map((text, index) => (index === 0 ? text : text.padStart(2, '0'))).join('-');
}

function shownFields(kind: Kind, records: RecordItem[]): Field[] {
  const present = (field: Field) => records.some((record) => { const value = record.values[field.name]; return value !== null && value !== undefined; });
  const inPeriod = new Set(periodFields(kind).slice(1).map((field) => field.name));
  const list = kind.fields.filter((field) => field.readable !== false && field.name !== kind.belongs_to && !(field.type === 'reference' && field.to === kind.belongs_to) && !inPeriod.has(field.name));
  const lead = periodFields(kind)[0] ?? list.find((field) => field.name === kind.title) ?? list[0];
  const rest = list.filter((field) => field !== lead && present(field));
  const figures = rest.filter((field) => field.type === 'number' || field.type === 'money');
  const told = new Set(records.flatMap((record) => (record.facts ?? []).map((fact) => fact.field)));
  const most = figures.length >= 3 ? figures : rest;
  // What sources do not agree on is always among the columns.
  const kept = [...most.filter((field) => told.has(field.name)), ...rest.filter((field) => told.has(field.name) && !most.includes(field)), ...most.filter((field) => !told.has(field.name))].slice(0, Math.max(6, told.size));
  const chosen = rest.filter((field) => kept.includes(field));
  return lead ? [lead, ...chosen] : chosen;
}
