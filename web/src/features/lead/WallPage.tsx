import { CompressOutlined, ExpandOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useState, type ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { useEvents } from '@/lib/events';
import { addDays, daysBetween, figure, longDay, monday, percent, shortDay, weekday } from '@/lib/format';
import { get } from '@/lib/http';
import { addWords } from '@/lib/more-words';
import { useCatalogue, useSession } from '@/lib/queries';
import { causesOf, useRenewals, zerosOf } from '@/lib/renewals';
import { useWords } from '@/lib/words';
import type { CaseItem, CasePage, Clock, DutyPage, Overview, Worklists } from '@/lib/types';
import en from '@/locales/en/wall.json';
import zh from '@/locales/zh/wall.json';
import './wall.css';

addWords('wall', zh, en);

/** The stream says what moved; the minute is for a stream that was lost. */
const minute = 60_000;
const again = { refetchInterval: minute, refetchIntervalInBackground: true } as const;
const ways = ['act', 'offer', 'notify'] as const;
const storage = 'yuanqu.wall';

/** Every case that stands and does not wait for the holder. */
async function waitingCases(): Promise<CaseItem[]> {
  const items: CaseItem[] = [];
  for (let cursor: string | undefined; ;) {
    const page: CasePage = await get<CasePage>('/cases', { state: 'waiting', waits_for_applicant: false, limit: 200, cursor });
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
    if (!cursor) return items;
  }
}

/** The leader's page for a wall: read from afar, nothing to press, following the zone by itself. */
export default function WallPage() {
  const { t, label, language, long } = useWords();
  const session = useSession().data;
  const { kind } = useCatalogue();
  useEvents(true);
  const clock = useQuery({ queryKey: ['clock'], queryFn: () => get<Clock>('/clock'), ...again });
  const overview = useQuery({ queryKey: ['overview'], queryFn: () => get<Overview>('/overview'), ...again });
  const today = clock.data?.today ?? overview.data?.today ?? '';
  const start = monday(today);
  const end = addDays(start, 6);
  const week = useQuery({ queryKey: ['duties', 'wall', start], queryFn: () => get<DutyPage>('/duties', { state: 'open', due_from: start, due_to: end, limit: 500 }), enabled: today !== '', ...again });
  const lists = useQuery({ queryKey: ['work', 'counts'], queryFn: () => get<Worklists>('/worklists'), ...again });
  const directives = useQuery({ queryKey: ['work', 'wall', 'directives'], queryFn: () => get<CasePage>('/cases', { category: 'directive', state: 'open', limit: 5 }), ...again });
  const waiting = useQuery({ queryKey: ['work', 'wall', 'waiting'], queryFn: waitingCases, ...again });
  const renewals = useRenewals(kind('renewal') !== undefined);
  const [dark, setDark] = useState(() => localStorage.getItem(storage) !== 'light');
  const [full, setFull] = useState(document.fullscreenElement !== null);

  useLayoutEffect(() => {
    const root = document.documentElement;
    root.classList.add('wall');
    root.classList.toggle('dark', dark);
    return () => root.classList.remove('wall', 'dark');
  }, [dark]);
  useEffect(() => {
    const see = () => setFull(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', see);
    return () => document.removeEventListener('fullscreenchange', see);
  }, []);

  const counts = overview.data?.counts ?? {};
  const zeros = renewals.data ? zerosOf(renewals.data.items) : undefined;
  const causes = renewals.data ? causesOf(renewals.data.items) : [];
  const late = counts.duties_late;
  const duties = week.data?.items ?? [];
  const coming = duties.filter((duty) => duty.due !== null && duty.due >= today);
  const steps = [...(waiting.data ?? []).reduce((found, item) => {
    const name = label(item.step) || label(item.labels);
    return found.set(name, (found.get(name) ?? 0) + 1);
  }, new Map<string, number>())].sort((left, right) => right[1] - left[1]);
  const waits = waiting.data?.length;
  const synthetic = session?.synthetic ?? clock.data?.synthetic ?? overview.data?.synthetic ?? clock.data?.demo ?? false;
  const lost = [clock, overview, week, lists, directives, waiting, renewals].some((query) => query.error !== null);
  const read = Math.min(...[overview, week, lists].map((query) => query.dataUpdatedAt));
  const readAt = read > 0 ? new Date(read).toLocaleTimeString('sv-SE', { hour: '2-digit', minute: '2-digit' }) : '—';
  const weeks = (overview.data?.due_by_week ?? []).slice(0, 8);
  const most = Math.max(1, ...weeks.map((item) => item.count));
  const zeroRows: [string, number][] = zeros ? [['applications', zeros.applications], ['materials', zeros.materials], ['visits', zeros.visits], ['gaps', zeros.gaps]] : [];

  const turn = () => { setDark(!dark); localStorage.setItem(storage, dark ? 'light' : 'dark'); };
  const stretch = () => { void (full ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => undefined); };

  return (
    <main className="wall-page">
      <header className="wall-head">
        <img src="/mark.svg" alt="" />
        <h1>{label(session?.zone) || t('shell.zone')}<small>{t('wall.title')}</small></h1>
        {synthetic ? <span className="wall-synthetic">{t('shell.synthetic')}</span> : null}
        <span className="wall-gap" />
        <b className="wall-day">{today ? long(today) : ''}</b>
        <span className={lost ? 'wall-read lost' : 'wall-read'}>{t(lost ? 'wall.stale' : 'wall.read', { time: readAt })}</span>
        <span className="wall-acts">
          <button type="button" onClick={turn}>{t(dark ? 'wall.light' : 'wall.dark')}</button>
          <button type="button" onClick={stretch}>{full ? <CompressOutlined aria-hidden /> : <ExpandOutlined aria-hidden />}{t(full ? 'wall.window' : 'wall.full')}</button>
          <Link to="/lead">{t('wall.back')}</Link>
        </span>
      </header>

      <section className="wall-figures" aria-label={t('wall.figures')}>
        <Big name={t('wall.zeros')} value={zeros?.four} tone={zeros && zeros.four > 0 ? 'good' : ''} unit={zeros ? t('wall.of', { text: figure(zeros.total) }) : ''}
          then={zeros === undefined ? '' : zeros.total === 0 ? t('renewal.no_renewals') : t('wall.zeros_then', { share: percent(zeros.four / zeros.total) })} />
        <Big name={t('wall.waits')} value={waits} tone={(lists.data?.overdue ?? 0) > 0 ? 'bad' : (waits ?? 0) > 0 ? 'soon' : ''} unit={t('wall.cases')}
          then={lists.data ? t('wall.waits_then', { applicant: figure(lists.data.applicant), overdue: figure(lists.data.overdue) }) : ''} />
        <Big name={t('wall.week')} value={week.data ? coming.length : undefined} tone={coming.length > 0 ? 'soon' : ''} unit={t('wall.items')}
          then={late === undefined ? '' : late > 0 ? t('wall.late', { text: figure(late) }) : t('lead.then.late_none')} thenTone={late !== undefined && late > 0 ? 'bad' : ''} />
        <Big name={t('wall.directives')} value={lists.data?.directives} tone={(lists.data?.directives ?? 0) > 0 ? 'soon' : ''} unit={t('wall.items')} then={(directives.data?.items.length ?? 0) === 0 ? t('wall.directives_none') : t('wall.directives_then')} />
      </section>

      <div className="wall-panels">
        <Part title={t('renewal.zeros')} note={zeros && zeros.total > 0 ? t('wall.zeros_note', { total: figure(zeros.total) }) : t('renewal.zeros_note')}>
          {zeros === undefined || zeros.total === 0 ? <Nothing title={t('renewal.no_renewals')} text={t('renewal.no_renewals_next')} /> : (
            <ul className="wall-bars">
              {zeroRows.map(([key, count]) => <Row key={key} name={t(`renewal.zero.${key}`)} part={count / zeros.total} amount={`${figure(count)} / ${figure(zeros.total)}`} tone="good" />)}
              {zeros.days === null ? null : <li className="wall-line"><span>{t('renewal.days_taken')}</span><b>{t('days.count', { count: zeros.days })}</b></li>}
            </ul>
          )}
        </Part>

        <Part title={t('wall.exceptions')} note={t('wall.exceptions_note')}>
          <h3>{t('wall.causes')}</h3>
          {causes.length === 0 ? <p className="wall-none">{t('renewal.no_causes')}</p> : <ul className="wall-bars">{causes.slice(0, 3).map((cause) => <Row key={cause.key || 'held'} name={label(cause.labels) || t('renewal.cause_held')} part={cause.count / (causes[0]?.count ?? 1)} amount={figure(cause.count)} tone="soon" />)}</ul>}
          <h3>{t('wall.now')}</h3>
          {steps.length === 0 ? <p className="wall-none">{t('wall.now_none')}</p> : <ul className="wall-bars">{steps.slice(0, 3).map(([name, count]) => <Row key={name} name={name} part={count / (steps[0]?.[1] ?? 1)} amount={figure(count)} tone="plain" />)}</ul>}
        </Part>

        <Part title={t('wall.week')} note={`${shortDay(start, today)} – ${shortDay(end, today)}`}>
          <ol className="wall-week">
            {Array.from({ length: today ? 7 : 0 }, (_, index) => addDays(start, index)).map((day) => {
              const of = duties.filter((duty) => duty.due === day);
              return (
                <li key={day} className={day === today ? 'today' : day < today ? 'past' : ''}>
                  <span>{day === today ? t('calendar.today') : weekday(day, language)}</span>
                  <b>{of.length > 0 ? figure(of.length) : '·'}</b>
                  <span className="wall-ways" aria-hidden>{ways.map((way) => { const count = of.filter((duty) => duty.calls_for === way).length; return count > 0 ? <i key={way} className={way} style={{ flexGrow: count }} /> : null; })}</span>
                </li>
              );
            })}
          </ol>
          <ul className="wall-legend">{ways.map((way) => <li key={way}><i className={way} aria-hidden />{t(`duty.calls_for.${way}`)}</li>)}</ul>
          {coming.length === 0 ? <Nothing title={t('wall.week_none')} /> : (
            <ul className="wall-list">{coming.slice(0, 4).map((duty) => <li key={duty.id}><span>{label(duty.title) || label(duty.labels)}</span><Left day={duty.due} today={today} /></li>)}</ul>
          )}
        </Part>

        <Part title={t('wall.directives')} note={t('wall.directives_note')} wide>
          {(directives.data?.items.length ?? 0) === 0 ? <Nothing title={t('wall.directives_none')} text={t('wall.directives_next')} /> : (
            <ul className="wall-list">{directives.data?.items.map((item) => (
              <li key={item.id}><span>{item.summary || item.subject.title || label(item.labels)}<small>{item.summary && item.subject.title ? `${item.subject.title} · ` : ''}{item.number}{item.step ? ` · ${label(item.step)}` : ''} · {longDay(item.opened, language)}</small></span>{item.due ? <Left day={item.due} today={today} /> : null}</li>
            ))}</ul>
          )}
        </Part>

        <Part title={t('overview.weeks')} note={t('wall.weeks_note')}>
          {weeks.length === 0 ? <Nothing title={t('overview.weeks_none')} /> : (
            <ol className="wall-weeks">{weeks.map((item) => (
              <li key={item.week}><b>{figure(item.count)}</b>{item.count > 0 ? <i aria-hidden style={{ height: `${(item.count / most) * 100}%` }} /> : null}<span>{item.week.slice(5)}</span></li>
            ))}</ol>
          )}
        </Part>
      </div>
      {synthetic ? <footer className="wall-foot">{t('shell.foot_synthetic', { zone: label(session?.zone) || t('shell.zone') })}</footer> : null}
    </main>
  );
}

function Big({ name, value, unit, then, tone = '', thenTone = '' }: { name: string; value: number | undefined; unit: string; then: string; tone?: string; thenTone?: string }) {
  return <div className="wall-big"><h2>{name}</h2><p className={`much ${tone}`}>{figure(value)}<small>{unit}</small></p><p className={`then ${thenTone}`}>{then}</p></div>;
}

function Part({ title, note, wide, children }: { title: string; note?: string; wide?: boolean; children: ReactNode }) {
  return <section className={wide ? 'wall-part wide' : 'wall-part'}><h2>{title}{note ? <small>{note}</small> : null}</h2>{children}</section>;
}

function Row({ name, part, amount, tone }: { name: string; part: number; amount: string; tone: string }) {
  return <li><span className="name">{name}</span><b>{amount}</b><span className="track" aria-hidden><i className={tone} style={{ width: `${Math.max(1, part * 100)}%` }} /></span></li>;
}

function Nothing({ title, text }: { title: string; text?: string }) {
  return <p className="wall-nothing"><b>{title}</b>{text ? <span>{text}</span> : null}</p>;
}

function Left({ day, today }: { day: string | null | undefined; today: string }) {
  const { t } = useWords();
  const days = daysBetween(today, day);
  if (days === null) return null;
  return <b className={days < 0 ? 'bad' : days <= 3 ? 'soon' : ''}>{days === 0 ? t('days.today') : days < 0 ? `${t('days.late')} ${t('days.count', { count: -days })}` : `${t('days.left')} ${t('days.count', { count: days })}`}</b>;
}
