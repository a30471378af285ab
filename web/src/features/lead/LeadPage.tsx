import { useQueries, useQuery } from '@tanstack/react-query';
import { ExpandOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { lazy, Suspense, useCallback } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import { Bars } from '@/components/Bars';
import { Directive } from '@/components/Directive';
import { DueCalendar } from '@/components/DueCalendar';
import { groupHref } from '@/components/links';
import { Panel } from '@/components/Panel';
import { Await, Empty, Loading } from '@/components/States';
import { addDays, figure, percent } from '@/lib/format';
import { get } from '@/lib/http';
import { useCatalogue, useOverview, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { DutyPage, Overview, RecordPage } from '@/lib/types';
import { CausesPanel } from '@/components/CausesPanel';
import { PainsPanel } from '@/components/PainsPanel';
import { ZerosPanel } from '@/components/ZerosPanel';
import { causesOf, painsOf, useRenewals, zerosOf } from '@/lib/renewals';

const WeeksChart = lazy(() => import('@/components/WeeksChart'));

/** Six figures, each opening the records that make it; the due calendar; what the coming weeks hold. */
export default function LeadPage() {
  const { t, long } = useWords();
  const overview = useOverview();
  const today = useToday();
  const navigate = useNavigate();
  // The browser gives the whole screen only in answer to a press; where it does not, the wall fills the window.
  const wall = () => {
    navigate('/lead/wall');
    void document.documentElement.requestFullscreen?.().catch(() => undefined);
  };
  return (
    <div className="page">
      <header className="page-head">
        <div><h1>{t('lead.title')}</h1><p>{t('lead.lead', { date: long(today) })}</p></div>
        <div className="page-actions"><Button icon={<ExpandOutlined />} onClick={wall}>{t('lead.wall')}</Button></div>
      </header>
      <Await query={overview} lines={10}>{overview.data && today ? <Content overview={overview.data} today={today} /> : null}</Await>
    </div>
  );
}

interface Figure { key: string; value: number | undefined; to: string; then: string; tone?: string }

function Content({ overview, today }: { overview: Overview; today: string }) {
  const { t, label } = useWords();
  const { kind, catalogue } = useCatalogue();
  const navigate = useNavigate();
  const way = useCallback((id: string) => catalogue?.services.find((item) => item.id === id)?.calls_for, [catalogue]);
  const counts = overview.counts;
  const renewals = useRenewals(kind('renewal') !== undefined).data?.items;
  const licence = kind('licence');
  const ends = licence?.fields.find((field) => field.name === 'valid_to');
  const within = ends ? `f=valid_to~ge~${today}&f=valid_to~le~${addDays(today, 60)}` : '';
  const [expiring, finished] = useQueries({
    queries: [
      { queryKey: ['counts', 'expiring', today], queryFn: () => get<RecordPage>('/records/licence', { filter: `${ends?.feel} >= date("${today}") and ${ends?.feel} <= date("${addDays(today, 60)}")`, limit: 1 }), enabled: Boolean(ends) },
      { queryKey: ['counts', 'done'], queryFn: () => get<DutyPage>('/duties', { state: 'done', limit: 1 }) },
    ],
  });
  const open = counts.duties_open ?? 0;
  const late = counts.duties_late ?? 0;
  const done = finished.data?.total;
  const sizes = overview.size_classes ?? [];
  const large = sizes.filter((item) => item.code === 'large' || item.code === 'medium').reduce((sum, item) => sum + item.count, 0);
  const firms = counts.enterprise ?? 0;
  const figures: Figure[] = [
    { key: 'firms', value: counts.enterprise, to: '/desk/records/enterprise', then: t('lead.then.firms', { large: figure(large), share: percent(firms > 0 ? large / firms : 0) }) },
    { key: 'expiring', value: expiring.data?.total, to: `/desk/records/licence?${within}`, then: t('lead.then.expiring', { total: figure(counts.licence) }) },
    { key: 'open', value: open, to: '/desk/duties', then: t('lead.then.open', { count: figure(overview.due_by_week[0]?.count ?? 0) }) },
    { key: 'late', value: late, to: '/desk/duties', then: late > 0 ? t('lead.then.late_some', { share: percent(open > 0 ? late / open : 0) }) : t('lead.then.late_none'), tone: late > 0 ? 'tone-seal' : 'tone-bamboo' },
    { key: 'running', value: counts.cases_running, to: '/desk/cases?state=running', then: t('lead.then.running') },
    { key: 'done', value: counts.cases_done ?? done, to: counts.cases_done === undefined ? '/desk/duties?state=done' : '/desk/cases?state=completed', then: t('lead.then.done', { papers: figure(counts.papers ?? 0) }), tone: 'tone-bamboo' },
  ];
  const calendar = useQuery({ queryKey: ['duties', 'calendar'], queryFn: () => get<DutyPage>('/duties', { state: 'open', limit: 500 }) });
  return (
    <>
      <div className="kpis six">
        {figures.map((item) => (
          <div key={item.key} className="kpi-box">
          <Link className="kpi" to={item.to}>
            <span className="what">{t(`lead.figure.${item.key}`)}</span>
            <span className={`much ${item.tone ?? ''}`}>{figure(item.value)}<small>{t(`lead.unit.${item.key}`)}</small></span>
            <span className="then">{item.then}</span>
          </Link>
          <Directive small title={t('directive.figure', { name: t(`lead.figure.${item.key}`), value: `${figure(item.value)} ${t(`lead.unit.${item.key}`)}` })} href={item.to} />
          </div>
        ))}
      </div>
      <div className="halves">
        <div className="stack">
          <Panel title={t('lead.calendar')} note={t('lead.calendar_note')} aside={<Link to="/desk/duties">{t('overview.all_duties')}</Link>}>
            <Await query={calendar} lines={8}>{calendar.data ? <DueCalendar duties={calendar.data.items} today={today} /> : null}</Await>
          </Panel>
          {renewals ? <><ZerosPanel zeros={zerosOf(renewals)} /><PainsPanel pains={painsOf(renewals)} /></> : null}
        </div>
        <div className="stack">
        <Panel title={t('overview.weeks')} note={t('overview.weeks_note')}>
          {overview.due_by_week.length === 0 ? <Empty title={t('overview.weeks_none')} text={t('overview.weeks_none_next')} /> : (
            <Suspense fallback={<Loading lines={8} />}><WeeksChart weeks={overview.due_by_week} height={250} way={way} onPick={(week) => navigate(`/desk/duties?week=${week}`)} /></Suspense>
          )}
        </Panel>
        {renewals ? <CausesPanel causes={causesOf(renewals)} /> : null}
        <Panel title={t('overview.sizes')} note={t('overview.firms', { count: figure(firms) })} flush>
          <Bars total={firms} bars={sizes.map((item) => ({ key: item.code ?? 'none', label: label(item.labels), count: item.count, to: groupHref(item, sizes, catalogue) }))} />
        </Panel>
        </div>
      </div>
    </>
  );
}
