import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Panel } from '@/components/Panel';
import { Await, Refusal } from '@/components/States';
import { get, post } from '@/lib/http';
import { useMayWrite } from '@/lib/queries';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { Batch } from '@/lib/types';

/** The whole import back: what it recorded, what was built on it since, and one button with a reason. */
export function TakeBack({ batch }: { batch: string }) {
  const { t } = useWords();
  const client = useQueryClient();
  const mayWrite = useMayWrite();
  const [reason, setReason] = useState('');
  const query = useQuery({ queryKey: ['batch', batch], queryFn: () => get<Batch>(`/batches/${batch}`) });
  const undo = useMutation({
    mutationFn: () => post<Batch>(`/batches/${batch}/void`, { reason: reason.trim() }),
    onSuccess: (after) => {
      client.setQueryData(['batch', batch], after);
      for (const key of ['records', 'file', 'overview', 'history']) void client.invalidateQueries({ queryKey: [key] });
      say(t('import.void_done'));
    },
  });
  const found = query.data;
  const all = found !== undefined && found.voided === found.changes;
  return (
    <Panel title={t('import.void_title')}>
      <Await query={query} lines={2}>
        {found ? (
          <div className="stack">
            <p>{t('import.void_note', { records: found.records, changes: found.changes, created: found.created })}</p>
            {all ? <p className="notice bamboo">{t('import.void_all')}</p> : (
              <>
                {found.voided > 0 ? <p className="dim">{t('import.void_part', { count: found.voided })}</p> : null}
                {found.built_upon > 0 ? <p className="notice ochre">{t('import.void_built', { count: found.built_upon })}</p> : null}
                <form className="form" onSubmit={(event) => { event.preventDefault(); if (reason.trim()) undo.mutate(); }}>
                  <div className="wide"><label htmlFor="take-back-reason">{t('import.void_reason')}</label><input id="take-back-reason" className="plain" value={reason} onChange={(event) => setReason(event.target.value)} /></div>
                  {undo.error ? <div className="wide"><Refusal problem={undo.error} /></div> : null}
                  <div className="wide"><Button danger htmlType="submit" disabled={!mayWrite || reason.trim() === ''} loading={undo.isPending}>{t('import.void_do')}</Button></div>
                </form>
              </>
            )}
          </div>
        ) : null}
      </Await>
    </Panel>
  );
}
