import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { formFields, formValues } from './form';
import { post, Problem } from '@/lib/http';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { CaseDetail, Labels, ProcedureInfo } from '@/lib/types';
import { FormFields } from './FormFields';
import { Refusal } from './States';

interface Properties { procedure: ProcedureInfo; title: string; help?: string; go: string; button: string; label?: string; small?: boolean; about?: { title: string; href: string }; subject?: string; did: (number: string) => string }

/** A procedure opened by hand, about a record or about none: its form, and then the case it became. */
export function OpenCase({ procedure, title, help, go, button, label: spoken, small, about, subject, did }: Properties) {
  const { t, label } = useWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [texts, setTexts] = useState<Record<string, string>>({});
  const [tried, setTried] = useState(false);
  const fields = useMemo(() => formFields({ form: procedure.form }), [procedure]);
  const send = useMutation({
    mutationFn: () => post<CaseDetail>('/cases', { procedure: procedure.procedure, subject, about, values: formValues(fields, texts) }),
    onSuccess: (made) => {
      setOpen(false);
      setTexts({});
      for (const key of ['cases', 'work', 'overview', 'file']) void client.invalidateQueries({ queryKey: [key] });
      say(did(made.number));
      navigate(`/desk/cases/${made.id}`);
    },
  });
  const missing = fields.filter((field) => field.required && !texts[field.name]?.trim()).map((field) => field.name);
  const faults = send.error instanceof Problem && Array.isArray(send.error.body.faults) ? (send.error.body.faults as (Labels & { field: string })[]) : [];
  return (
    <>
      <Button size={small ? 'small' : 'middle'} onClick={() => { send.reset(); setTried(false); setOpen(true); }} aria-label={spoken}>{button}</Button>
      <Modal open={open} title={title} onCancel={() => setOpen(false)} okText={go} cancelText={t('action.cancel')} okButtonProps={{ loading: send.isPending }} onOk={() => { setTried(true); if (missing.length === 0) send.mutate(); }}>
        <div className="stack">
          {help ? <p className="dim">{help}</p> : null}
          <div className="form"><FormFields id={`open-${procedure.procedure}`} fields={fields} texts={texts} wrong={(name) => (tried && missing.includes(name)) || faults.some((fault) => fault.field === name)} onChange={(name, value) => setTexts((now) => ({ ...now, [name]: value }))} /></div>
          {tried && missing.length > 0 ? <div className="refusal" role="alert">{t('form.summary', { count: missing.length, fields: fields.filter((field) => missing.includes(field.name)).map((field) => label(field.labels)).join(t('form.comma')) })}</div> : null}
          {send.error ? <Refusal problem={send.error} compact /> : null}
        </div>
      </Modal>
    </>
  );
}
