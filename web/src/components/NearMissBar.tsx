import { isShare, margin, measured, size } from '@/lib/measure';
import { useWords } from '@/lib/words';
import type { FailedCondition } from '@/lib/types';
import './near-miss.css';

type Shown = Pick<FailedCondition, 'value' | 'limit' | 'margin' | 'bound'> & { field?: string | null; unit?: string | null };

/** Scale from 0, fill to the value, a line at the threshold, hatched violet between them; the gap in words. */
export function NearMissBar({ condition }: { condition: Shown }) {
  const { t, language } = useWords();
  const share = isShare(condition.limit, condition.field);
  const value = size(condition.value);
  const limit = size(condition.limit);
  const now = measured(condition.value, language, share, condition.unit);
  if (value === null || limit === null) {
    return <span className="near"><span className="near-text"><b>{now}</b> <span className="dim">{t('decisions.needs')} {condition.bound === 'true' || condition.bound === 'false' ? t(condition.bound === 'true' ? 'decisions.yes' : 'decisions.no') : <code>{condition.bound}</code>}</span></span></span>;
  }
  const most = Math.max(Math.abs(value), Math.abs(limit)) * 1.08 || 1;
  const at = (number: number) => `${Math.min(100, Math.max(0, (number / most) * 100))}%`;
  const from = Math.min(value, limit);
  const gap = margin(condition.margin, condition.limit, language, share, condition.unit);
  return (
    <span className="near">
      <span className="near-scale" aria-hidden>
        <i className="fill" style={{ width: at(from) }} />
        <i className="gap" style={{ left: at(from), width: `calc(${at(Math.max(value, limit))} - ${at(from)})` }} />
        <i className="line" style={{ left: at(limit) }} />
      </span>
      <span className="near-text"><b>{now}</b> <span className="dim">{t('decisions.bound', { bound: measured(condition.limit, language, share, condition.unit) })}</span> <span className="tone-violet">{t('decisions.gap', { gap })}</span></span>
    </span>
  );
}
