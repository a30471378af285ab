import { useState } from 'react';
import { Link } from 'react-router-dom';
import { instant } from '@/lib/format';
import { useMoment } from '@/lib/moment';
import { useCatalogue, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { TimelineEntry } from '@/lib/types';
import { pageHref } from './links';

const tones: Record<string, string> = {
  change: '', fact: '', put: '', case: 'azurite', task: 'azurite', duty: 'ochre', paper: 'bamboo', notice: 'azurite', outcome: 'violet', transition: 'violet', forecast: 'violet', licence: 'seal', expiry: 'seal', due: 'seal',
};

/** The future on top, dashed, above a red “today”; then what has happened, newest first. */
export function Timeline({ entries, limit = 15 }: { entries: TimelineEntry[]; limit?: number }) {
  const { t, label, long } = useWords();
  const { source } = useCatalogue();
  const [all, setAll] = useState(false);
  const today = useToday();
  const { past: lookingBack } = useMoment();
  // The zone's day counts; the moment of recording only where no day is told.
  const dayOf = (entry: TimelineEntry) => (entry.day ?? entry.at).slice(0, 10);
  const isFuture = (entry: TimelineEntry) => entry.future ?? (entry.day !== undefined && dayOf(entry) > today);
  const order = (entry: TimelineEntry) => `${dayOf(entry)} ${entry.at}`;
  const newest = (left: TimelineEntry, right: TimelineEntry) => order(right).localeCompare(order(left));
  const future = entries.filter(isFuture).sort(newest);
  const past = entries.filter((entry) => !isFuture(entry)).reverse().sort(newest);
  const row = (entry: TimelineEntry, index: number, ahead: boolean) => {
    const href = pageHref(entry.href);
    return (
      <li key={`${entry.at}-${index}`} className={`${ahead ? 'future ' : ''}${tones[entry.type] ?? ''}`}>
        {href ? <Link to={href}>{label(entry)}</Link> : label(entry)}
        {entry.reason && entry.type !== 'opened' ? <span className="said">{entry.reason}</span> : null}
        <time dateTime={entry.at}>{[entry.day ?? instant(entry.at), label(source(entry.source)?.labels) || entry.source, entry.actor].filter(Boolean).join(' · ')}</time>
      </li>
    );
  };
  return (
    <ol className="timeline">
      {future.map((entry, index) => row(entry, index, true))}
      <li className="now">{lookingBack ? t('clock.as_of') : t('timeline.today')} {long(today)}</li>
      {(all ? past : past.slice(0, limit)).map((entry, index) => row(entry, index, false))}
      {past.length > limit && !all ? <li className="rest"><button type="button" className="text-button" onClick={() => setAll(true)}>{t('timeline.rest', { count: past.length - limit })}</button></li> : null}
    </ol>
  );
}
