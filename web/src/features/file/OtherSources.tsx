import { useCatalogue, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { Fact, Field } from '@/lib/types';
import { differing } from './differences';

/** Under a value: where it comes from, and what another source says instead, each with source and date. */
export function OtherSources({ fact, field, named = false }: { fact: Fact; field: Field; named?: boolean }) {
  const { t, label, value: show, day } = useWords();
  const { source } = useCatalogue();
  const today = useToday();
  const origin = (name: string | null | undefined, from: string | null | undefined) => [label(source(name)?.labels) || name || '', from ? day(from, today) : ''].filter(Boolean).join(' · ');
  const shape = !named && (field.type === 'number' || field.type === 'money') ? { ...field, unit: null } : field;
  return (
    <span className={`differs${fact.finding ? ' beyond' : ''}`}>
      {named ? <span className="origin">{label(field.labels)} {show(fact.value, shape)} · {origin(fact.source, fact.effective_from)}</span> : <span className="origin">{origin(fact.source, fact.effective_from)}</span>}
      {differing(fact).map((other) => (
        <span key={other.source} className="second">
          <span className="visually-hidden">{t('file.other_source')}</span> <b>{show(other.value, shape)}</b> <span className="origin">{origin(other.source, other.effective_from)}</span>
        </span>
      ))}
    </span>
  );
}
