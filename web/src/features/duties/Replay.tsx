import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Panel } from '@/components/Panel';
import { Await } from '@/components/States';
import { useOutcomeText } from '@/components/Why';
import { get } from '@/lib/http';
import { useWords } from '@/lib/words';
import type { Replay as Answer } from '@/lib/types';

/** The decision behind a duty, run again: with what was known then, and with what is known now. */
export function Replay({ duty }: { duty: string }) {
  const { t } = useWords();
  const [asked, setAsked] = useState(false);
  const query = useQuery({ queryKey: ['replay', duty], queryFn: () => get<Answer>(`/duties/${duty}/replay`), enabled: asked });
  return (
    <Panel title={t('duties.replay')} note={t('duties.replay_note')}>
      {asked ? <Await query={query} lines={4}>{query.data ? <Compared answer={query.data} /> : null}</Await> : <Button onClick={() => setAsked(true)}>{t('duties.replay_do')}</Button>}
    </Panel>
  );
}

function Compared({ answer }: { answer: Answer }) {
  const { t, label, long } = useWords();
  const said = useOutcomeText();
  const mark = (same: boolean) => <span className={`chip ${same ? 'bamboo' : 'ochre'}`}>{same ? t('duties.replay_same') : t('duties.replay_differs')}</span>;
  const plain = (literal: string) => literal.replace(/^"(.*)"$/, '$1');
  return (
    <div className="stack">
      <dl className="facts">
        <div className="fact"><dt>{t('duties.replay_recorded')}</dt><dd><b>{said(answer.decision, plain(answer.recorded.literal))}</b></dd></div>
        <div className="fact"><dt>{t('duties.replay_then', { day: long(answer.day) })}</dt><dd><b>{said(answer.decision, answer.then.value)}</b> {mark(answer.same_then)}</dd></div>
        <div className="fact"><dt>{t('duties.replay_now', { day: long(answer.day) })}</dt><dd><b>{said(answer.decision, answer.now.value)}</b> {mark(answer.same_now)}</dd></div>
      </dl>
      <p className="dim">{!answer.rules.known ? t('duties.replay_rules_unknown') : answer.rules.same ? t('duties.replay_rules_same') : t('duties.replay_rules_changed', { list: answer.rules.changed.join(', ') })}</p>
      {answer.differences.length === 0 ? <p className="dim">{t('duties.replay_none')}</p> : (
        <div>
          <h3 className="fact-section">{t('duties.replay_facts')}</h3>
          <dl className="facts">{answer.differences.map((one) => <div key={`${one.record}/${one.path}`} className="fact"><dt>{label(one.label)}</dt><dd><s className="faint">{one.then ?? '—'}</s> → <b>{one.now ?? '—'}</b></dd></div>)}</dl>
        </div>
      )}
    </div>
  );
}
