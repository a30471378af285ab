import { PaperClipOutlined, UploadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useRef } from 'react';
import { Panel } from '@/components/Panel';
import { Refusal } from '@/components/States';
import { fileSize } from '@/lib/format';
import { address, post, request } from '@/lib/http';
import { useMayWrite, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { Attachment, CaseDetail } from '@/lib/types';
import '@/components/attachments.css';

/** Files people attached to the case, and the way to attach another; with an open step of one's own it belongs to that step. */
export function MaterialsPanel({ detail, after }: { detail: CaseDetail; after: (next: CaseDetail, sentence: string) => void }) {
  const { t, label, day } = useWords();
  const today = useToday();
  const mayWrite = useMayWrite();
  const chooser = useRef<HTMLInputElement>(null);
  const step = detail.tasks.find((task) => task.can_complete);
  const send = useMutation({
    mutationFn: async (files: FileList) => {
      let next: CaseDetail | undefined;
      for (const file of Array.from(files)) {
        const form = new FormData();
        form.append('file', file, file.name);
        const stored = (await request<Attachment>('POST', '/attachments', { form })).data;
        next = await post<CaseDetail>(`/cases/${detail.id}/materials`, { hash: stored.hash, name: stored.name, task: step?.id });
      }
      return next;
    },
    onSuccess: (next) => { if (next) after(next, t('case.did_attach')); },
    onSettled: () => { if (chooser.current) chooser.current.value = ''; },
  });
  const may = mayWrite && !detail.closed;
  if (detail.materials.length === 0 && !may) return null;
  return (
    <Panel title={t('case.materials')} aside={detail.materials.length || undefined}>
      <div className="stack tight attachment-input">
        {detail.materials.length === 0 ? <p className="dim">{t('case.materials_none')}</p> : (
          <ul>
            {detail.materials.map((file) => (
              <li key={file.number}>
                <span><a href={address(`/cases/${detail.id}/materials/${file.number}`)} target="_blank" rel="noreferrer"><PaperClipOutlined aria-hidden /> {file.name} <small>{fileSize(file.size)}</small></a>
                  <span className="under" style={{ display: 'block' }}>{[file.actor, day(file.day, today), file.task ? label(detail.tasks.find((task) => task.id === file.task)?.labels) : ''].filter(Boolean).join(' · ')}</span></span>
              </li>
            ))}
          </ul>
        )}
        {may ? (
          <>
            <input ref={chooser} id="case-material" type="file" multiple className="visually-hidden" tabIndex={-1} aria-label={t('case.attach')} onChange={(event) => { if (event.target.files?.length) send.mutate(event.target.files); }} />
            <div><Button icon={<UploadOutlined />} loading={send.isPending} onClick={() => chooser.current?.click()}>{t('case.attach')}</Button></div>
            <p className="help">{t('case.attach_help')}</p>
          </>
        ) : null}
        {send.error ? <Refusal problem={send.error} compact /> : null}
      </div>
    </Panel>
  );
}
