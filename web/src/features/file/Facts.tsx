import { EditOutlined, QuestionCircleOutlined } from '@ant-design/icons';
import { Tooltip } from 'antd';
import { Fragment, useMemo } from 'react';
import { AttachmentLinks } from '@/components/Attachments';
import { Empty } from '@/components/States';
import { attachmentsOf } from '@/lib/format';
import { useCatalogue, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import { differing } from './differences';
import type { Fact, Field, FilePage, Kind, RecordItem } from '@/lib/types';

interface Properties { file: FilePage; kind: Kind | undefined; onEdit?: (fact: Fact) => void; onHistory: () => void }

/** Facts by who tells them first: value, source, date; a conflict shows both values, a missing one who owes it. */
export function Facts({ file, kind, onEdit, onHistory }: Properties) {
  const { t, label } = useWords();
  const { source } = useCatalogue();
  const sections = useMemo(() => {
    const facts = new Map(file.facts.map((fact) => [fact.field, fact]));
    const found = new Map<string, { field: Field; fact: Fact }[]>();
    for (const field of kind?.fields ?? []) {
      if (field.readable === false) continue;
      const fact = facts.get(field.name) ?? { field: field.name, value: file.record.values[field.name] ?? null, source: null, effective_from: null, recorded_at: null, others: [] };
      const section = field.section ?? field.sources?.[0] ?? '';
      found.set(section, [...(found.get(section) ?? []), { field, fact }]);
    }
    return [...found.entries()];
  }, [file, kind]);
  if (sections.length === 0) return <Empty title={t('file.no_facts')} text={t('file.no_facts_next')} />;
  const withheld = (kind?.fields ?? []).filter((field) => field.readable === false).length + (file.record.withheld?.length ?? 0);
  return (
    <>
      {sections.map(([name, rows]) => (
        <Fragment key={name}>
          <h3 className="fact-section">{label(source(name)?.labels) || name || t('file.other_facts')}</h3>
          <dl className="facts">{rows.map(({ field, fact }) => <FactRow key={field.name} record={file.record} field={field} fact={fact} onEdit={onEdit} />)}</dl>
        </Fragment>
      ))}
      <div className="more">
        {withheld > 0 ? <span>{t('file.withheld', { count: withheld })}</span> : null}
        <button type="button" className="link-button" onClick={onHistory}>{t('file.history')}</button>
      </div>
    </>
  );
}

function FactRow({ record, field, fact, onEdit }: { record: RecordItem; field: Field; fact: Fact; onEdit?: (fact: Fact) => void }) {
  const { t, label, value: show, day } = useWords();
  const { source } = useCatalogue();
  const today = useToday();
  const missing = fact.value === null;
  const others = differing(fact);
  const conflict = others.length > 0;
  const name = (id: string | null | undefined) => label(source(id)?.labels) || id || '';
  const origin = [name(fact.source), fact.effective_from ? day(fact.effective_from, today) : ''].filter(Boolean).join(' · ');
  return (
    <div className={`fact${missing ? ' missing' : ''}${conflict ? ' conflict' : ''}`}>
      <dt>
        {label(field.labels)}
        {field.definition ? <Tooltip title={<>{label(field.definition)}{field.example ? <><br />{t('form.example', { value: show(field.example, field) })}</> : null}</>} trigger={['hover', 'focus', 'click']}><button type="button" className="hint" aria-label={t('file.definition_of', { field: label(field.labels) })}><QuestionCircleOutlined /></button></Tooltip> : null}
      </dt>
      <dd>
        {missing ? <span>{fact.reason === 'stale' ? t('file.stale') : t('file.missing')}</span> : attachmentsOf(fact.value).length > 0 ? <AttachmentLinks record={record} field={field} value={fact.value} /> : <b>{show(fact.value, field)}</b>}
        {onEdit ? <button type="button" className="edit" onClick={() => onEdit(fact)} aria-label={t('file.edit_field', { field: label(field.labels) })}><EditOutlined /></button> : null}
        {missing ? <span className="origin">{(field.sources ?? []).length > 0 ? t('file.owed_by', { source: (field.sources ?? []).slice(0, 2).map(name).join(t('file.or')) }) : ''}</span> : <span className="origin">{origin}</span>}
        {others.map((other) => <span key={other.source} className="second"><b>{show(other.value, field)}</b><span className="origin">{name(other.source)} · {day(other.effective_from, today)}</span></span>)}
        {fact.finding ? <span className="origin tone-ochre">{label(fact.finding)}</span> : null}
      </dd>
    </div>
  );
}
