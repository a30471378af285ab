import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { addDays, daysBetween } from '@/lib/format';
import { get } from '@/lib/http';
import { setMoment, useMoment } from '@/lib/moment';
import { useClock } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { HistoryPage } from '@/lib/types';

let moved = false; // the bar comes anew with each moment and takes the focus it had

/** The file through time: a slider over its days, with a mark where something took effect. */
export function TimeBar({ id }: { id: string }) {
  const { t, long } = useWords();
  const { day, known } = useMoment();
  const today = useClock().data?.today ?? '';
  const query = useQuery({ queryKey: ['file-span', id], queryFn: () => get<HistoryPage>(`/files/${id}/changes`, { limit: 500, known_at: undefined, as_of: undefined }), staleTime: 60_000 });
  const days = useMemo(() => {
    const found = new Map<string, number>();
    for (const item of query.data?.items ?? []) found.set(item.effective_from, (found.get(item.effective_from) ?? 0) + 1);
    return found;
  }, [query.data]);
  const ordered = useMemo(() => [...days.keys()].sort(), [days]);
  const first = ordered[0];
  const last = [ordered[ordered.length - 1] ?? today, today].sort()[1] ?? today;
  const [value, setValue] = useState(day ?? today);
  const slider = useRef<HTMLInputElement>(null);
  useEffect(() => { if (moved && first) { moved = false; slider.current?.focus({ preventScroll: true }); } }, [first]);
  useEffect(() => {
    if (value === (day ?? today)) return undefined;
    const timer = setTimeout(() => { moved = true; setMoment({ day: value === today && !known ? null : value, known }); }, 450);
    return () => clearTimeout(timer);
  }, [day, known, today, value]);
  const span = first && today ? daysBetween(first, last) : null;
  if (!first || !span || span < 1) return null;
  const at = Math.min(span, Math.max(0, daysBetween(first, value) ?? span));
  const said = t('moment.range_of', { day: long(value), count: days.get(value) ?? 0 });
  const neighbour = (direction: 1 | -1) => (direction > 0 ? ordered.find((one) => one > value) : [...ordered].reverse().find((one) => one < value));
  return (
    <div className="time-bar">
      <label htmlFor="file-day">{t('moment.range')}</label>
      <button type="button" className="bar-button" disabled={!neighbour(-1)} onClick={() => setValue(neighbour(-1) ?? value)} aria-label={t('moment.previous')}>‹</button>
      <span className="time-track">
        <span className="time-ticks" aria-hidden>{ordered.map((one) => <i key={one} className={one > today ? 'future' : undefined} style={{ left: `${((daysBetween(first, one) ?? 0) / span) * 100}%` }} />)}<i className="now" style={{ left: `${((daysBetween(first, today) ?? 0) / span) * 100}%` }} /></span>
        <input id="file-day" ref={slider} type="range" min={0} max={span} step={1} value={at} aria-valuetext={said} onChange={(event) => setValue(addDays(first, Number(event.target.value)))} />
      </span>
      <button type="button" className="bar-button" disabled={!neighbour(1)} onClick={() => setValue(neighbour(1) ?? value)} aria-label={t('moment.next')}>›</button>
      <b className="time-day">{long(value)}</b>
    </div>
  );
}
