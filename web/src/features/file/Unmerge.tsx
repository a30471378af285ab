import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Refusal } from '@/components/States';
import { get, post } from '@/lib/http';
import { useCatalogue, useMayWrite } from '@/lib/queries';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { RecordItem, Written } from '@/lib/types';

/** Said on a file that was asked for by the number of one merged into it, with the way to undo that. */
export function Unmerge({ alias, kind: name }: { alias: string; kind: string }) {
  const { t } = useWords();
  const { kind } = useCatalogue();
  const client = useQueryClient();
  const mayWrite = useMayWrite();
  const [reason, setReason] = useState('');
  const query = useQuery({ queryKey: ['record', name, alias], queryFn: () => get<RecordItem>(`/records/${name}/${alias}`), retry: false });
  const known = kind(name);
  const source = known?.fields.find((field) => field.name === known.title)?.sources?.[0] ?? '';
  const undo = useMutation({
    mutationFn: () => post<Written>(`/records/${name}/${alias}/unmerge`, { source, reason: reason.trim() }),
    onSuccess: () => { void client.invalidateQueries(); say(t('file.unmerge_done')); },
  });
  if (!query.data) return null;
  return (
    <div className="notice ochre">
      <p>{t('file.alias_notice', { title: query.data.title })}</p>
      {mayWrite && known?.may_write ? (
        <form className="row wrap" onSubmit={(event) => { event.preventDefault(); if (reason.trim()) undo.mutate(); }}>
          <input className="plain" aria-label={t('file.void_reason')} placeholder={t('file.void_reason')} value={reason} onChange={(event) => setReason(event.target.value)} />
          <Button htmlType="submit" disabled={reason.trim() === ''} loading={undo.isPending}>{t('file.unmerge')}</Button>
        </form>
      ) : null}
      {undo.error ? <Refusal problem={undo.error} /> : null}
    </div>
  );
}
