import { Button, Modal, Radio } from 'antd';
import { useState } from 'react';
import { endOfDay, setMoment, useMoment } from '@/lib/moment';
import { useWords } from '@/lib/words';
import type { Clock } from '@/lib/types';

type Knowledge = 'now' | 'then' | 'moment';

/** Two times: the day that is spoken of, and what was known by when. */
export default function AsOfDialog({ clock, onClose }: { clock: Clock; onClose: () => void }) {
  const { t } = useWords();
  const at = useMoment();
  const [day, setDay] = useState(at.day ?? clock.today);
  const [knowledge, setKnowledge] = useState<Knowledge>(at.known === null ? 'now' : at.day && at.known === endOfDay(at.day) ? 'then' : 'moment');
  const [known, setKnown] = useState(() => (at.known ? new Date(Date.parse(at.known) + 8 * 3600_000).toISOString().slice(0, 16) : `${at.day ?? clock.today}T18:00`));
  const look = () => {
    const instant = knowledge === 'now' ? null : knowledge === 'then' ? endOfDay(day) : new Date(Date.parse(`${known}:59.999+08:00`)).toISOString();
    setMoment({ day: day === clock.today && instant === null ? null : day, known: instant });
    onClose();
  };
  return (
    <Modal open onCancel={onClose} title={t('moment.title')} width={460} footer={(
      <div className="row wrap spread">
        {at.past ? <Button onClick={() => { setMoment({ day: null, known: null }); onClose(); }}>{t('moment.back')}</Button> : <span />}
        <Button type="primary" onClick={look} disabled={!day || (knowledge === 'moment' && !known)}>{t('moment.look')}</Button>
      </div>
    )}>
      <form className="form" onSubmit={(event) => { event.preventDefault(); look(); }}>
        <div className="wide">
          <label htmlFor="as-of-day">{t('moment.day')}</label>
          <input id="as-of-day" type="date" className="plain" required value={day} onChange={(event) => setDay(event.target.value)} />
          <p className="help">{t('moment.day_help')}</p>
        </div>
        <div className="wide">
          <span id="as-of-known">{t('moment.known_title')}</span>
          <Radio.Group aria-labelledby="as-of-known" className="stack tight" value={knowledge} onChange={(event) => setKnowledge(event.target.value as Knowledge)} options={[
            { value: 'now', label: t('moment.with_now') }, { value: 'then', label: t('moment.with_then') }, { value: 'moment', label: t('moment.with_moment') },
          ]} />
          {knowledge === 'moment' ? <input type="datetime-local" aria-label={t('moment.with_moment')} className="plain" required value={known} onChange={(event) => setKnown(event.target.value)} /> : null}
          <p className="help">{t('moment.writes_off')}</p>
        </div>
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </form>
    </Modal>
  );
}
