import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import { Bars } from '@/components/Bars';
import { DutyCard } from '@/components/DutyCard';
import { groupHref } from '@/components/links';
import { Panel } from '@/components/Panel';
import { Await, Empty, Loading } from '@/components/States';
import { figure } from '@/lib/format';
import { useCatalogue, useOverview, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { Overview } from '@/lib/types';
import { DemoStories } from './DemoStories';

const WeeksChart = lazy(() => import('@/components/WeeksChart'));

/** Ids seen on an earlier look, so that what has just arrived can be told apart. */
function useFresh(ids: string[]): Set<string> {
  const seen = useRef<Set<string> | null>(null);
  const [fresh, setFresh] = useState<Set<string>>(new Set());
  const key = ids.join();
  useEffect(() => {
    const now = key ? key.split(',') : [];
    if (seen.current) {
      const before = seen.current;
      setFresh(new Set(now.filter((id) => !before.has(id))));
    }
    if (now.length > 0 || seen.current) seen.current = new Set(now);
  }, [key]);
  return fresh;
}

export default function OverviewPage() {
  const { t, long } = useWords();
  const query = useOverview();
  const today = useToday();
  const overview = query.data;
  return (
    <div className="page">
      <header className="page-head">
        <div><h1>{t('overview.title')}</h1><p>{overview ? t('overview.lead', { date: long(today), open: figure(overview.counts.duties_open ?? 0), late: figure(overview.counts.duties_late ?? 0) }) : ' '}</p></div>
      </header>
      <Await query={query} lines={10}>{overview ? <Content overview={overview} /> : null}</Await>
    </div>
  );
}

function Content({ overview }: { overview: Overview }) {
  const { t, label } = useWords();
  const navigate = useNavigate();
  const { catalogue } = useCatalogue();
  const fresh = useFresh(overview.newest_duties.map((duty) => duty.id));
  const way = useCallback((id: string) => catalogue?.services.find((item) => item.id === id)?.calls_for, [catalogue]);
  const counts = overview.counts;
  const firms = counts.enterprise ?? (overview.size_classes ?? []).reduce((sum, item) => sum + item.count, 0);
  const figures: [string, number | undefined, string, string?][] = [
    ['firms', counts.enterprise, '/desk/records/enterprise'], ['licences', counts.licence, '/desk/records/licence'], ['open', counts.duties_open, '/desk/duties'],
    ['late', counts.duties_late, '/desk/duties', 'tone-seal'], ['cases', counts.cases_running, '/desk/cases'], ['papers', counts.cases_done, '/desk/cases?state=completed', 'tone-bamboo'],
  ];
  const industries = useMemo(() => [...overview.industries ?? []].sort((left, right) => right.count - left.count).slice(0, 8), [overview.industries]);
  return (
    <>
      <div className="kpis">
        {figures.map(([key, count, to, tone]) => (count === undefined ? null : (
          <Link key={key} className="kpi" to={to}>
            <span className="what">{t(`overview.figure.${key}`)}</span>
            <span className={`much ${count > 0 ? tone ?? '' : ''}`}>{figure(count)}</span>
            <span className="then">{t(`overview.figure_note.${key}`)}</span>
          </Link>
        )))}
      </div>
      <div className="columns">
        <div className="stack">
          <Panel title={t('overview.weeks')} note={t('overview.weeks_note')} aside={<Link to="/desk/duties">{t('overview.all_duties')}</Link>}>
            {overview.due_by_week.length === 0 ? <Empty title={t('overview.weeks_none')} text={t('overview.weeks_none_next')} /> : (
              <Suspense fallback={<Loading lines={6} />}>
                <WeeksChart weeks={overview.due_by_week} way={way} onPick={(week) => navigate(`/desk/duties?week=${week}`)} />
              </Suspense>
            )}
          </Panel>
          {overview.size_classes === undefined && overview.industries === undefined ? null : <div className="halves">
            {overview.size_classes === undefined ? null : <Panel title={t('overview.sizes')} note={t('overview.firms', { count: figure(firms) })} flush>
              <Bars total={firms} bars={overview.size_classes.map((item) => ({ key: item.code ?? 'none', label: label(item.labels), count: item.count, to: groupHref(item, overview.size_classes ?? [], catalogue) }))} />
            </Panel>}
            {overview.industries === undefined ? null : <Panel title={t('overview.industries')} note={t('overview.top', { count: industries.length })} flush>
              <Bars total={firms} bars={industries.map((item) => ({ key: item.code ?? 'none', label: label(item.labels), count: item.count, to: null }))} />
            </Panel>}
          </div>}
          <DemoStories />
        </div>
        <section className="stack tight" aria-labelledby="newest">
          <header className="row spread"><h2 id="newest">{t('overview.newest')}</h2><span className="faint small">{t('overview.newest_note')}</span></header>
          <div className="stack tight" aria-live="polite">
            {overview.newest_duties.length === 0 ? <div className="panel"><Empty title={t('overview.newest_none')} text={t('overview.newest_none_next')} /></div> : null}
            {overview.newest_duties.slice(0, 5).map((duty) => <DutyCard key={duty.id} duty={duty} fresh={fresh.has(duty.id)} />)}
          </div>
        </section>
      </div>
    </>
  );
}
