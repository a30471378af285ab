import { useHouse, useLive, useWords } from './context';
import { clock, shown } from './format';
import { Mimic } from './Mimic';
import { digitOf, Mark, stands } from './AlarmBar';
import { OperationPanel } from './OperationPanel';
import { Value } from './Value';

export function OverviewPage() {
  const { model, index } = useHouse();
  const { t } = useWords();
  const page = model.mimics[0];
  return (
    <div className="overview">
      <h1 className="hidden">{t('centre.nav.overview')}</h1>
      <section className="panel drawing" aria-label={t('centre.nav.mimic')}>{page ? <Mimic page={page} /> : <p className="quiet">{t('centre.mimic.none')}</p>}</section>
      <OperationPanel />
      <section className="panel figures" aria-label={t('centre.overview.figures')}>
        {model.measures.filter((one) => index.has(one.tag)).map((one) => <Measure key={one.tag} tag={one.tag} zh={one.labels.zh} en={one.labels.en} />)}
      </section>
      <Recent />
    </div>
  );
}

function Measure({ tag, zh, en }: { tag: string; zh: string; en: string }) {
  const { label } = useWords();
  return <p className="measure"><span>{label({ zh, en })}</span><Value tag={tag} /></p>;
}

function Recent() {
  const { model, index, go } = useHouse();
  const live = useLive();
  const { t, label, language } = useWords();
  const rows = live.alarms.alarms.filter(stands).sort((a, b) => b.since - a.since).slice(0, 8);
  return (
    <section className="panel recent" aria-label={t('centre.alarm.list')}>
      <h2>{t('centre.alarm.list')}</h2>
      {rows.length === 0 ? <p className="quiet">{live.alarms.known ? t('centre.alarm.none') : t('centre.alarm.unknown')}</p> : null}
      <ul>{rows.map((alarm) => <li key={alarm.id}><Mark digit={digitOf(alarm)} quiet={alarm.acknowledged} /><time>{clock(alarm.since)}</time><button type="button" onClick={() => go('alarms', alarm.id)}>{label(alarm.labels)}</button><span className="quiet">{shown(alarm.value, model.tags[index.get(alarm.tag) ?? -1], language)}</span></li>)}</ul>
    </section>
  );
}
