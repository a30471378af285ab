import { lazy, Suspense, useCallback, useEffect, useMemo, useReducer, useState } from 'react';
import { AlarmBar } from './AlarmBar';
import { get, Problem, put, remove } from './api';
import { HouseContext, useWords, type House, type Layout } from './context';
import { Live } from './live';
import { OverviewPage } from './OverviewPage';
import { setSound } from './sound';
import { SignIn } from './SignIn';
import { StateLine } from './StateLine';
import type { Model, Session } from './types';

const MimicsPage = lazy(() => import('./MimicsPage'));
const TrendPage = lazy(() => import('./TrendPage'));
const AlarmsPage = lazy(() => import('./AlarmsPage'));
const OperationsPage = lazy(() => import('./OperationsPage'));
const HandoverPage = lazy(() => import('./HandoverPage'));
const SafetyPage = lazy(() => import('./SafetyPage'));
const MonthsPage = lazy(() => import('./MonthsPage'));
const PeoplePage = lazy(() => import('./PeoplePage'));

/** Function keys lead to pages; no key executes anything. F5 stays the browser's. */
export const pages: { page: string; key: string; right?: string }[] = [
  { page: 'overview', key: 'F1' }, { page: 'mimic', key: 'F2' }, { page: 'trends', key: 'F3' }, { page: 'alarms', key: 'F4' },
  { page: 'operations', key: 'F6' }, { page: 'handover', key: 'F7' }, { page: 'safety', key: 'F8' }, { page: 'months', key: 'F9' }, { page: 'people', key: 'F10', right: 'administer' },
];

const here = () => { const [, , page = 'overview', ...detail] = location.pathname.split('/'); return { page: pages.some((one) => one.page === page) ? page : 'overview', detail: decodeURIComponent(detail.join('/')) }; };

export function Centre() {
  const { t, language } = useWords();
  const [session, setSession] = useState<Session | null | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | null>(null);
  const load = useCallback(() => {
    get<Session>('/session').then((found) => { setSession(found); setProblem(null); }, (refused: Problem) => { if (refused.status === 401) setSession(null); else setProblem(refused); });
  }, []);
  useEffect(load, [load]);
  useEffect(() => { document.title = `${t('centre.title')} Yuanqu`; }, [t]);
  if (problem) return <main className="front"><h1>{t('centre.title')}</h1><p role="alert">{problem.in(language)}</p><button type="button" className="act" onClick={load}>{t('centre.again')}</button></main>;
  if (session === undefined) return <main className="front"><h1>{t('centre.title')}</h1></main>;
  if (session === null || !session.plants[0]) return <SignIn onEnter={load} empty={session !== null} />;
  return <Desk key={session.session} session={session} onLeave={() => { void remove('/session').finally(() => setSession(null)); }} refresh={load} />;
}

interface Seat { session: Session; onLeave: () => void; refresh: () => void }

/** The layout of the station comes first, so that the page opens as it was left. */
function Desk(seat: Seat) {
  const { t } = useWords();
  const { station } = seat.session;
  const path = `/stations/${encodeURIComponent(station)}/layout`;
  const [layout, setLayout] = useState<Layout | null>(null);
  useEffect(() => {
    let timer = 0;
    const open = (known: Omit<Layout, 'keep'>) => {
      const keep: Layout['keep'] = (change) => {
        Object.assign(opened, change);
        clearTimeout(timer);
        // A layout that cannot be kept is no reason to disturb anybody: it is kept with the next change.
        timer = window.setTimeout(() => { put(path, { ...opened, keep: undefined }).catch(() => undefined); }, 600);
      };
      const opened: Layout = { ...known, keep };
      setLayout(opened);
    };
    get<Omit<Layout, 'keep'>>(path).then(open, () => open({}));
    return () => clearTimeout(timer);
  }, [path]);
  return layout ? <Plant {...seat} layout={layout} /> : <main className="front"><p>{t('centre.loading')}</p></main>;
}

