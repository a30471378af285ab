import type { Field, Value } from '@/lib/types';
import { useWords } from '@/lib/words';
import { AttachmentInput } from '@/components/Attachments';
import { attachmentsOf, holdsAttachments, isMoney, isReference } from '@/lib/format';

interface Properties { id: string; kind?: string; field: Field; value: string; onChange: (value: string) => void; wrong?: boolean; describedBy?: string; autoFocus?: boolean }

/** One input by the field's type. What is typed stays text until it is sent: decimals keep every digit. */
export function FieldInput({ id, kind, field, value, onChange, wrong, describedBy }: Properties) {
  const { t, label } = useWords();
  const shared = { id, value, 'aria-invalid': wrong || undefined, 'aria-describedby': describedBy, required: field.required };
  if (holdsAttachments(field)) return <AttachmentInput id={id} kind={kind ?? ''} field={field} value={attachmentsOf(value ? JSON.parse(value) as Value : null)} describedBy={describedBy} onChange={(files) => onChange(files.length > 0 ? JSON.stringify(files) : '')} />;
  if (field.type === 'enumeration' || field.type === 'boolean') {
    const choices = field.type === 'boolean' ? [{ code: 'true', labels: { zh: '是', en: 'Yes' } }, { code: 'false', labels: { zh: '否', en: 'No' } }] : field.values ?? [];
    return (
      <select className="plain" {...shared} onChange={(event) => onChange(event.target.value)}>
        <option value="">{t('form.choose')}</option>
        {choices.map((choice) => <option key={choice.code} value={choice.code}>{label(choice.labels)}</option>)}
      </select>
    );
  }
  if (field.type === 'date') return <input className="plain" type="date" {...shared} onChange={(event) => onChange(event.target.value)} />;
  if (field.type === 'number' || field.type === 'money') return <input className="plain" inputMode="decimal" autoComplete="off" {...shared} onChange={(event) => onChange(event.target.value)} />;
  if (field.type === 'string' && (field.scale === null || field.scale === undefined) && (field.definition?.zh.length ?? 0) > 60) return <textarea className="plain" {...shared} onChange={(event) => onChange(event.target.value)} />;
  return <input className="plain" autoComplete="off" {...shared} onChange={(event) => onChange(event.target.value)} />;
}

/** What the input starts with. */
export function toText(value: Value | undefined): string {
  if (value === null || value === undefined) return '';
  if (isMoney(value)) return String(value.amount);
  if (isReference(value)) return value.id;
  if (attachmentsOf(value).length > 0) return JSON.stringify(value);
  if (Array.isArray(value)) return value.map((item) => toText(item)).join('；');
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

/** What is sent: numbers as JSON numbers where a double holds them, else as their text; empty clears. */
export function fromText(text: string, field: Field, before?: Value): Value {
  const clean = text.trim();
  if (clean === '') return null;
  const decimal = (source: string): number | string => {
    const plain = source.replace(/[,，\s]/g, '');
    return /^-?\d+(\.\d+)?$/.test(plain) && plain.replace(/[-.]/g, '').length <= 15 ? Number(plain) : plain;
  };
  if (holdsAttachments(field)) {
    const files = attachmentsOf(JSON.parse(clean) as Value);
    return (field.type === 'list' ? files : files[0] ?? null) as Value;
  }
  switch (field.type) {
    case 'boolean': return clean === 'true';
    case 'number': return decimal(clean);
    case 'money': return { amount: decimal(clean), currency: before && isMoney(before) ? before.currency : field.currency ?? 'CNY' };
    case 'list': return clean.split(/[；;\n]/).map((item) => item.trim()).filter(Boolean);
    default: return clean;
  }
}
