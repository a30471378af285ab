import { DeleteOutlined, PaperClipOutlined, UploadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useRef, useState } from 'react';
import { Refusal } from '@/components/States';
import { attachmentsOf, fileSize } from '@/lib/format';
import { address, request } from '@/lib/http';
import { useWords } from '@/lib/words';
import type { Attachment, Field, RecordItem, Value } from '@/lib/types';
import './attachments.css';

/** The files of a field, each a link that opens it. */
export function AttachmentLinks({ record, field, value }: { record: Pick<RecordItem, 'kind' | 'id'>; field: Field; value: Value | undefined }) {
  const files = attachmentsOf(value);
  return (
    <span className="attachments">
      {files.map((file) => (
        <a key={file.hash} href={address(`/records/${record.kind}/${record.id}/attachments/${field.name}`, { hash: file.hash })} target="_blank" rel="noreferrer">
          <PaperClipOutlined aria-hidden /> {file.name} <small>{fileSize(file.size)}</small>
        </a>
      ))}
    </span>
  );
}

interface Properties { id: string; kind: string; field: Field; value: Attachment[]; onChange: (value: Attachment[]) => void; describedBy?: string }

/** Chooses and uploads files for a field. They are stored at once and belong to the record when it is saved. */
export function AttachmentInput({ id, kind, field, value, onChange, describedBy }: Properties) {
  const { t } = useWords();
  const chooser = useRef<HTMLInputElement>(null);
  const [sending, setSending] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const many = field.type === 'list';

  const send = async (files: FileList | null) => {
    let held = value;
    setRefusal(null);
    for (const file of Array.from(files ?? [])) {
      setSending(file.name);
      const form = new FormData();
      form.append('kind', kind);
      form.append('field', field.name);
      form.append('file', file, file.name);
      try {
        const stored = (await request<Attachment>('POST', '/attachments', { form })).data;
        held = many ? [...held.filter((one) => one.hash !== stored.hash), stored] : [stored];
        onChange(held);
      } catch (problem) {
        setRefusal(problem);
        break;
      }
    }
    setSending(null);
    if (chooser.current) chooser.current.value = '';
  };

  return (
    <div className="attachment-input">
      {value.length > 0 ? (
        <ul>
          {value.map((file) => (
            <li key={file.hash}>
              <span><PaperClipOutlined aria-hidden /> {file.name} <small>{fileSize(file.size)}</small></span>
              <button type="button" className="link-button" onClick={() => onChange(value.filter((one) => one.hash !== file.hash))} aria-label={t('attachment.remove', { name: file.name })}><DeleteOutlined /></button>
            </li>
          ))}
        </ul>
      ) : <p className="faint small">{t('attachment.none')}</p>}
      <input ref={chooser} id={id} type="file" multiple={many} className="visually-hidden" tabIndex={-1} aria-describedby={describedBy} aria-label={t('attachment.choose')} onChange={(event) => { void send(event.target.files); }} />
      <Button icon={<UploadOutlined />} loading={sending !== null} onClick={() => chooser.current?.click()}>{sending !== null ? t('attachment.sending', { name: sending }) : t(value.length > 0 && !many ? 'attachment.replace' : 'attachment.choose')}</Button>
      <p className="help">{t('attachment.limits', { formats: (field.formats ?? []).join(t('attachment.comma')).toUpperCase(), size: fileSize(field.size_max ?? 0) })}</p>
      {refusal ? <Refusal problem={refusal} /> : null}
    </div>
  );
}
