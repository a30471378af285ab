import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { Fragment, useMemo, useState } from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import { DaysLeft } from '@/components/DaysLeft';
import { DutyActions, dutyTone, isClosed, useDutyTitle } from '@/components/DutyCard';
import { fileHref } from '@/components/links';
import { Await, Empty } from '@/components/States';
import { WhyButton } from '@/components/Why';
import { addDays, daysBetween, figure, monday } from '@/lib/format';
import { get } from '@/lib/http';
import { useCatalogue, useOverview, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { Duty, DutyPage } from '@/lib/types';
import './duties.css';

interface Group { key: string; title: string; late?: boolean; duties: Duty[] }

export default function DutiesPage() {
  const { t, label, day } = useWords();
  const { catalogue, service } = useCatalogue();
  const overview = useOverview().data;
  const today = useToday();
  const [parameters, setParameters] = useSearchParams();
  const by = parameters.get('by') === 'service' ? 'service' : 'week';
  const state = parameters.get('state') ?? 'open';
  const item = parameters.get('service') ?? '';
  const week = parameters.get('week') ?? '';
  const mine = parameters.get('mine') === 'true';
  const set = (key: string, value: string) => setParameters((now) => { const next = new URLSearchParams(now); if (value) next.set(key, value); else next.delete(key); return next; }, { replace: true });
  const query = useInfiniteQuery({
    queryKey: ['duties', { state, item, week, mine }],
    queryFn: ({ pageParam, signal }) => get<DutyPage>('/duties', { state, service: item, week, mine: mine || undefined, limit: 500, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const duties = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const total = query.data?.pages[0]?.total ?? 0;

  const groups = useMemo((): Group[] => {
    const found = new Map<string, Group>();
    const put = (key: string, title: string, duty: Duty, late?: boolean) => {
      const group = found.get(key) ?? { key, title, late, duties: [] };
      group.duties.push(duty);
      found.set(key, group);
    };
    for (const duty of duties) {
      if (by === 'service') { put(duty.service, label(service(duty.service)?.labels ?? duty.labels), duty); continue; }
      const days = daysBetween(today, duty.due);
      if (duty.due === null || days === null) put('z', t('duties.no_day'), duty);
      else if (!isClosed(duty) && (days < 0 || duty.late)) put('a', t('duties.late'), duty, true);
      else if (days === 0) put('b', t('duties.today'), duty);
      else {
        const start = monday(duty.due);
        const end = addDays(start, 6);
        put(`c${start}`, start === monday(today) ? t('duties.this_week') : t('duties.week_of', { from: day(start, today), to: day(end, today) }), duty);
      }
    }
    return [...found.values()].sort((left, right) => (by === 'service' ? right.duties.length - left.duties.length : left.key.localeCompare(right.key)));
  }, [by, day, duties, label, service, t, today]);

  const filtered = Boolean(item || week || mine || state !== 'open');
  return (
    <div className="page">
      <header className="page-head">
        <div><h1>{t('duties.title')}</h1><p>{overview ? t('duties.lead', { open: figure(overview.counts.duties_open ?? total), late: figure(overview.counts.duties_late ?? 0) }) : ' '}</p></div>
        <Segmented aria-label={t('duties.group')} value={by} onChange={(value) => set('by', value === 'service' ? 'service' : '')} options={[{ value: 'week', label: t('duties.by_week') }, { value: 'service', label: t('duties.by_service') }]} />
      </header>
      <section className="panel" aria-label={t('duties.title')}>
        <div className="filters">
          <select className="plain" aria-label={t('duties.state')} value={state} onChange={(event) => set('state', event.target.value === 'open' ? '' : event.target.value)}>
            <option value="open">{t('duties.open')}</option>
            {(['planned', 'due', 'taken', 'done', 'withdrawn', 'expired'] as const).map((value) => <option key={value} value={value}>{t(`duty.state.${value}`)}</option>)}
          </select>
          <select className="plain" aria-label={t('duties.service')} value={item} onChange={(event) => set('service', event.target.value)}>
            <option value="">{t('duties.all_services')}</option>
            {(catalogue?.services ?? []).map((one) => <option key={one.id} value={one.id}>{label(one.labels)}</option>)}
          </select>
          <select className="plain" aria-label={t('duties.week')} value={week} onChange={(event) => set('week', event.target.value)}>
            <option value="">{t('duties.all_weeks')}</option>
            {week && !overview?.due_by_week.some((one) => one.week === week) ? <option value={week}>{week}</option> : null}
            {(overview?.due_by_week ?? []).map((one) => <option key={one.week} value={one.week}>{t('duties.week_of', { from: one.week, to: addDays(one.week, 6).slice(5) })}{` · ${one.count}`}</option>)}
          </select>
          <label className="row mid dim"><input type="checkbox" checked={mine} onChange={(event) => set('mine', event.target.checked ? 'true' : '')} />{t('duties.mine')}</label>
          {filtered ? <Button type="link" onClick={() => setParameters(by === 'service' ? { by } : {}, { replace: true })}>{t('records.clear')}</Button> : null}
        </div>
        <Await query={query} lines={10}>
          {duties.length === 0 ? <Empty title={filtered ? t('duties.nothing') : t('duties.none')} text={filtered ? t('records.nothing_next') : t('duties.none_next')} /> : (
            <>
              {groups.map((group) => (
                <Fragment key={group.key}>
                  <h2 className={`duty-group${group.late ? ' late' : ''}`}>{group.title}<span>{figure(group.duties.length)}</span></h2>
                  <Group duties={group.duties} folded={group.late === true && groups.length > 1} />
                </Fragment>
              ))}
              <div className="more">
                <span>{t('records.shown', { shown: figure(duties.length), total: figure(total) })}</span>
                {query.hasNextPage ? <Button onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>{t('records.more')}</Button> : null}
              </div>
            </>
          )}
        </Await>
      </section>
    </div>
  );
}

/** Long lists of what is late open on a press: what comes next stays in sight. */
const folded = 10;

function Group({ duties, folded: mayFold }: { duties: Duty[]; folded: boolean }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const shown = mayFold && !all && duties.length > folded + 2 ? duties.slice(0, folded) : duties;
  return (
    <>
      <ul>{shown.map((duty) => <DutyRow key={duty.id} duty={duty} />)}</ul>
      {shown.length < duties.length ? <div className="more"><Button onClick={() => setAll(true)}>{t('duties.rest_late', { count: duties.length - shown.length })}</Button></div> : null}
    </>
  );
}

function DutyRow({ duty }: { duty: Duty }) {
  const { t, label, day } = useWords();
  const { service } = useCatalogue();
  const today = useToday();
  const title = useDutyTitle();
  const file = duty.file ?? duty.subject;
  return (
    <li className={`duty-row ${dutyTone(duty)}`} data-rowbox>
      <div className="what">
        <Link className="first" to={`/desk/duties/${duty.id}`} data-row>{title(duty)}</Link>
        <span className="under">
          <b>{isClosed(duty) ? t(`duty.state.${duty.state}`) : t(`duty.calls_for.${duty.calls_for}`)}</b> {label(duty.labels)} · <Link to={fileHref(file.id)}>{file.title}</Link>
          {duty.taken_by ? ` · ${t('duty.taken_by', { name: duty.taken_by })}` : ''}
        </span>
        {duty.reason ? <span className="under reason">{label(duty.reason)}</span> : null}
      </div>
      <div className="when">{isClosed(duty) ? null : <DaysLeft duty={duty} />}<span className="under">{duty.due ? t('duty.by', { date: day(duty.due, today) }) : ''}</span></div>
      <div className="act">
        <DutyActions duty={duty} small />
        {duty.outcome ? <WhyButton kind={duty.subject.kind ?? service(duty.service)?.subject ?? ''} id={duty.subject.id} decision={duty.outcome.decision} title={title(duty)} /> : null}
      </div>
    </li>
  );
}
