import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useMemo, useState } from 'react';
import { FieldInput, fromText, toText } from '@/components/FieldInput';
import { Panel } from '@/components/Panel';
import { Refusal } from '@/components/States';
import { Problem, post } from '@/lib/http';
import { useMayWrite, useSession } from '@/lib/queries';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { CaseDetail, Labels, Task, Value } from '@/lib/types';
import { formFields, formIntro, startingValue } from './form';

/** A step that waits for a person: what is asked, and one button that answers it. */
export function TaskCard({ detail, task }: { detail: CaseDetail; task: Task }) {
  const { t, label, day } = useWords();
  const client = useQueryClient();
  const mayWrite = useMayWrite();
  const owner = useSession().data?.role === 'owner';
  const fields = useMemo(() => formFields(task), [task]);
  const [texts, setTexts] = useState<Record<string, string>>(() => Object.fromEntries(fields.map((field) => [field.name, toText(startingValue(task, field.name))])));
  const [comment, setComment] = useState('');
  const [tried, setTried] = useState(false);
  const missing = fields.filter((field) => field.required && !texts[field.name]?.trim());
  const after = (next: CaseDetail, sentence: string) => {
    client.setQueryData(['case', detail.id], next);
    for (const key of ['case', 'cases', 'file', 'duties', 'overview', 'inbox', 'portal']) void client.invalidateQueries({ queryKey: [key] });
    say(sentence);
  };
  const claim = useMutation({ mutationFn: () => post<CaseDetail>(`/cases/${detail.id}/tasks/${task.id}/claim`), onSuccess: (next) => after(next, t('case.did_claim')) });
  const complete = useMutation({
    mutationFn: () => {
      const values: Record<string, Value> = {};
      for (const field of fields) { const value = fromText(texts[field.name] ?? '', field); if (value !== null) values[field.name] = value; }
      return post<CaseDetail>(`/cases/${detail.id}/tasks/${task.id}/complete`, { values, comment: comment.trim() || undefined });
    },
    onSuccess: (next) => after(next, t('case.did_complete')),
  });
  const faults = complete.error instanceof Problem && Array.isArray(complete.error.body.faults) ? (complete.error.body.faults as (Labels & { field: string })[]) : [];
  const mayComplete = mayWrite && (task.can_complete ?? true);
  const mayClaim = mayWrite && task.state === 'open' && (task.can_claim ?? true);
  return (
    <Panel title={label(task.labels)} note={task.assignee ? t('duty.taken_by', { name: task.assignee }) : t(owner && mayComplete ? 'case.waits_for_you' : 'case.waits')} aside={task.due ? t('duty.by', { date: day(task.due) }) : undefined}>
      <div className="stack">
        {formIntro(task) ? <p className="dim">{label(formIntro(task))}</p> : null}
        {tried && missing.length > 0 ? <div className="refusal" role="alert">{t('form.summary', { count: missing.length, fields: missing.map((field) => label(field.labels)).join(t('form.comma')) })}</div> : null}
        {mayComplete ? (
          <form className="stack" onSubmit={(event) => { event.preventDefault(); setTried(true); if (missing.length === 0) complete.mutate(); }} noValidate>
            <div className="form">
              {fields.map((field) => (
                <div key={field.name} className={field.wide ? 'wide' : undefined}>
                  <label htmlFor={`${task.id}-${field.name}`} className={field.required ? 'need' : undefined}>{label(field.labels)}{field.unit ? `（${field.unit}）` : ''}</label>
                  <FieldInput id={`${task.id}-${field.name}`} field={field} value={texts[field.name] ?? ''} wrong={(tried && missing.includes(field)) || faults.some((fault) => fault.field === field.name)} onChange={(value) => setTexts((now) => ({ ...now, [field.name]: value }))} />
                  {field.definition ? <p className="help">{label(field.definition)}</p> : null}
                </div>
              ))}
              <div className="wide"><label htmlFor={`${task.id}-comment`}>{t('case.comment')}</label><Input.TextArea id={`${task.id}-comment`} rows={2} value={comment} onChange={(event) => setComment(event.target.value)} /></div>
            </div>
            {faults.length > 1 ? <div className="refusal" role="alert"><ul>{faults.map((fault, index) => <li key={index}>{label(fault)}</li>)}</ul></div> : complete.error ? <Refusal problem={complete.error} /> : null}
            <div className="row wrap">
              <Button type="primary" htmlType="submit" loading={complete.isPending}>{t(owner ? 'case.answer' : 'case.complete')}</Button>
              {mayClaim && !owner ? <Button loading={claim.isPending} onClick={() => claim.mutate()}>{t('case.claim')}</Button> : null}
            </div>
          </form>
        ) : mayClaim ? <div><Button type="primary" loading={claim.isPending} onClick={() => claim.mutate()}>{t('case.claim')}</Button></div> : <p className="dim">{t('case.other_person', { role: task.role ? t(`front.role_name.${task.role}`, { defaultValue: task.role }) : t('case.somebody') })}</p>}
        {claim.error ? <Refusal problem={claim.error} /> : null}
      </div>
    </Panel>
  );
}
