import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { Refusal } from '@/components/States';
import { get, post } from '@/lib/http';
import { useMayWrite, useSession } from '@/lib/queries';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { Colleague } from '@/lib/types';

/** On leave: everything in hand goes to a colleague, and what comes meanwhile too. */
export function HandOver() {
  const { t } = useWords();
  const client = useQueryClient();
  const mayWrite = useMayWrite();
  const { data: session } = useSession();
  const [open, setOpen] = useState(false);
  const [account, setAccount] = useState('');
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const people = useQuery({ queryKey: ['colleagues'], queryFn: () => get<{ items: Colleague[] }>('/colleagues'), enabled: open });
  const send = useMutation({
    mutationFn: () => post<{ moved: number }>('/tasks/hand-over', { account, from: from || undefined, until: until || undefined }),
    onSuccess: (answer) => { setOpen(false); say(t('work.did_hand_over', { count: answer.moved })); void client.invalidateQueries({ queryKey: ['work'] }); },
  });
  if (!mayWrite) return null;
  return (
    <>
      <Button onClick={() => { send.reset(); setOpen(true); }}>{t('work.hand_over')}</Button>
      <Modal open={open} title={t('work.hand_over')} onCancel={() => setOpen(false)} okText={t('work.hand_over')} cancelText={t('action.cancel')} okButtonProps={{ disabled: account === '', loading: send.isPending }} onOk={() => send.mutate()}>
        <div className="stack">
          <p className="dim">{t('work.hand_over_help')}</p>
          <div className="field"><label htmlFor="hand-to" className="need">{t('case.to_person')}</label>
            <select id="hand-to" className="plain" value={account} onChange={(event) => setAccount(event.target.value)}>
              <option value="">{t('form.choose')}</option>
              {people.data?.items.filter((person) => person.name !== session?.name?.zh).map((person) => <option key={person.id} value={person.id}>{person.name}</option>)}
            </select></div>
          <div className="halves">
            <div className="field"><label htmlFor="hand-from">{t('work.from')}</label><input id="hand-from" type="date" className="plain" value={from} onChange={(event) => setFrom(event.target.value)} /></div>
            <div className="field"><label htmlFor="hand-until">{t('work.until')}</label><input id="hand-until" type="date" className="plain" value={until} onChange={(event) => setUntil(event.target.value)} /></div>
          </div>
          {send.error ? <Refusal problem={send.error} compact /> : null}
        </div>
      </Modal>
    </>
  );
}
