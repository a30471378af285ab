import { useHouse, useLive, useTick, useWords } from './context';
import { clock } from './format';
import { setLanguage } from './i18n';

/** Where we are, whether the picture is alive, who holds what. Always there. */
export function StateLine({ plant, onPlant, onLeave }: { plant: string; onPlant: (plant: string) => void; onLeave: () => void }) {
  const { session, model, station } = useHouse();
  const live = useLive();
  const { t, language, label } = useWords();
  useTick(1000);
  const operations = live.operations;
  const silent = Math.round((performance.now() - live.heard) / 1000);
  return (
    <header className={`stateline link-${live.link}`}>
      {session.plants.length > 1 ? <select aria-label={t('centre.state.plant')} value={plant} onChange={(event) => onPlant(event.target.value)}>{session.plants.map((one) => <option key={one.plant} value={one.plant}>{label(one.labels)}</option>)}</select> : <strong>{label(model.labels)}</strong>}
      {model.simulated ? <span className="simulated">{t('centre.simulated')}</span> : null}
      <span className={`chip ${live.link === 'live' ? '' : 'hot'}`} role="status">{t(`centre.link.${live.link}`)}{live.link === 'lost' ? ` ${silent} s` : ''}</span>
      {operations ? <span className={`chip ${operations.armed ? 'armed' : ''}`}>{operations.armed ? t('centre.state.armed') : t('centre.state.monitor')}</span> : null}
      {operations && operations.bypasses.length > 0 ? <span className="chip hot">{t('centre.state.bypassed', { count: operations.bypasses.length, names: operations.bypasses.map((one) => label(one.labels)).join('、') })}</span> : null}
      <span className="grow" />
      <time>{live.heard > 0 ? clock(live.now()) : '—'}</time>
      <span>{label(session.shown)} · {station}</span>
      {session.zone ? <a href={session.zone}>{t('centre.state.zone')}</a> : null}
      <button type="button" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>{language === 'zh' ? 'EN' : '中'}</button>
      <button type="button" onClick={onLeave}>{t('centre.state.leave')}</button>
      {live.link === 'lost' ? <p className="veil-line" role="alert">{t('centre.link.sentence')}</p> : null}
      {live.link === 'over' ? <p className="veil-line" role="alert">{t('centre.link.ended')} <button type="button" onClick={() => location.reload()}>{t('centre.again')}</button></p> : null}
    </header>
  );
}
