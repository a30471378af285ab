import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { post } from '@/lib/http';
import { useCatalogue, useMayWrite, useSession, useToday } from '@/lib/queries';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { Duty } from '@/lib/types';
import { DaysLeft } from './DaysLeft';
import { fileHref } from './links';
import { Refusal } from './States';
import { WhyButton } from './Why';

const closed = new Set(['done', 'withdrawn', 'expired']);
export const isClosed = (duty: Duty): boolean => closed.has(duty.state);

export function dutyTone(duty: Duty): string {
  if (isClosed(duty)) return 'closed';
  return duty.late ? 'late' : duty.calls_for;
}

export function useDutyTitle() {
  const { label } = useWords();
  return (duty: Duty): string => (duty.title ? label(duty.title) : `${label(duty.labels)} · ${(duty.file ?? duty.subject).title}`);
}

/** Take, see to, agree, withdraw with a reason: what this person may do with a duty. */
export function DutyActions({ duty, small }: { duty: Duty; small?: boolean }) {
  const { t } = useWords();
  const mayWrite = useMayWrite();
  const { data: session } = useSession();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const act = useMutation({
    mutationFn: (step: { verb: 'take' | 'withdraw' | 'accept' | 'done'; body?: unknown }) => post<Duty>(`/duties/${duty.id}/${step.verb}`, step.body ?? {}),
    onSuccess: (_, step) => {
      setAsking(false);
      say(t(`duty.did_${step.verb}`));
      for (const key of ['duties', 'duty', 'file', 'overview', 'portal', 'cases']) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  const size = small ? 'small' as const : 'middle' as const;
  const { service } = useCatalogue();
  const owner = session?.role === 'owner';
  const open = !isClosed(duty);
  const role = service(duty.service)?.role ?? null;
  const mine = mayWrite && open && (role === null ? owner : session?.role === role);
  return (
    <>
      {mine && owner && duty.calls_for === 'offer' && !duty.case ? <Button type="primary" size={size} loading={act.isPending} onClick={() => act.mutate({ verb: 'accept' })}>{t('duty.accept')}</Button> : null}
      {mine && !owner && duty.state === 'due' && !duty.case ? <Button type="primary" size={size} loading={act.isPending} onClick={() => act.mutate({ verb: 'take' })}>{t('duty.take')}</Button> : null}
      {mine && duty.calls_for === 'notify' && (duty.state === 'taken' || (owner && duty.state === 'due')) ? <Button type={owner ? 'default' : 'primary'} size={size} loading={act.isPending} onClick={() => act.mutate({ verb: 'done' })}>{t(owner ? 'duty.known' : 'duty.done')}</Button> : null}
      {mine && !owner && duty.merge ? <Link to={`/desk/files/${duty.merge.record.id}/merge?into=${duty.merge.into.id}`}><Button size={size} tabIndex={-1}>{t('duty.merge')}</Button></Link> : null}
      {duty.case ? <Link to={owner ? `/my/cases/${duty.case}` : `/desk/cases/${duty.case}`}><Button size={size} tabIndex={-1}>{t('duty.see_case')}</Button></Link> : null}
      {mine && !owner ? <Button size={size} type="text" onClick={() => { act.reset(); setAsking(true); }}>{t('duty.withdraw')}</Button> : null}
      {!mine && open && !duty.case && mayWrite && !owner ? <span className="faint small">{role === null ? t('duty.of_owner') : t('duty.of_role', { role: t(`front.role_name.${role}`, { defaultValue: role }) })}</span> : null}
      {act.error && !asking ? <Refusal problem={act.error} compact /> : null}
      <Modal open={asking} title={t('duty.withdraw_title')} onCancel={() => setAsking(false)} okText={t('duty.withdraw')} cancelText={t('action.cancel')}
        okButtonProps={{ disabled: !reason.trim(), loading: act.isPending, danger: true }} onOk={() => act.mutate({ verb: 'withdraw', body: { reason: reason.trim() } })}>
        <div className="field stack tight">
          <label htmlFor={`reason-${duty.id}`}>{t('duty.withdraw_reason')}</label>
          <Input.TextArea id={`reason-${duty.id}`} rows={3} value={reason} onChange={(event) => setReason(event.target.value)} />
          <span className="help">{t('duty.withdraw_help')}</span>
          {act.error ? <Refusal problem={act.error} compact /> : null}
        </div>
      </Modal>
    </>
  );
}

/** What is owed, to whom, by when and why. */
export function DutyCard({ duty, fresh, withSubject = true, heading: Heading = 'h3' }: { duty: Duty; fresh?: boolean; withSubject?: boolean; heading?: 'h2' | 'h3' }) {
  const { t, label, day } = useWords();
  const { service } = useCatalogue();
  const { data: session } = useSession();
  const today = useToday();
  const title = useDutyTitle();
  const owner = session?.role === 'owner';
  const file = duty.file ?? (duty.subject.kind === undefined ? duty.subject : null);
  const item = service(duty.service);
  return (
    <article className={`duty ${dutyTone(duty)}${fresh ? ' fresh' : ''}`} data-rowbox>
      <div className="duty-kind">
        <span><b>{isClosed(duty) ? t(`duty.state.${duty.state}`) : t(`duty.calls_for.${duty.calls_for}`)}</b>{label(duty.labels)}</span>
        {isClosed(duty) ? null : <DaysLeft duty={duty} />}
      </div>
      <Heading className="duty-title">{owner ? title(duty) : <Link to={`/desk/duties/${duty.id}`} data-row>{title(duty)}</Link>}</Heading>
      {duty.reason ? <p className="why-line">{label(duty.reason)}</p> : null}
      <p className="why-line">
        {withSubject && file && !owner ? <Link to={fileHref(file.id)}>{file.title}</Link> : null}
        {withSubject && file && !owner && (duty.due || duty.taken_by) ? ' · ' : ''}
        {duty.due ? t('duty.by', { date: day(duty.due, today) }) : null}
        {duty.taken_by ? ` · ${t('duty.taken_by', { name: duty.taken_by })}` : ''}
        {duty.state === 'withdrawn' && duty.withdrawn_reason ? ` · ${duty.withdrawn_reason}` : ''}
      </p>
      <div className="duty-actions">
        <DutyActions duty={duty} />
        {duty.outcome ? <WhyButton kind={duty.subject.kind ?? item?.subject ?? ''} id={duty.subject.id} decision={duty.outcome.decision} title={title(duty)} /> : null}
      </div>
    </article>
  );
}
