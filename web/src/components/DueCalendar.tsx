import { useMemo, useState } from 'react';
import { Link } from 'react-router-dom';
import { addDays, parseDay } from '@/lib/format';
import { useWords } from '@/lib/words';
import type { Duty } from '@/lib/types';
import { DaysLeft } from './DaysLeft';
import { useDutyTitle } from './DutyCard';
import './calendar.css';

const ways = ['act', 'offer', 'notify'] as const;
const shownMost = 8;

/** Six weeks from this week's Monday: a count and a bar by kind on every day, the chosen day's list under it. */
export function DueCalendar({ duties, today }: { duties: Duty[]; today: string }) {
  const { t, long } = useWords();
  const title = useDutyTitle();
  const byDay = useMemo(() => {
    const found = new Map<string, Duty[]>();
    for (const duty of duties) if (duty.due) found.set(duty.due, [...(found.get(duty.due) ?? []), duty]);
    return found;
  }, [duties]);
  const parsed = parseDay(today);
  const offset = parsed ? (new Date(Date.UTC(parsed.year, parsed.month - 1, parsed.day)).getUTCDay() + 6) % 7 : 0;
  const start = addDays(today, -offset);
  const days = Array.from({ length: 42 }, (_, index) => addDays(start, index));
  const [picked, setPicked] = useState<string | null>(null);
  const chosen = picked ?? days.find((day) => day >= today && byDay.has(day)) ?? today;
  const list = byDay.get(chosen) ?? [];
  const total = days.reduce((sum, day) => sum + (day >= today ? byDay.get(day)?.length ?? 0 : 0), 0);
  const most = Math.max(1, ...days.map((day) => byDay.get(day)?.length ?? 0));
  return (
    <div className="calendar">
      <p className="mid dim">{t('calendar.sentence', { count: total })}</p>
      <div className="calendar-grid" role="group" aria-label={t('calendar.label')}>
        {(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const).map((name) => <span key={name} className="calendar-weekday">{t(`calendar.${name}`)}</span>)}
        {days.map((day, index) => {
          const items = byDay.get(day) ?? [];
          const number = day.endsWith('-01') ? t('calendar.month', { month: Number(day.slice(5, 7)) }) : String(Number(day.slice(8)));
          const past = day < today;
          return (
            <button key={day} type="button" className={`day${index % 7 > 4 ? ' weekend' : ''}${day === today ? ' today' : ''}${past ? ' past' : ''}`} aria-pressed={day === chosen} disabled={past && items.length === 0} onClick={() => setPicked(day)}>
              <span className="visually-hidden">{t('calendar.day', { date: long(day), count: items.length })}</span>
              <span className="day-head" aria-hidden><span>{day === today ? t('calendar.today') : number}</span><b>{items.length > 0 ? items.length : ''}</b></span>
              <span className="day-bar" style={{ width: `${items.length > 0 ? Math.max(18, (items.length / most) * 100) : 0}%` }} aria-hidden>
                {ways.map((way) => { const count = items.filter((item) => item.calls_for === way).length; return count > 0 ? <i key={way} className={way} style={{ flexGrow: count }} /> : null; })}
              </span>
            </button>
          );
        })}
      </div>
      <ul className="calendar-legend">{ways.map((way) => <li key={way}><i className={way} />{t(`duty.calls_for.${way}`)}</li>)}</ul>
      <h3>{long(chosen)} · {t('calendar.items', { count: list.length })}</h3>
      {list.length === 0 ? <p className="dim">{t('calendar.nothing')}</p> : (
        <ul className="calendar-list">
          {list.slice(0, shownMost).map((duty) => <li key={duty.id}><i className={duty.calls_for} /><Link to={`/desk/duties/${duty.id}`} data-row>{title(duty)}</Link><span className="dim"><DaysLeft duty={duty} /></span></li>)}
        </ul>
      )}
      {list.length > shownMost ? <p className="mid"><Link to="/desk/duties">{t('calendar.more', { count: list.length - shownMost })}</Link></p> : null}
    </div>
  );
}
