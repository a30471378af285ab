import { entriesOf, linesOf } from '@/lib/given';
import { useWords } from '@/lib/words';
import type { Task } from '@/lib/types';

/** What a step was given to look at: values and findings under their names, in the reader's language. */
export function Given({ task, className = 'given' }: { task: Task; className?: string }) {
  const { label, value } = useWords();
  const rows = entriesOf(task.given).flatMap(([name, item]) => {
    const lines = linesOf(item).map((line) => label(line.text));
    if (lines.length === 0 && typeof item === 'object') return [];
    return [{ name, shown: lines.length === 0 ? value(item) : lines.length === 1 ? lines[0] : <ul>{lines.map((line) => <li key={line}>{line}</li>)}</ul> }];
  });
  if (rows.length === 0) return null;
  return <dl className={className}>{rows.map(({ name, shown }) => <div key={name} className={className === 'given' ? undefined : 'fact'}><dt>{label(task.given_labels?.[name]) || name}</dt><dd>{shown}</dd></div>)}</dl>;
}
