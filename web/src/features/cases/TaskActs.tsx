import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { Refusal } from '@/components/States';
import { get, post } from '@/lib/http';
import { useSession } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { CaseDetail, Colleague, EarlierStep, Task } from '@/lib/types';

type Act = 'return' | 'correction' | 'countersign' | 'assign';

/** Beside doing a step: send it back, ask the applicant or a colleague, pass it on. */
export function TaskActs({ detail, task, after }: { detail: CaseDetail; task: Task; after: (next: CaseDetail, sentence: string) => void }) {
  const { t, label } = useWords();
  const { data: session } = useSession();
  const [act, setAct] = useState<Act | null>(null);
  const [text, setText] = useState('');
  const [choice, setChoice] = useState('');
  const [days, setDays] = useState('5');
  const owner = session?.role === 'owner';
  const steps = useQuery({ queryKey: ['case', detail.id, 'earlier', task.id], queryFn: () => get<{ items: EarlierStep[] }>(`/cases/${detail.id}/tasks/${task.id}/earlier`) });
  const people = useQuery({ queryKey: ['colleagues'], queryFn: () => get<{ items: Colleague[] }>('/colleagues'), enabled: act === 'assign' || act === 'countersign' });
  const send = useMutation({
    mutationFn: () => {
      const path = `/cases/${detail.id}/tasks/${task.id}`;
      if (act === 'return') return post<CaseDetail>(`${path}/return`, { step: choice || steps.data?.items[0]?.step, reason: text.trim() });
      if (act === 'assign') return post<CaseDetail>(`${path}/assign`, { account: choice, reason: text.trim() || undefined });
      return post<CaseDetail>(`${path}/ask`, { purpose: act, account: act === 'countersign' ? choice : undefined, text: text.trim(), working_days: Number(days) || 0 });
    },
    onSuccess: (next) => { const done = act; setAct(null); setText(''); setChoice(''); after(next, t(`case.did_${done ?? 'assign'}`)); },
  });
  const open = (next: Act) => { send.reset(); setChoice(''); setAct(next); };
  const ready = (act === 'assign' ? choice !== '' : text.trim().length > 0) && (act !== 'countersign' || choice !== '');
  if (owner) return null;
  return (
    <div className="row wrap task-acts">
      {steps.data && steps.data.items.length > 0 ? <Button onClick={() => open('return')}>{t('case.act.return')}</Button> : null}
      {detail.file ? <Button onClick={() => open('correction')}>{t('case.act.correction')}</Button> : null}
      <Button onClick={() => open('countersign')}>{t('case.act.countersign')}</Button>
      <Button onClick={() => open('assign')}>{t('case.act.assign')}</Button>
      <Modal open={act !== null} title={act ? t(`case.act.${act}`) : ''} onCancel={() => setAct(null)} okText={act ? t(`case.act.${act}`) : ''} cancelText={t('action.cancel')} okButtonProps={{ disabled: !ready, loading: send.isPending }} onOk={() => send.mutate()}>
        <div className="stack">
          {act ? <p className="dim">{t(`case.act_help.${act}`)}</p> : null}
          {act === 'return' ? (
            <div className="field"><label htmlFor="act-step" className="need">{t('case.to_step')}</label>
              <select id="act-step" className="plain" value={choice || steps.data?.items[0]?.step} onChange={(event) => setChoice(event.target.value)}>
                {steps.data?.items.map((step) => <option key={step.step} value={step.step}>{label(step.labels)}{step.index > 0 ? ` · ${step.index}` : ''}{step.done_by ? ` · ${step.done_by}` : ''}</option>)}
              </select></div>
          ) : null}
          {act === 'assign' || act === 'countersign' ? (
            <div className="field"><label htmlFor="act-person" className="need">{t('case.to_person')}</label>
              <select id="act-person" className="plain" value={choice} onChange={(event) => setChoice(event.target.value)}>
                <option value="">{t('form.choose')}</option>
                {people.data?.items.filter((person) => person.name !== session?.name?.zh).map((person) => <option key={person.id} value={person.id}>{person.name} · {person.posts.map((post_) => t(`front.role_name.${post_}`, { defaultValue: post_ })).join('、')}</option>)}
              </select></div>
          ) : null}
          <div className="field"><label htmlFor="act-text" className={act === 'assign' ? undefined : 'need'}>{t(act === 'return' || act === 'assign' ? 'case.reason' : 'case.question')}</label>
            <textarea id="act-text" className="plain" rows={4} value={text} onChange={(event) => setText(event.target.value)} /></div>
          {act === 'correction' || act === 'countersign' ? (
            <div className="field"><label htmlFor="act-days">{t('case.answer_within')}</label><input id="act-days" className="plain" inputMode="numeric" value={days} onChange={(event) => setDays(event.target.value)} /></div>
          ) : null}
          {send.error ? <Refusal problem={send.error} compact /> : null}
        </div>
      </Modal>
    </div>
  );
}
