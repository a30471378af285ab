import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useState } from 'react';
import { Refusal } from '@/components/States';
import { post } from '@/lib/http';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { HistoryEntry, Written } from '@/lib/types';

/** Takes one change back, with the reason that stays with it. */
export function VoidDialog({ entry, onClose }: { entry: HistoryEntry; onClose: () => void }) {
  const { t } = useWords();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const undo = useMutation({
    mutationFn: () => post<Written>(`/records/${entry.kind}/${entry.record}/void`, { changes: [entry.position], source: entry.source, reason: reason.trim() }),
    onSuccess: () => {
      for (const key of ['file', 'file-changes', 'file-span', 'history', 'records', 'explanation', 'overview']) void client.invalidateQueries({ queryKey: [key] });
      say(t('file.void_done'));
      onClose();
    },
  });
  return (
    <Modal open onCancel={onClose} title={t('file.void_title')} width={460} okText={t('file.void')} cancelText={t('action.cancel')} okButtonProps={{ danger: true, disabled: reason.trim() === '' }} confirmLoading={undo.isPending} onOk={() => undo.mutate()}>
      <div className="stack">
        <p>{t('file.void_help')}</p>
        <div className="form"><div className="wide"><label htmlFor="void-reason">{t('file.void_reason')}</label><input id="void-reason" className="plain" value={reason} onChange={(event) => setReason(event.target.value)} /></div></div>
        {undo.error ? <Refusal problem={undo.error} /> : null}
      </div>
    </Modal>
  );
}