function Plant({ session, onLeave, refresh, layout }: Seat & { layout: Layout }) {
  const { t, language } = useWords();
  const [plant, choose] = useState(session.plants.find((one) => one.plant === layout.plant)?.plant ?? session.plants[0]?.plant ?? '');
  const setPlant = useCallback((name: string) => { layout.keep({ plant: name }); choose(name); }, [layout]);
  const [model, setModel] = useState<Model | null>(null);
  const [live, setLive] = useState<Live | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [place, move] = useReducer((_: ReturnType<typeof here>, next: ReturnType<typeof here>) => next, undefined, here);

  useEffect(() => {
    const opened = new Live(plant);
    setLive(opened);
    setModel(null);
    get<Model>(`/plants/${encodeURIComponent(plant)}/model`).then(setModel, setProblem);
    return () => opened.close();
  }, [plant]);
  useEffect(() => {
    const back = () => move(here());
    window.addEventListener('popstate', back);
    return () => window.removeEventListener('popstate', back);
  }, []);
  const go = useCallback((page: string, detail?: string) => {
    history.pushState(null, '', `/centre/${page}${detail ? `/${encodeURIComponent(detail)}` : ''}`);
    layout.keep({ page });
    move(here());
  }, [layout]);
  useEffect(() => {
    if (!/^\/centre\/?$/.test(location.pathname) || !layout.page || layout.page === 'overview') return;
    history.replaceState(null, '', `/centre/${layout.page}`);
    move(here());
  }, [layout]);
  const rights = session.plants.find((one) => one.plant === plant);
  const may = useCallback((right: string, area?: string) => rights?.areas.some((one) => (area === undefined || one.area === area) && one.rights.includes(right)) ?? false, [rights]);
  const shownPages = useMemo(() => pages.filter((one) => !one.right || may(one.right)), [may]);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const found = shownPages.find((one) => one.key === event.key);
      if (!found || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      go(found.page);
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [go, shownPages]);
  useEffect(() => () => setSound(0), []);

  const house = useMemo<House | null>(() => (model && live ? { session, model, live, index: new Map(model.tags.map((tag, index) => [tag.name, index])), go, may, refresh, station: session.station, layout } : null), [model, live, session, go, may, refresh, layout]);
  if (problem) return <main className="front"><p role="alert">{problem.in(language)}</p></main>;
  if (!house) return <main className="front"><p>{t('centre.loading')}</p></main>;
  return (
    <HouseContext.Provider value={house}>
      <Frame page={place.page} detail={place.detail} plant={plant} onPlant={setPlant} onLeave={onLeave} shown={shownPages} go={go} />
    </HouseContext.Provider>
  );
}

function Frame({ page, detail, plant, onPlant, onLeave, shown, go }: { page: string; detail: string; plant: string; onPlant: (plant: string) => void; onLeave: () => void; shown: typeof pages; go: (page: string) => void }) {
  const { t } = useWords();
  return (
    <div className="house">
      <StateLine plant={plant} onPlant={onPlant} onLeave={onLeave} />
      <AlarmBar />
      <nav className="tabs" aria-label={t('centre.nav.pages')}>
        {shown.map((one) => (
          <a key={one.page} href={`/centre/${one.page}`} aria-current={page === one.page ? 'page' : undefined} onClick={(event) => { if (event.metaKey || event.ctrlKey) return; event.preventDefault(); go(one.page); }}>
            <kbd>{one.key}</kbd> {t(`centre.nav.${one.page}`)}
          </a>
        ))}
      </nav>
      <main id="main" className={`page-${page}`}>
        <Suspense fallback={<p className="quiet">{t('centre.loading')}</p>}>
          {page === 'overview' ? <OverviewPage /> : null}
          {page === 'mimic' ? <MimicsPage chosen={detail} /> : null}
          {page === 'trends' ? <TrendPage chosen={detail} /> : null}
          {page === 'alarms' ? <AlarmsPage chosen={detail} /> : null}
          {page === 'operations' ? <OperationsPage /> : null}
          {page === 'handover' ? <HandoverPage /> : null}
          {page === 'safety' ? <SafetyPage /> : null}
          {page === 'months' ? <MonthsPage /> : null}
          {page === 'people' ? <PeoplePage /> : null}
        </Suspense>
      </main>
    </div>
  );
}
