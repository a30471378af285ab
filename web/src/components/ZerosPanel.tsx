import { Panel } from './Panel';
import { Empty } from './States';
import { figure, percent } from '@/lib/format';
import { useWords } from '@/lib/words';
import type { Zeros } from '@/lib/renewals';

/** Four zeros, measured on each renewal; the share counts only those with all four. */
export function ZerosPanel({ zeros }: { zeros: Zeros }) {
  const { t } = useWords();
  const rows: [string, number][] = [['applications', zeros.applications], ['materials', zeros.materials], ['visits', zeros.visits], ['gaps', zeros.gaps]];
  return (
    <Panel title={t('renewal.zeros')} note={t('renewal.zeros_note')}>
      {zeros.total === 0 ? <Empty title={t('renewal.no_renewals')} text={t('renewal.no_renewals_next')} /> : (
        <div className="stack tight">
          <p><b className="tone-bamboo">{percent(zeros.four / zeros.total)}</b> {t('renewal.zeros_share', { four: figure(zeros.four), total: figure(zeros.total) })}</p>
          <dl className="facts single">{rows.map(([key, count]) => <div key={key} className="fact"><dt>{t(`renewal.zero.${key}`)}</dt><dd>{figure(count)} / {figure(zeros.total)}</dd></div>)}
            {zeros.days === null ? null : <div className="fact"><dt>{t('renewal.days_taken')}</dt><dd>{t('days.count', { count: zeros.days })}</dd></div>}</dl>
        </div>
      )}
    </Panel>
  );
}
