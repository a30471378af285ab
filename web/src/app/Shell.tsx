import { BellOutlined, ClockCircleOutlined, LogoutOutlined, MenuOutlined, SearchOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { NavLink, Link, Outlet, useLocation, useNavigate } from 'react-router-dom';
import { remove } from '@/lib/http';
import { useEvents } from '@/lib/events';
import { setLanguage } from '@/lib/i18n';
import { useKeys } from '@/lib/keys';
import { momentKey, setMoment, useMoment } from '@/lib/moment';
import { home, isStaff, useCatalogue, useClock, useInbox, useOverview, useOwnFile, useSession } from '@/lib/queries';
import { useWords } from '@/lib/words';
import { figure } from '@/lib/format';
import { ClockControls } from './ClockControls';
import { Neighbours } from './Neighbours';
import { Toasts } from './Toasts';
import { destinations, ownerDestinations, sections } from './navigation';

const AsOfDialog = lazy(() => import('./AsOfDialog'));
const ClockDialog = lazy(() => import('./ClockDialog'));
const KeysDialog = lazy(() => import('./KeysDialog'));
const MoreDialog = lazy(() => import('./MoreDialog'));
const Palette = lazy(() => import('@/features/search/Palette'));

export function Shell() {
  const { t, language, label } = useWords();
  const session = useSession();
  const me = session.data;
  const signedIn = Boolean(me);
  const client = useQueryClient();
  const navigate = useNavigate();
  const place = useLocation();
  const main = useRef<HTMLElement>(null);
  const [searching, setSearching] = useState(false);
  const [helping, setHelping] = useState(false);
  const [moving, setMoving] = useState(false);
  const [asking, setAsking] = useState(false);
  const [listing, setListing] = useState(false);
  const at = useMoment();
  const key = momentKey();
  // What was read of one moment says nothing of another.
  const shown = useRef(key);
  if (shown.current !== key) {
    shown.current = key;
    client.removeQueries({ predicate: (query) => !['session', 'catalogue', 'clock', 'overview', 'inbox', 'file-span'].includes(String(query.queryKey[0])) });
  }
  const clock = useClock().data;
  const { catalogue } = useCatalogue();
  const { file: own } = useOwnFile();
  const staff = isStaff(me?.role);
  const overview = useOverview(staff).data;
  const inbox = useInbox(signedIn && me?.role !== 'public').data;
  const unread = inbox?.unread ?? 0;
  useEvents(signedIn);

  const actions = useMemo(() => ({
    search: () => { if (signedIn) setSearching(true); },
    help: () => setHelping(true),
    asOf: () => { if (signedIn) setAsking(true); },
    go: (letter: string) => {
      const target = (me?.role === 'owner' ? ownerDestinations : staff ? destinations : {})[letter];
      if (target) navigate(target);
    },
  }), [me?.role, navigate, signedIn, staff]);
  useKeys(actions);

  const first = useRef(true);
  useEffect(() => {
    if (first.current) { first.current = false; return; }
    window.scrollTo(0, 0);
    if (!place.hash) main.current?.focus({ preventScroll: true });
  }, [place.pathname, place.hash]);

  const signOut = async () => {
    await remove('/session').catch(() => undefined);
    client.clear();
    client.setQueryData(['session'], null);
    navigate('/');
  };

  const rail = sections(me, overview, catalogue);
  const entries = rail.flatMap((section) => section.entries);
  // Five at the bottom of the phone: four tabs, and the fifth opens all the others.
  const more = signedIn && entries.length > 5;
  const tabs = entries.filter((entry) => entry.tab).slice(0, more ? 4 : 5);
  const zone = label(me?.zone) || t('shell.zone');
  const synthetic = me?.synthetic ?? clock?.synthetic ?? overview?.synthetic ?? clock?.demo ?? false;
  const bare = !signedIn && place.pathname === '/';

  return (
    <div className={`shell${bare ? ' bare' : ''}`}>
      <a className="skip" href="#main">{t('shell.skip')}</a>
      {bare ? null : (
        <nav className="rail" aria-label={t('shell.menu')}>
          <Link className="brand" to={home(me?.role)}>
            <img src="/mark.svg" alt="" />
            <span><b>{t('shell.product')}</b><small>{zone}</small></span>
          </Link>
          {rail.map((section, index) => (
            <div key={section.key ?? index}>
              {section.key ? <h2>{t(`shell.section.${section.key}`)}</h2> : null}
              {section.entries.map((entry) => entry.away ? (
                <a key={entry.to} href={entry.to} className="rail-link">{entry.icon}<span className="grow">{t(`shell.go.${entry.key}`)}</span></a>
              ) : (
                <NavLink key={entry.to} to={entry.to} end={entry.exact} className="rail-link">
                  {entry.icon}
                  <span className="grow">{t(`shell.go.${entry.key}`)}</span>
                  {entry.count !== undefined ? <span className={`rail-count${entry.late ? ' late' : ''}`}>{figure(entry.count)}</span> : null}
                </NavLink>
              ))}
            </div>
          ))}
          {me ? (
            <div className="rail-foot">
              <span className="grow"><b>{label(me.name)}</b><small>{own?.title ?? label(me.post)}{me.read_only ? ` · ${t('shell.read_only')}` : ''}</small></span>
              <button type="button" onClick={() => void signOut()} aria-label={t('shell.sign_out')} title={t('shell.sign_out')}><LogoutOutlined /></button>
            </div>
          ) : <div className="rail-foot"><Link className="rail-link grow" to="/">{t('shell.sign_in')}</Link></div>}
        </nav>
      )}
      <div className="body">
        <header className={`bar${at.past ? ' past' : ''}`}>
          {bare ? <Link className="row" to="/"><img src="/mark.svg" alt="" width="26" height="26" /><b className="bar-brand">{t('shell.product')}</b></Link> : null}
          {signedIn ? (
            <button type="button" className="bar-search" onClick={() => setSearching(true)} aria-keyshortcuts="/ Control+K">
              <SearchOutlined /><span>{t('search.placeholder')}</span><kbd>/</kbd>
            </button>
          ) : null}
          <span className="bar-gap desk-only" />
          {bare || signedIn ? null : <Link className="row phone-only" to="/"><img src="/mark.svg" alt="" width="26" height="26" /><b className="bar-brand">{t('shell.product')}</b></Link>}
          {signedIn ? null : <span className="bar-gap phone-only" />}
          {synthetic ? <span className="synthetic desk-only">{t('shell.synthetic')}</span> : null}
          {clock ? <ClockControls clock={clock} mayMove={signedIn} onAsOf={() => setAsking(true)} /> : null}
          {clock && signedIn ? (
            <button type="button" className="bar-button bar-day phone-only" onClick={() => setMoving(true)} aria-label={`${clock.demo ? t('clock.demo_date') : t('clock.as_of')} ${clock.today}`}>
              <ClockCircleOutlined />{(at.day ?? clock.today).slice(5)}
            </button>
          ) : null}
          <button type="button" className="bar-button" lang={language === 'zh' ? 'en' : 'zh-CN'} onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')} aria-label={language === 'zh' ? 'EN, switch to English' : '中文，切换为中文'}>{language === 'zh' ? 'EN' : '中文'}</button>
          {signedIn && me?.role !== 'public' ? (
            <Link to="/inbox" className={`bar-button${me?.role === 'owner' ? ' desk-only' : ''}`} aria-label={t('inbox.bell', { count: unread })}>
              <BellOutlined />{unread > 0 ? <span className="bar-badge">{unread > 99 ? '99+' : unread}</span> : null}
            </Link>
          ) : null}
          {signedIn ? <button type="button" className="bar-button phone-only" onClick={() => void signOut()} aria-label={t('shell.sign_out')}><LogoutOutlined /></button> : null}
        </header>
        {synthetic ? <aside className="strip" aria-label={t('shell.synthetic')}>{t('shell.synthetic')}</aside> : null}
        {at.past ? <aside className="strip past" aria-label={t('moment.title')}><span>{t('moment.strip', { day: at.day ?? clock?.today ?? '' })}</span><button type="button" className="link-button" onClick={() => setMoment({ day: null, known: null })}>{t('moment.back')}</button></aside> : null}
        <main id="main" ref={main} tabIndex={-1}><Neighbours /><Outlet key={key} /></main>
        <footer className="foot">{synthetic ? t('shell.foot_synthetic', { zone }) : zone}</footer>
      </div>
      {bare ? null : (
        <nav className="tabs-bottom" aria-label={t('shell.menu')}>
          {tabs.map((entry) => <NavLink key={entry.to} to={entry.to} end={entry.exact}>{entry.icon}<span>{t(`shell.tab.${entry.key}`)}</span></NavLink>)}
          {more ? <button type="button" aria-haspopup="dialog" onClick={() => setListing(true)}><MenuOutlined /><span>{t('shell.more')}</span></button> : null}
          {signedIn ? null : <Link to="/"><LogoutOutlined /><span>{t('shell.sign_in')}</span></Link>}
        </nav>
      )}
      <Toasts />
      {searching ? <Suspense fallback={null}><Palette onClose={() => setSearching(false)} /></Suspense> : null}
      {listing ? <Suspense fallback={null}><MoreDialog rail={rail} onClose={() => setListing(false)} /></Suspense> : null}
      {helping ? <Suspense fallback={null}><KeysDialog onClose={() => setHelping(false)} /></Suspense> : null}
      {clock && asking ? <Suspense fallback={null}><AsOfDialog clock={clock} onClose={() => setAsking(false)} /></Suspense> : null}
      {clock && moving ? <Suspense fallback={null}><ClockDialog clock={clock} onClose={() => setMoving(false)} onAsOf={() => { setMoving(false); setAsking(true); }} /></Suspense> : null}
    </div>
  );
}
