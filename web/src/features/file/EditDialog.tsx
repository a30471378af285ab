import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useEffect, useState } from 'react';
import { FieldInput, fromText, toText } from '@/components/FieldInput';
import { Refusal } from '@/components/States';
import { Problem, request } from '@/lib/http';
import { useCatalogue, useSession } from '@/lib/queries';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { Fact, FilePage, RecordItem, Value, Written } from '@/lib/types';

export interface Edited { record: RecordItem; field: string; fact?: Fact }

const storage = 'yuanqu.source';
const remembered = (): string => { try { return localStorage.getItem(storage) ?? ''; } catch { return ''; } };

/** One change of one field: value, who says so, from when. A stale one shows both versions and asks. */
export function EditDialog({ edited, today, onClose }: { edited: Edited; today: string; onClose: () => void }) {
  const { t, label, value: show } = useWords();
  const { field: fieldOf, kind, source } = useCatalogue();
  const client = useQueryClient();
  const { data: session } = useSession();
  const { record } = edited;
  const field = fieldOf(record.kind, edited.field);
  const before = record.values[edited.field];
  const sources = field?.sources ?? [];
  const own = { economy: 'statistics', tax: 'tax' }[session?.role ?? ''] ?? 'zone_office';
  const [value, setValue] = useState(() => toText(before));
  const [from, setFrom] = useState(() => { const kept = remembered(); return sources.includes(kept) ? kept : sources.find((item) => item === own) ?? sources[0] ?? ''; });
  const [since, setSince] = useState(today);
  const [reason, setReason] = useState('');
  const [version, setVersion] = useState(record.version);
  useEffect(() => { const timer = setTimeout(() => { const input = document.getElementById('edit-value'); input?.focus(); if (input instanceof HTMLInputElement && input.type !== 'date') input.select(); }, 60); return () => clearTimeout(timer); }, []);

  const save = useMutation({
    mutationFn: async (seen: number) => {
      if (!field) throw new Error('no field');
      const values: Record<string, Value> = { [field.name]: fromText(value, field, before) };
      return (await request<Written>('PATCH', `/records/${record.kind}/${record.id}`, { body: { values, source: from || undefined, effective_from: since, reason: reason.trim() || undefined }, etag: `"${seen}"` })).data;
    },
    onSuccess: (written) => {
      try { localStorage.setItem(storage, from); } catch { /* asked again next time */ }
      client.setQueriesData<FilePage>({ queryKey: ['file'] }, (file) => (file ? replace(file, written.record) : file));
      for (const key of ['file', 'explanation', 'overview', 'duties', 'records', 'history']) void client.invalidateQueries({ queryKey: [key] });
      say(written.changed === false ? t('edit.unchanged') : t('edit.saved'));
      onClose();
    },
  });
  const conflict = save.error instanceof Problem && save.error.status === 409 ? (save.error.body.current as RecordItem | null | undefined) : undefined;
  if (!field) return null;
  const name = label(field.labels);
  return (
    <Modal open onCancel={onClose} title={`${name} · ${record.title}`} width={520} footer={conflict ? null : undefined} okText={t('edit.save')} cancelText={t('action.cancel')} onOk={() => save.mutate(version)} confirmLoading={save.isPending}>
      {conflict ? (
        <div className="stack">
          <p>{t('edit.conflict')}</p>
          <div className="versions">
            <div><span className="dim small">{t('edit.mine')}</span><b>{show(fromText(value, field, before), field)}</b><span className="faint small">{t('edit.seen', { value: show(before, field) })}</span></div>
            <div><span className="dim small">{t('edit.theirs')}</span><b>{show(conflict.values[field.name], field)}</b><span className="faint small">{t('edit.now')}</span></div>
          </div>
          <div className="row wrap">
            <Button type="primary" onClick={() => { setVersion(conflict.version); save.mutate(conflict.version); }}>{t('edit.use_mine')}</Button>
            <Button onClick={() => { void client.invalidateQueries({ queryKey: ['file'] }); onClose(); }}>{t('edit.use_theirs')}</Button>
          </div>
        </div>
      ) : (
        <form className="form" onSubmit={(event) => { event.preventDefault(); save.mutate(version); }}>
          <div className="wide">
            <label htmlFor="edit-value">{name}{field.unit ? `（${field.unit}）` : ''}</label>
            <FieldInput id="edit-value" kind={record.kind} field={field} value={value} onChange={setValue} wrong={save.isError} describedBy="edit-help" />
            <p className="help" id="edit-help">{label(field.definition)} {t('edit.before', { value: show(before, field) })}</p>
          </div>
          <div>
            <label htmlFor="edit-source">{t('edit.source')}</label>
            <select id="edit-source" className="plain" value={from} onChange={(event) => setFrom(event.target.value)}>
              {sources.map((item) => <option key={item} value={item}>{label(source(item)?.labels) || item}</option>)}
            </select>
          </div>
          <div>
            <label htmlFor="edit-since">{t('edit.effective_from')}</label>
            <input id="edit-since" type="date" className="plain" required value={since} onChange={(event) => setSince(event.target.value)} />
          </div>
          <div className="wide">
            <label htmlFor="edit-reason">{t('edit.reason')}</label>
            <input id="edit-reason" className="plain" value={reason} onChange={(event) => setReason(event.target.value)} placeholder={t('edit.reason_example', { kind: label(kind(record.kind)?.labels) })} />
          </div>
          {save.error ? <div className="wide"><Refusal problem={save.error} /></div> : null}
          <button type="submit" hidden aria-hidden tabIndex={-1} />
        </form>
      )}
    </Modal>
  );
}

/** The page shows what was just written without waiting for the next read. */
function replace(file: FilePage, record: RecordItem): FilePage {
  if (file.record.id === record.id) return { ...file, record };
  const children = file.children[record.kind];
  return children ? { ...file, children: { ...file.children, [record.kind]: children.map((item) => (item.id === record.id ? record : item)) } } : file;
}
