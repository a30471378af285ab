import { useCatalogue } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { HistoryEntry } from '@/lib/types';

/** Each field with what was said before and what is said now; other operations in words. */
export function What({ entry }: { entry: HistoryEntry }) {
  const { t, label, value: show } = useWords();
  const { field, kind } = useCatalogue();
  const values = Object.entries(entry.values);
  const struck = entry.voided ? { textDecoration: 'line-through' } : undefined;
  return (
    <div className="what">
      <span className="dim small">{label(kind(entry.kind)?.labels)} · {entry.title}{entry.voided ? ` · ${t('file.voided')}` : ''}</span>
      {values.map(([name, now]) => {
        const known = field(entry.kind, name);
        const before = entry.before[name] ?? null;
        return <div key={name} style={struck}><span className="dim">{label(known?.labels) || name}</span> {before === null ? null : <><s className="faint">{show(before, known)}</s> → </>}<b>{now === null ? t('operation.clear') : show(now, known)}</b></div>;
      })}
      {values.length === 0 ? <div style={struck}><b>{t(`operation.${entry.operation}`)}</b>{entry.into ? ` · ${t('file.merged_into', { title: entry.into.title })}` : ''}{entry.voids.length > 0 ? ` · ${t('file.voids', { list: entry.voids.slice(0, 5).join('、') + (entry.voids.length > 5 ? '…' : '') })}` : ''}</div> : null}
      {entry.erased ? <span className="faint small">{t('file.erased')}</span> : null}
    </div>
  );
}
