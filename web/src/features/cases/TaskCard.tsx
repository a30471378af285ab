import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useMemo, useState } from 'react';
import { toText } from '@/components/FieldInput';
import { Given } from '@/components/Given';
import { FormFields } from '@/components/FormFields';
import { Panel } from '@/components/Panel';
import { Refusal } from '@/components/States';
import { Problem, post } from '@/lib/http';
import { useSession } from '@/lib/queries';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { CaseDetail, Labels, Task } from '@/lib/types';
import { formFields, formIntro, formValues, startingValue } from '@/components/form';
import { TaskActs } from './TaskActs';

/** A step that waits for a person: what is asked, and one button that answers it. */
export function TaskCard({ detail, task }: { detail: CaseDetail; task: Task }) {
  const { t, label, day } = useWords();
  const client = useQueryClient();
  const owner = useSession().data?.role === 'owner';
  const fields = useMemo(() => formFields(task), [task]);
  const [texts, setTexts] = useState<Record<string, string>>(() => Object.fromEntries(fields.map((field) => [field.name, toText(startingValue(task, field.name))])));
  const [comment, setComment] = useState('');
  const [tried, setTried] = useState(false);
  const missing = fields.filter((field) => field.required && !texts[field.name]?.trim());
  const after = (next: CaseDetail, sentence: string) => {
    client.setQueryData(['case', detail.id], next);
    for (const key of ['case', 'cases', 'file', 'duties', 'overview', 'inbox', 'portal', 'work']) void client.invalidateQueries({ queryKey: [key] });
    say(sentence);
  };
  const claim = useMutation({ mutationFn: () => post<CaseDetail>(`/cases/${detail.id}/tasks/${task.id}/claim`), onSuccess: (next) => after(next, t('case.did_claim')) });
  const complete = useMutation({
    mutationFn: () => {
      return post<CaseDetail>(`/cases/${detail.id}/tasks/${task.id}/complete`, { values: formValues(fields, texts), comment: comment.trim() || undefined });
    },
    onSuccess: (next) => after(next, t('case.did_complete')),
  });
  const faults = complete.error instanceof Problem && Array.isArray(complete.error.body.faults) ? (complete.error.body.faults as (Labels & { field: string })[]) : [];
  const side = task.purpose !== undefined && task.purpose !== 'step';
  const waitsForSide = !side && detail.tasks.some((other) => other.parent === task.id && (other.state === 'open' || other.state === 'claimed'));
  const mayComplete = (task.can_complete ?? false) && !waitsForSide;
  const mayClaim = task.state === 'open' && (task.can_claim ?? false);
  return (
    <Panel title={label(task.labels)} note={task.assignee ? t('duty.taken_by', { name: task.assignee }) : t(owner && mayComplete ? 'case.waits_for_you' : 'case.waits')} aside={task.due ? t('duty.by', { date: day(task.due) }) : undefined}>
      <div className="stack">
        {task.asked ? <p className={`notice ${side ? '' : 'ochre'}`}><b>{task.asked_by ? t(side ? 'case.asked_by' : 'case.sent_back_by', { name: task.asked_by }) : null}</b> {task.asked}</p> : null}
        <Given task={task} />
        {waitsForSide ? <p className="notice">{t('case.waits_for_side')}</p> : null}
        {formIntro(task) ? <p className="dim">{label(formIntro(task))}</p> : null}
        {tried && missing.length > 0 ? <div className="refusal" role="alert">{t('form.summary', { count: missing.length, fields: missing.map((field) => label(field.labels)).join(t('form.comma')) })}</div> : null}
        {mayComplete ? (
          <form className="stack" onSubmit={(event) => { event.preventDefault(); setTried(true); if (missing.length === 0) complete.mutate(); }} noValidate>
            <div className="form">
              <FormFields id={task.id} fields={fields} texts={texts} wrong={(name) => (tried && missing.some((field) => field.name === name)) || faults.some((fault) => fault.field === name)} onChange={(name, value) => setTexts((now) => ({ ...now, [name]: value }))} />
              <div className="wide"><label htmlFor={`${task.id}-comment`} className={side ? 'need' : undefined}>{t(side ? 'case.opinion' : 'case.comment')}</label><Input.TextArea id={`${task.id}-comment`} rows={2} value={comment} onChange={(event) => setComment(event.target.value)} /></div>
            </div>
            {faults.length > 1 ? <div className="refusal" role="alert"><ul>{faults.map((fault, index) => <li key={index}>{label(fault)}</li>)}</ul></div> : complete.error ? <Refusal problem={complete.error} /> : null}
            <div className="row wrap">
              <Button type="primary" htmlType="submit" loading={complete.isPending}>{side ? t('case.send_answer') : t(owner ? 'case.answer' : 'case.complete')}</Button>
              {mayClaim && !owner ? <Button loading={claim.isPending} onClick={() => claim.mutate()}>{t('case.claim')}</Button> : null}
            </div>
          </form>
        ) : waitsForSide ? null : mayClaim ? <div><Button type="primary" loading={claim.isPending} onClick={() => claim.mutate()}>{t('case.claim')}</Button></div> : <p className="dim">{t('case.other_person', { role: task.role ? t(`front.role_name.${task.role}`, { defaultValue: task.role }) : t('case.somebody') })}</p>}
        {claim.error ? <Refusal problem={claim.error} /> : null}
        {(task.can_complete || mayClaim) && !side ? <TaskActs detail={detail} task={task} after={after} /> : null}
      </div>
    </Panel>
  );
}
