import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DataTable, RowTitle, type Column } from '@/components/DataTable';
import { fileHref } from '@/components/links';
import { Await, Empty } from '@/components/States';
import { addDays, figure, parseDay } from '@/lib/format';
import { get } from '@/lib/http';
import { useCatalogue, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { Forecast } from '@/lib/types';
import '@/components/calendar.css';
import './forecast.css';

type Item = Forecast['items'][number];
const weeks = 6;

/** What comes due: the days on which outcomes change by what is recorded now; the chosen day's list under it. */
export default function ForecastPage() {
  const { t, label, long } = useWords();
  const today = useToday();
  const { catalogue } = useCatalogue();
  const [decision, setDecision] = useState('');
  const [start, setStart] = useState(0);
  const [picked, setPicked] = useState<string | null>(null);
  const parsed = parseDay(today);
  const offset = parsed ? (new Date(Date.UTC(parsed.year, parsed.month - 1, parsed.day)).getUTCDay() + 6) % 7 : 0;
  const first = addDays(today, start * 7 * weeks - offset);
  const days = Array.from({ length: weeks * 7 }, (_, index) => addDays(first, index));
  const ahead = (start + 1) * 7 * weeks;
  const query = useQuery({ queryKey: ['forecast', decision, ahead], queryFn: () => get<Forecast>('/forecast', { days: ahead, decision, limit: 1 }), placeholderData: keepPreviousData, enabled: Boolean(today) });
  const byDay = new Map((query.data?.days ?? []).map((item) => [item.day, item]));
  const chosen = picked ?? days.find((day) => byDay.has(day)) ?? today;
  const list = useQuery({ queryKey: ['forecast-day', decision, chosen, ahead], queryFn: () => get<Forecast>('/forecast', { days: ahead, decision, on: chosen, limit: 500 }), placeholderData: keepPreviousData, enabled: Boolean(today) });
  const most = Math.max(1, ...days.map((day) => byDay.get(day)?.count ?? 0));
  const total = days.reduce((sum, day) => sum + (byDay.get(day)?.count ?? 0), 0);
  const columns: Column<Item>[] = [
    { key: 'record', title: t('forecast.record'), cell: (row) => <RowTitle to={fileHref(row.record.id)} title={row.record.title || row.record.id} under={<>{row.file && row.file.id !== row.record.id ? <>{row.file.title} · </> : null}{label(row.labels)}</>} /> },
    { key: 'now', title: t('forecast.now'), cell: (row) => label(row.value_labels) },
    { key: 'then', title: t('forecast.then'), cell: (row) => <span className="chip violet">{label(row.then_labels)}{row.provisional ? ` · ${t('outcome.provisional')}` : ''}</span> },
  ];
  return (
    <div className="page">
      <header className="page-head">
        <div><h1>{t('forecast.title')}</h1><p>{t('forecast.lead', { count: figure(total), from: long(days[0]), to: long(days[days.length - 1]) })}</p></div>
        <div className="page-actions">
          <select className="plain" aria-label={t('forecast.decision')} value={decision} onChange={(event) => { setDecision(event.target.value); setPicked(null); }}>
            <option value="">{t('forecast.all_decisions')}</option>
            {(catalogue?.decisions ?? []).map((item) => <option key={item.id} value={item.id}>{label(item.labels)}</option>)}
          </select>
          <button type="button" className="chip" disabled={start === 0} onClick={() => { setStart(start - 1); setPicked(null); }}>{t('forecast.earlier')}</button>
          <button type="button" className="chip" onClick={() => { setStart(start + 1); setPicked(null); }}>{t('forecast.later')}</button>
        </div>
      </header>
      <section className="panel" aria-label={t('forecast.title')}>
        <Await query={query} lines={8}>
          <div className="panel-body calendar">
            <div className="calendar-grid" role="group" aria-label={t('forecast.title')}>
              {(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const).map((name) => <span key={name} className="calendar-weekday">{t(`calendar.${name}`)}</span>)}
              {days.map((day, index) => {
                const count = byDay.get(day)?.count ?? 0;
                const number = day.endsWith('-01') ? t('calendar.month', { month: Number(day.slice(5, 7)) }) : String(Number(day.slice(8)));
                return (
                  <button key={day} type="button" className={`day${index % 7 > 4 ? ' weekend' : ''}${day === today ? ' today' : ''}${day < today ? ' past' : ''}`} aria-pressed={day === chosen} disabled={count === 0 && day !== chosen} onClick={() => setPicked(day)}>
                    <span className="visually-hidden">{t('calendar.day', { date: long(day), count })}</span>
                    <span className="day-head" aria-hidden><span>{day === today ? t('calendar.today') : number}</span><b>{count > 0 ? figure(count) : ''}</b></span>
                    {count > 0 ? <span className="day-bar" style={{ width: `${Math.max(18, (count / most) * 100)}%` }} aria-hidden><i className="forecast" style={{ flexGrow: 1 }} /></span> : null}
                  </button>
                );
              })}
            </div>
          </div>
        </Await>
      </section>
      <section className="panel" aria-label={long(chosen)}>
        <header className="panel-head"><h2>{long(chosen)}</h2><span className="note">{t('forecast.items', { count: figure(list.data?.total ?? 0) })}</span></header>
        {(byDay.get(chosen)?.by_decision.length ?? 0) > 1 ? <div className="filters">{byDay.get(chosen)?.by_decision.map((item) => <button key={item.decision} type="button" className="chip" onClick={() => setDecision(item.decision)}>{label(item.labels)} {figure(item.count)}</button>)}</div> : null}
        <Await query={list} lines={6}>
          {(list.data?.items.length ?? 0) === 0 ? <Empty title={t('forecast.nothing')} text={t('forecast.nothing_next')} /> : <DataTable caption={long(chosen)} columns={columns} rows={list.data?.items ?? []} rowKey={(row) => `${row.decision}-${row.record.id}`} />}
          {(list.data?.total ?? 0) > (list.data?.items.length ?? 0) ? <p className="more">{t('records.shown', { shown: figure(list.data?.items.length), total: figure(list.data?.total) })}</p> : null}
        </Await>
      </section>
    </div>
  );
}
