import { Panel } from './Panel';
import { Empty } from './States';
import { figure, percent } from '@/lib/format';
import { useWords } from '@/lib/words';
import type { Pains } from '@/lib/renewals';

/** The three pains of renewals, measured: the day forgotten, material unclear, time taken. */
export function PainsPanel({ pains }: { pains: Pains }) {
  const { t } = useWords();
  const share = (count: number) => (pains.total === 0 ? '' : percent(count / pains.total));
  return (
    <Panel title={t('renewal.pains')} note={t('renewal.pains_note')}>
      {pains.total === 0 ? <Empty title={t('renewal.no_renewals')} text={t('renewal.no_renewals_next')} /> : (
        <dl className="facts single">
          <div className="fact"><dt>{t('renewal.pain.forgotten')}</dt><dd><b className={pains.forgotten > 0 ? 'tone-seal' : 'tone-bamboo'}>{figure(pains.forgotten)}</b> / {figure(pains.total)} <span className="faint">{share(pains.forgotten)}</span></dd></div>
          <div className="fact"><dt>{t('renewal.pain.materials')}</dt><dd><b className={pains.asked > 0 ? 'tone-seal' : 'tone-bamboo'}>{figure(pains.asked)}</b> / {figure(pains.total)} <span className="faint">{t('renewal.pain_asks', { count: pains.asks })}</span></dd></div>
          <div className="fact"><dt>{t('renewal.pain.time')}</dt><dd>{pains.days === null ? '—' : <><b>{t('days.count', { count: pains.days })}</b> <span className="faint">{t('renewal.pain_slowest', { days: figure(pains.slowest ?? 0) })}</span></>}</dd></div>
        </dl>
      )}
    </Panel>
  );
}
