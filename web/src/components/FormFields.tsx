import { FieldInput } from './FieldInput';
import { useWords } from '@/lib/words';
import type { TaskField } from './form';

interface Properties { id: string; fields: TaskField[]; texts: Record<string, string>; wrong: (name: string) => boolean; onChange: (name: string, value: string) => void }

/** The inputs of a form in the order of its layout. */
export function FormFields({ id, fields, texts, wrong, onChange }: Properties) {
  const { label } = useWords();
  return (
    <>
      {fields.map((field) => (
        <div key={field.name} className={field.wide ? 'wide' : undefined}>
          <label htmlFor={`${id}-${field.name}`} className={field.required ? 'need' : undefined}>{label(field.labels)}{field.unit ? `（${field.unit}）` : ''}</label>
          {field.long
            ? <textarea className="plain" rows={4} id={`${id}-${field.name}`} value={texts[field.name] ?? ''} required={field.required} aria-invalid={wrong(field.name) || undefined} onChange={(event) => onChange(field.name, event.target.value)} />
            : <FieldInput id={`${id}-${field.name}`} field={field} value={texts[field.name] ?? ''} wrong={wrong(field.name)} onChange={(value) => onChange(field.name, value)} />}
          {field.definition ? <p className="help">{label(field.definition)}</p> : null}
        </div>
      ))}
    </>
  );
}
