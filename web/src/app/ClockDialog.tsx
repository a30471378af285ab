import { Button, Modal } from 'antd';
import { useWords } from '@/lib/words';
import type { Clock } from '@/lib/types';
import { steps, useMove } from './ClockControls';

/** The same for the phone, where the bar has room for the day alone. */
export default function ClockDialog({ clock, onClose, onAsOf }: { clock: Clock; onClose: () => void; onAsOf: () => void }) {
  const { t, long } = useWords();
  const move = useMove();
  return (
    <Modal open onCancel={onClose} footer={null} title={clock.demo ? t('clock.demo_date') : t('clock.as_of')} width={340}>
      <div className="stack">
        <p><b aria-live="polite">{long(clock.today)}</b></p>
        {clock.demo ? <p className="dim">{t('clock.demo_help')}</p> : null}
        {clock.demo ? <div className="row wrap">{steps.map((step) => <Button key={step.key} loading={move.isPending} onClick={() => move.mutate(step.body)}>{t(`clock.next_${step.key}`)}</Button>)}</div> : null}
        <div><Button onClick={onAsOf}>{t('moment.open')}</Button></div>
      </div>
    </Modal>
  );
}
