import { Bars } from './Bars';
import { Panel } from './Panel';
import { Empty } from './States';
import { useWords } from '@/lib/words';
import type { Cause } from '@/lib/renewals';

/** Why renewals came to a person, by condition. */
export function CausesPanel({ causes }: { causes: Cause[] }) {
  const { t, label } = useWords();
  const total = causes.reduce((sum, cause) => sum + cause.count, 0);
  return (
    <Panel title={t('renewal.causes')} note={t('renewal.causes_note')} flush={causes.length > 0}>
      {causes.length === 0 ? <Empty title={t('renewal.no_causes')} text={t('renewal.no_causes_next')} /> : (
        <Bars total={total} bars={causes.slice(0, 8).map((cause) => ({ key: cause.key || 'held', label: label(cause.labels) || t('renewal.cause_held'), count: cause.count, to: '/desk/records/renewal?f=lane~eq~person' }))} />
      )}
    </Panel>
  );
}
