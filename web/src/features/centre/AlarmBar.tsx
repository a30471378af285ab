import { useEffect, useMemo, useState } from 'react';
import { post, Problem } from './api';
import { useHouse, useLive, useTick, useWords } from './context';
import { age, shown, unitOf } from './format';
import { setSound } from './sound';
import type { Alarm } from './types';

const order = ['critical', 'high', 'medium', 'low'];
export const digitOf = (alarm: Alarm): number => order.indexOf(alarm.priority) + 1;
export const stands = (alarm: Alarm): boolean => !alarm.suppressed && alarm.shelved_until === null && !alarm.out_of_service;

/** Square, triangle, diamond, circle with the digit. */
export function Mark({ digit, quiet = false }: { digit: number; quiet?: boolean }) {
  return <span className={`mark mark-${digit}${quiet ? ' quiet' : ''}`} aria-hidden="true"><i>{digit}</i></span>;
}

export function AlarmBar() {
  const { model, go, index, may } = useHouse();
  const live = useLive();
  const { t, language, label } = useWords();
  const [problem, setProblem] = useState<string>('');
  const [silenced, setSilenced] = useState<number>(0);
  useTick(1000);
  const standing = useMemo(() => live.alarms.alarms.filter((alarm) => stands(alarm) && (alarm.active || !alarm.acknowledged)), [live.alarms.alarms]);
  const fresh = useMemo(() => standing.filter((alarm) => !alarm.acknowledged).sort((a, b) => digitOf(a) - digitOf(b) || a.since - b.since), [standing]);
  const first = fresh[0];
  const newest = fresh.reduce((most, alarm) => Math.max(most, alarm.since), 0);
  const lost = live.link !== 'live' || !live.alarms.known;
  useEffect(() => { setSound(first && newest > silenced && !lost ? digitOf(first) : 0); }, [first, newest, silenced, lost]);
  const acknowledge = (alarm: Alarm) => {
    setProblem('');
    post(`/plants/${model.plant}/alarms/acknowledge`, { ids: [alarm.id] }).catch((refused: Problem) => setProblem(refused.in(language)));
  };
  const tag = first ? model.tags[index.get(first.tag) ?? -1] : undefined;
  return (
    <section className={`alarmbar${first ? ` level-${digitOf(first)}` : ''}${lost ? ' unknown' : ''}`} aria-label={t('centre.alarm.bar')}>
      <div className="counts">
        {[1, 2, 3, 4].map((digit) => (
          <button key={digit} type="button" onClick={() => go('alarms')}>
            <span className="visually-hidden">{t(`centre.priority.${order[digit - 1] ?? 'low'}`)} </span>
            <Mark digit={digit} quiet={lost || !standing.some((alarm) => digitOf(alarm) === digit)} /> {lost ? '—' : standing.filter((alarm) => digitOf(alarm) === digit).length}
          </button>
        ))}
      </div>
      <div className="first" role="alert">
        {lost ? <span>{t('centre.alarm.unknown')}</span> : first ? (
          <>
            <Mark digit={digitOf(first)} />
            <b>{label(first.labels)}</b>
            <span>{first.tag} {shown(first.value, tag, language)}{tag?.unit ? ` ${unitOf(tag, language)}` : ''}{first.limit !== null ? ` / ${t('centre.alarm.limit')} ${first.limit}` : ''}</span>
            <span className="quiet">{age(live.now() - first.since, language)}{first.first_up ? ` · ${t('centre.alarm.first_up')}` : ''}</span>
            {first.advice.zh || first.advice.en ? <span className="advice">{label(first.advice)}</span> : null}
          </>
        ) : <span className="quiet">{t('centre.alarm.none')}</span>}
        {problem ? <span className="refused"> {problem}</span> : null}
      </div>
      <div className="acts">
        {first && !lost ? (
          <>
            {may('acknowledge', first.area) ? <button type="button" className="act" onClick={() => acknowledge(first)}>{t('centre.alarm.acknowledge')}</button> : null}
            <button type="button" onClick={() => go('trends', first.tag)}>{t('centre.alarm.trend')}</button>
            {newest > silenced ? <button type="button" onClick={() => setSilenced(newest)}>{t('centre.alarm.silence')}</button> : null}
          </>
        ) : null}
      </div>
    </section>
  );
}
