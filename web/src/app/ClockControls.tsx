import { ClockCircleOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Problem, post } from '@/lib/http';
import { instant } from '@/lib/format';
import { setMoment, useMoment } from '@/lib/moment';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { Clock } from '@/lib/types';

export const steps = [
  { key: 'day', body: { days: 1 } },
  { key: 'week', body: { days: 7 } },
  { key: 'month', body: { months: 1 } },
] as const;

/** Moves the zone's day; every open page follows when everything that follows from it has happened. */
export function useMove() {
  const client = useQueryClient();
  const { language, t } = useWords();
  return useMutation({
    mutationFn: (body: { days?: number; months?: number }) => post<Clock>('/clock/advance', body),
    onSuccess: (clock) => {
      client.setQueryData(['clock'], clock);
      void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' && query.queryKey[0] !== 'catalogue' && query.queryKey[0] !== 'clock' });
    },
    onError: (problem) => { say(problem instanceof Problem ? (language === 'zh' ? problem.zh : problem.en) : t('state.broken'), true); },
  });
}

export function ClockControls({ clock, mayMove, onAsOf }: { clock: Clock; mayMove: boolean; onAsOf: () => void }) {
  const { t, long } = useWords();
  const move = useMove();
  const { day, known, past } = useMoment();
  if (past) {
    return (
      <div className="bar-clock past" role="group" aria-label={t('moment.title')}>
        <button type="button" className="today" onClick={onAsOf} aria-keyshortcuts="a"><ClockCircleOutlined /><span>{t('clock.as_of')}</span><b>{long(day ?? clock.today)}</b><span>{known ? t('moment.known', { at: instant(known) }) : t('moment.known_now')}</span></button>
        <button type="button" onClick={() => setMoment({ day: null, known: null })}>{t('moment.back')}</button>
      </div>
    );
  }
  return (
    <div className="bar-clock" role="group" aria-label={clock.demo ? t('clock.demo_date') : t('clock.as_of')}>
      {mayMove ? (
        <button type="button" className="today" onClick={onAsOf} title={t('moment.open')} aria-keyshortcuts="a"><ClockCircleOutlined /><span className="dim">{clock.demo ? t('clock.demo_date') : t('clock.as_of')}</span><b aria-live="polite">{long(clock.today)}</b></button>
      ) : <span className="today"><ClockCircleOutlined /><span className="dim">{clock.demo ? t('clock.demo_date') : t('clock.as_of')}</span><b aria-live="polite">{long(clock.today)}</b></span>}
      {clock.demo && mayMove ? steps.map((step) => (
        <button key={step.key} type="button" className={`step-${step.key}`} disabled={move.isPending} onClick={() => move.mutate(step.body)}>{t(`clock.next_${step.key}`)}</button>
      )) : null}
    </div>
  );
}
