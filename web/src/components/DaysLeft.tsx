import { daysBetween } from '@/lib/format';
import { useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { Duty } from '@/lib/types';

/** 还有 12 个工作日 · 今天 · 逾期 3 天. Working days come from the server; without them calendar days say so. */
export function DaysLeft({ duty }: { duty: Pick<Duty, 'due' | 'working_days_left' | 'late'> }) {
  const { t } = useWords();
  const today = useToday();
  const days = daysBetween(today, duty.due);
  if (!duty.due || days === null) return null;
  if (days < 0 || duty.late) return <span className="left late">{t('days.late')}<b>{Math.abs(days)}</b>{t('days.days', { count: Math.abs(days) })}</span>;
  if (days === 0) return <span className="left soon"><b>{t('days.today')}</b></span>;
  const working = duty.working_days_left;
  if (typeof working === 'number') {
    return <span className={`left${working <= 3 ? ' soon' : ''}`}>{t('days.left')}<b>{working}</b>{t('days.working_days', { count: working })}</span>;
  }
  return <span className={`left${days <= 5 ? ' soon' : ''}`}>{t('days.left')}<b>{days}</b>{t('days.days', { count: days })}</span>;
}

/** Days until a licence ends, as figure and bar over a year. */
export function DaysBar({ to }: { to: string | null | undefined }) {
  const { t } = useWords();
  const today = useToday();
  const days = daysBetween(today, to);
  if (days === null) return <span className="faint">{t('days.no_end')}</span>;
  const tone = days < 0 ? 'late' : days <= 30 ? 'late' : days <= 90 ? 'soon' : '';
  const ink = days <= 30 ? 'tone-seal' : days <= 90 ? 'tone-ochre' : '';
  return (
    <div>
      <b className={ink}>{days < 0 ? t('days.ended', { count: -days }) : t('days.count', { count: days })}</b>
      <div className={`meter ${tone}`} aria-hidden><i style={{ width: `${Math.max(3, Math.min(100, (days / 365) * 100))}%` }} /></div>
    </div>
  );
}
