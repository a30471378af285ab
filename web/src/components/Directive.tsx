import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { formFields, formValues } from './form';
import { get, post, Problem } from '@/lib/http';
import { useSession } from '@/lib/queries';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { CaseDetail, Labels, ProcedureInfo } from '@/lib/types';
import { FormFields } from './FormFields';
import { Refusal } from './States';

interface Properties { title: string; href: string; subject?: string; small?: boolean }

/** A written line on a figure, a record or a case: it becomes a case with an owner and a day until it is closed. */
export function Directive({ title, href, subject, small }: Properties) {
  const { t, label } = useWords();
  const { data: session } = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [texts, setTexts] = useState<Record<string, string>>({});
  const [tried, setTried] = useState(false);
  const asks = session?.role === 'leader';
  const query = useQuery({ queryKey: ['procedures', subject ?? ''], queryFn: () => get<{ items: ProcedureInfo[] }>('/procedures', { subject }), enabled: asks, staleTime: 300_000 });
  const procedure = query.data?.items.find((item) => item.category === 'directive');
  const fields = useMemo(() => formFields({ form: procedure?.form ?? null } as Parameters<typeof formFields>[0]), [procedure]);
  const send = useMutation({
    mutationFn: () => post<CaseDetail>('/cases', { procedure: procedure?.procedure, subject, about: { title, href }, values: formValues(fields, texts) }),
    onSuccess: (made) => {
      setOpen(false);
      setTexts({});
      for (const key of ['cases', 'work', 'overview', 'file']) void client.invalidateQueries({ queryKey: [key] });
      say(t('directive.did', { number: made.number }));
      navigate(`/desk/cases/${made.id}`);
    },
  });
  if (!asks || !procedure) return null;
  const missing = fields.filter((field) => field.required && !texts[field.name]?.trim()).map((field) => field.name);
  const faults = send.error instanceof Problem && Array.isArray(send.error.body.faults) ? (send.error.body.faults as (Labels & { field: string })[]) : [];
  return (
    <>
      <Button size={small ? 'small' : 'middle'} onClick={() => { send.reset(); setTried(false); setOpen(true); }} aria-label={t('directive.on', { title })}>{t('directive.write')}</Button>
      <Modal open={open} title={t('directive.on', { title })} onCancel={() => setOpen(false)} okText={t('directive.give')} cancelText={t('action.cancel')} okButtonProps={{ loading: send.isPending }} onOk={() => { setTried(true); if (missing.length === 0) send.mutate(); }}>
        <div className="stack">
          <p className="dim">{t('directive.help')}</p>
          <div className="form"><FormFields id="directive" fields={fields} texts={texts} wrong={(name) => (tried && missing.includes(name)) || faults.some((fault) => fault.field === name)} onChange={(name, value) => setTexts((now) => ({ ...now, [name]: value }))} /></div>
          {tried && missing.length > 0 ? <div className="refusal" role="alert">{t('form.summary', { count: missing.length, fields: fields.filter((field) => missing.includes(field.name)).map((field) => label(field.labels)).join(t('form.comma')) })}</div> : null}
          {send.error ? <Refusal problem={send.error} compact /> : null}
        </div>
      </Modal>
    </>
  );
}
