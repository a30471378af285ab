import { ClockCircleOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Modal } from 'antd';
import { Problem, post } from '@/lib/http';
import { useWords } from '@/lib/words';
import type { Clock } from '@/lib/types';

const steps = [
  { key: 'day', body: { days: 1 } },
  { key: 'week', body: { days: 7 } },
  { key: 'month', body: { months: 1 } },
] as const;

/** Moves the zone's day; every open page follows when everything that follows from it has happened. */
function useMove() {
  const client = useQueryClient();
  const { message } = App.useApp();
  const { language, t } = useWords();
  return useMutation({
    mutationFn: (body: { days?: number; months?: number }) => post<Clock>('/clock/advance', body),
    onSuccess: (clock) => {
      client.setQueryData(['clock'], clock);
      void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' && query.queryKey[0] !== 'catalogue' && query.queryKey[0] !== 'clock' });
    },
    onError: (problem) => { void message.error(problem instanceof Problem ? (language === 'zh' ? problem.zh : problem.en) : t('state.broken')); },
  });
}

export function ClockControls({ clock, mayMove }: { clock: Clock; mayMove: boolean }) {
  const { t, long } = useWords();
  const move = useMove();
  return (
    <div className="bar-clock" role="group" aria-label={clock.demo ? t('clock.demo_date') : t('clock.as_of')}>
      <span className="today"><ClockCircleOutlined /><span className="dim">{clock.demo ? t('clock.demo_date') : t('clock.as_of')}</span><b aria-live="polite">{long(clock.today)}</b></span>
      {clock.demo && mayMove ? steps.map((step) => (
        <button key={step.key} type="button" className={`step-${step.key}`} disabled={move.isPending} onClick={() => move.mutate(step.body)}>{t(`clock.next_${step.key}`)}</button>
      )) : null}
    </div>
  );
}

/** The same for the phone, where the bar has room for the day alone. */
export function ClockDialog({ clock, open, onClose }: { clock: Clock; open: boolean; onClose: () => void }) {
  const { t, long } = useWords();
  const move = useMove();
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={clock.demo ? t('clock.demo_date') : t('clock.as_of')} width={340}>
      <div className="stack">
        <p><b aria-live="polite">{long(clock.today)}</b></p>
        {clock.demo ? <p className="dim">{t('clock.demo_help')}</p> : null}
        {clock.demo ? <div className="row wrap">{steps.map((step) => <Button key={step.key} loading={move.isPending} onClick={() => move.mutate(step.body)}>{t(`clock.next_${step.key}`)}</Button>)}</div> : null}
      </div>
    </Modal>
  );
}
