import { useMemo } from 'react';
import { AttachmentLinks } from '@/components/Attachments';
import { DataTable, type Column } from '@/components/DataTable';
import { DaysBar } from '@/components/DaysLeft';
import { OpenCase } from '@/components/OpenCase';
import { Panel } from '@/components/Panel';
import { isClosed } from '@/components/DutyCard';
import { useOutcomeText } from '@/components/Why';
import { attachmentsOf, daysBetween, holdsAttachments, isReference } from '@/lib/format';
import { useCatalogue, useMayWrite, useProcedures, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { FilePage, Kind, RecordItem, Value } from '@/lib/types';
import { OtherSources } from './OtherSources';

interface Properties { kind: Kind; file: FilePage; onEdit?: (record: RecordItem, field: string) => void; onHistory: (record: RecordItem) => void }

/** Documents that end on a day: days left as figure and bar, and how each will be renewed. */
export function Licences({ kind, file, onEdit, onHistory }: Properties) {
  const { t, label, value: show, day } = useWords();
  const { decision } = useCatalogue();
  const said = useOutcomeText();
  const today = useToday();
  const field = (name: string) => kind.fields.find((item) => item.name === name);
  const records = file.children[kind.kind];
  const rows = useMemo(() => [...(records ?? [])].sort((left, right) => order(left, today) - order(right, today)), [records, today]);
  const soon = rows.filter((row) => { const days = daysBetween(today, text(row.values.valid_to)); return days !== null && days >= 0 && days <= 60; }).length;
  // What may be opened by hand about one of them: the same for all, so it is asked once.
  const procedures = useProcedures(rows[0]?.id, useMayWrite() && onEdit !== undefined && rows.length > 0).filter((item) => item.category !== 'directive');
  const columns: Column<RecordItem>[] = [
    { key: 'title', title: label(kind.labels), cell: (row) => <><span className="first">{show(row.values.type, field('type')) || label(kind.labels)}</span><span className="under code">{row.title}</span>{(row.facts ?? []).map((fact) => { const told = field(fact.field); return told ? <OtherSources key={fact.field} fact={fact} field={told} named /> : null; })}</> },
    { key: 'issuer', title: label(field('issuer')?.labels), cell: (row) => show(row.values.issuer, field('issuer')) },
    { key: 'valid_to', title: label(field('valid_to')?.labels), cell: (row) => <>{day(text(row.values.valid_to))}<span className="under">{row.values.status ? show(row.values.status, field('status')) : ''}</span></> },
    { key: 'left', title: t('licence.left'), plain: true, width: '104px', cell: (row) => (gone(row.values.status) ? null : <DaysBar to={text(row.values.valid_to)} />) },
    {
      key: 'how', title: t('licence.how'), plain: true, cell: (row) => {
        const duty = file.duties.find((item) => item.subject.id === row.id && !isClosed(item));
        if (duty) return <span className={`chip ${duty.late ? 'seal' : duty.calls_for === 'act' ? 'bamboo' : duty.calls_for === 'offer' ? 'azurite' : 'ochre'}`}>{t(`duty.calls_for.${duty.calls_for}`)} · {label(duty.labels)}</span>;
        const outcome = file.outcomes.find((item) => item.record?.id === row.id && item.value !== null && item.value !== false);
        return outcome ? <span className="chip">{label(outcome.labels ?? decision(outcome.decision)?.labels)} · {said(outcome.decision, outcome.value)}</span> : <span className="faint">{t('licence.not_yet')}</span>;
      },
    },
    ...kind.fields.filter((one) => holdsAttachments(one) && one.readable !== false).map((one): Column<RecordItem> => ({
      key: one.name, title: label(one.labels), plain: true, cell: (row) => {
        const there = attachmentsOf(row.values[one.name]).length > 0;
        return (
          <>
            {there ? <AttachmentLinks record={row} field={one} value={row.values[one.name]} /> : null}
            {onEdit ? <button type="button" className="link-button" onClick={() => onEdit(row, one.name)} aria-label={`${t('attachment.upload_to', { field: label(one.labels) })} ${row.title}`}>{t(there ? 'attachment.replace' : 'attachment.choose')}</button> : null}
          </>
        );
      },
    })),
    ...(procedures.length === 0 ? [] : [{ key: 'open', title: <span className="visually-hidden">{t('case.open')}</span>, label: '', plain: true, cell: (row: RecordItem) => procedures.map((item) => <OpenCase key={item.procedure} procedure={item} small subject={row.id} title={`${label(item.labels)} · ${row.title}`} go={t('case.open_go')} button={t('case.open_short')} label={`${label(item.labels)} ${row.title}`} did={(number) => t('case.did_open', { number })} />) }]),
    { key: 'history', title: <span className="visually-hidden">{t('file.history')}</span>, label: '', plain: true, cell: (row) => <button type="button" className="link-button" onClick={() => onHistory(row)} aria-label={`${t('file.history_short')} ${row.title}`}>{t('file.history_short')}</button> },
  ];
  return (
    <Panel id={kind.kind} title={label(kind.labels)} note={t('licence.note', { count: rows.length, soon })} flush>
      <DataTable caption={label(kind.labels)} columns={columns} rows={rows} rowKey={(row) => row.id} />
    </Panel>
  );
}

export const text = (value: Value | undefined): string | null => (typeof value === 'string' ? value : null);

const ended = new Set(['superseded', 'cancelled', 'revoked']);
const gone = (status: Value | undefined): boolean => typeof status === 'string' && ended.has(status);

const order = (row: RecordItem, today: string): number => {
  const days = daysBetween(today, text(row.values.valid_to));
  return (gone(row.values.status) ? 1e7 : 0) + (days === null ? 1e5 : days < 0 ? 1e6 - days : days);
};

export const licenceName = (row: RecordItem, fallback: string): string => (row.values.type !== undefined && isReference(row.values.type) ? row.values.type.title : fallback);
