import { Link } from 'react-router-dom';
import { instant } from '@/lib/format';
import { useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { TimelineEntry } from '@/lib/types';
import { pageHref } from './links';

const tones: Record<string, string> = {
  change: '', fact: '', put: '', case: 'azurite', task: 'azurite', duty: 'ochre', paper: 'bamboo', notice: 'azurite', outcome: 'violet', transition: 'violet', forecast: 'violet', licence: 'seal', expiry: 'seal', due: 'seal',
};

/** The future on top, dashed, above a red “today”; then what has happened, newest first. */
export function Timeline({ entries, limit = 40 }: { entries: TimelineEntry[]; limit?: number }) {
  const { t, label, long } = useWords();
  const today = useToday();
  const isFuture = (entry: TimelineEntry) => entry.future ?? entry.at.slice(0, 10) > today;
  const future = entries.filter(isFuture).sort((left, right) => right.at.localeCompare(left.at));
  const past = entries.filter((entry) => !isFuture(entry)).sort((left, right) => right.at.localeCompare(left.at)).slice(0, limit);
  const row = (entry: TimelineEntry, index: number, ahead: boolean) => {
    const href = pageHref(entry.href);
    return (
      <li key={`${entry.at}-${index}`} className={`${ahead ? 'future ' : ''}${tones[entry.type] ?? ''}`}>
        {href ? <Link to={href}>{label(entry)}</Link> : label(entry)}
        <time dateTime={entry.at}>{[instant(entry.at), entry.actor, entry.source].filter(Boolean).join(' · ')}</time>
      </li>
    );
  };
  return (
    <ol className="timeline">
      {future.map((entry, index) => row(entry, index, true))}
      <li className="now">{t('timeline.today')} {long(today)}</li>
      {past.map((entry, index) => row(entry, index, false))}
    </ol>
  );
}
