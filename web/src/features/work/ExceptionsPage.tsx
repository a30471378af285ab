import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { Link } from 'react-router-dom';
import { FormFields } from '@/components/FormFields';
import { fileHref } from '@/components/links';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { TogetherResults, type Together, type TogetherAnswer } from '@/components/TogetherResults';
import { formFields, formValues } from '@/components/form';
import { reasonsIn } from '@/lib/given';
import { get, post } from '@/lib/http';
import { useCatalogue, useToday } from '@/lib/queries';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { EvidenceFact, ExceptionItem, ExceptionPage, Field, Labels, RecordPage } from '@/lib/types';
import './work.css';

interface Group { key: string; labels: Labels; items: ExceptionItem[] }

/** Steps a rule could not decide, grouped by step, the facts it looked at side by side; those that are alike may be answered together. */
export default function ExceptionsPage() {
  const { t, label } = useWords();
  const query = useQuery({ queryKey: ['work', 'exceptions'], queryFn: () => get<ExceptionPage>('/exceptions', { limit: 100 }) });
  const groups = useMemo(() => {
    const found = new Map<string, Group>();
    for (const item of query.data?.items ?? []) {
      const key = `${item.case.procedure} ${item.task.element}`;
      const group = found.get(key) ?? { key, labels: item.task.labels, items: [] };
      group.items.push(item);
      found.set(key, group);
    }
    return [...found.values()];
  }, [query.data]);
  // What became of each stays on the page, also when the last of a step is gone from the desk.
  const [told, setTold] = useState<Together | null>(null);
  return (
    <div className="page">
      <header className="page-head"><div><h1>{t('exceptions.title')}</h1><p>{t('exceptions.lead')}</p></div></header>
      {told ? <TogetherResults told={told} onClose={() => setTold(null)} /> : null}
      <Await query={query} lines={8}>
        {groups.length === 0 ? <div className="panel"><Empty title={t('exceptions.none')} text={t('exceptions.none_next')} /></div> : groups.map((group) => <Desk key={group.key} title={label(group.labels)} items={group.items} onTold={setTold} />)}
      </Await>
    </div>
  );
}

/** Kinds of licence by their code. */
function useLicenceTypes(): Map<string, string> {
  const { kind } = useCatalogue();
  const query = useQuery({ queryKey: ['licence-types', 'names'], queryFn: () => get<RecordPage>('/records/licence_type', { limit: 500 }), enabled: kind('licence_type') !== undefined, staleTime: 300_000 });
  return useMemo(() => new Map((query.data?.items ?? []).flatMap((item): [string, string][] => (typeof item.values.code === 'string' && typeof item.values.name === 'string' ? [[item.values.code, item.values.name]] : []))), [query.data]);
}

function Desk({ title, items, onTold }: { title: string; items: ExceptionItem[]; onTold: (told: Together) => void }) {
  const { t, label, day, value: show } = useWords();
  const amount = (text: string, known: Field | undefined): string => { const money = /^(-?[\d.]+) ([A-Z]{3})$/.exec(text); return money?.[1] && money[2] ? show({ amount: money[1], currency: money[2] }, known) : text; };
  const today = useToday();
  const client = useQueryClient();
  const { field, source } = useCatalogue();
  const names = useLicenceTypes();
  const [picked, setChosen] = useState<Set<string>>(new Set());
  const [texts, setTexts] = useState<Record<string, string>>({});
  const [comment, setComment] = useState('');
  const first = items[0]?.task;
  const fields = useMemo(() => (first ? formFields(first) : []), [first]);
  const needsComment = fields.find((item) => item.name === 'comment');
  const asked = fields.filter((item) => item !== needsComment);
  const paths = useMemo(() => {
    const seen = new Map<string, EvidenceFact>();
    for (const item of items) for (const fact of item.evidence.facts ?? []) if (field(fact.kind, fact.field)?.type !== 'reference' && !seen.has(`${fact.kind}.${fact.field}`)) seen.set(`${fact.kind}.${fact.field}`, fact);
    // What differs or is missing first: that is why a person is asked.
    const odd = (key: string) => items.some((item) => item.evidence.facts?.some((fact) => `${fact.kind}.${fact.field}` === key && fact.value === null));
    return [...seen.entries()].sort(([left], [right]) => Number(odd(right)) - Number(odd(left)));
  }, [items, field]);
  const answerable = items.filter((item) => item.task.can_complete);
  // Somebody else may have taken or answered one meanwhile.
  const chosen = useMemo(() => new Set(answerable.map((item) => item.task.id).filter((id) => picked.has(id))), [answerable, picked]);
  const send = useMutation({
    mutationFn: () => {
      const values = formValues(asked, texts);
      if (needsComment) values.comment = comment.trim();
      return post<TogetherAnswer>('/tasks/complete', { tasks: [...chosen], values, comment: comment.trim() });
    },
    onSuccess: (answer) => {
      setChosen(new Set());
      setComment('');
      onTold({ step: title, items: answer.items });
      if (answer.done === answer.items.length) say(t('exceptions.did', { count: answer.done }));
      for (const key of ['work', 'cases', 'overview', 'duties']) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  const missing = asked.some((item) => item.required && !texts[item.name]?.trim()) || !comment.trim();
  const toggle = (id: string) => setChosen((now) => { const next = new Set(now); if (!next.delete(id)) next.add(id); return next; });
  return (
    <Panel title={title} note={t('exceptions.count', { count: items.length })} aside={answerable.length > 1 ? <button type="button" className="text-button" onClick={() => setChosen(chosen.size === answerable.length ? new Set() : new Set(answerable.map((item) => item.task.id)))}>{t(chosen.size === answerable.length ? 'exceptions.choose_none' : 'exceptions.choose_all')}</button> : null} flush>
      <div className="facts-side">
        <table className="data">
          <caption className="visually-hidden">{t('exceptions.facts_of', { step: title })}</caption>
          <thead>
            <tr>
              <th scope="col">{t('exceptions.fact')}</th>
              {items.map((item) => (
                <th key={item.task.id} scope="col">
                  {item.task.can_complete ? <label className="row mid"><input type="checkbox" checked={chosen.has(item.task.id)} onChange={() => toggle(item.task.id)} aria-label={t('exceptions.choose', { number: item.case.number })} /><span>{item.case.file ? item.case.file.title : item.case.subject.title}</span></label> : <span>{item.case.file?.title ?? item.case.subject.title}</span>}
                  <span className="under"><Link to={`/desk/cases/${item.case.id}`}>{item.case.number}</Link>{item.case.file ? <> · <Link to={fileHref(item.case.file.id)}>{t('exceptions.file')}</Link></> : null}{item.task.assignee ? <> · {t('duty.taken_by', { name: item.task.assignee })}</> : null}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.some((item) => reasonsIn(item.task.given).length > 0) ? (
              <tr>
                <th scope="row"><b>{t('exceptions.reasons')}</b></th>
                {items.map((item) => <td key={item.task.id} className="unknown"><ul>{reasonsIn(item.task.given).map((line) => <li key={label(line.text)}><b>{label(line.text)}</b></li>)}</ul></td>)}
              </tr>
            ) : null}
            {paths.map(([key, fact]) => (
              <tr key={key}>
                <th scope="row">{label(field(fact.kind, fact.field)?.labels) || fact.path}</th>
                {items.map((item) => {
                  const found = item.evidence.facts?.filter((one) => `${one.kind}.${one.field}` === key) ?? [];
                  const value = found.map((one) => one.value).filter((one): one is string => one !== null);
                  const known = found[0];
                  return (
                    <td key={item.task.id} className={value.length === 0 ? 'unknown' : undefined}>
                      {value.length === 0 ? t(known?.null_reason === 'not_readable' ? 'exceptions.not_readable' : 'exceptions.unknown') : [...new Set(value)].map((one) => label(field(fact.kind, fact.field)?.values?.find((choice) => choice.code === one)?.labels) || (one === 'true' ? t('exceptions.yes') : one === 'false' ? t('exceptions.no') : names.get(one) ?? amount(one, field(fact.kind, fact.field)))).join('、')}
                      {known?.source ? <span className="under">{label(source(known.source)?.labels) || known.source}{known.effective_from ? ` · ${day(known.effective_from, today)}` : ''}</span> : null}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {answerable.length > 0 ? (
        <form className="panel-body stack" onSubmit={(event) => { event.preventDefault(); if (!missing && chosen.size > 0) send.mutate(); }}>
          <p className="dim">{t('exceptions.together', { count: chosen.size })}</p>
          <div className="form">
            <FormFields id={`many-${first?.element ?? ''}`} fields={asked} texts={texts} wrong={() => false} onChange={(name, value) => setTexts((now) => ({ ...now, [name]: value }))} />
            <div className="wide"><label htmlFor={`many-${first?.element ?? ''}-reason`} className="need">{t('exceptions.reason')}</label><textarea id={`many-${first?.element ?? ''}-reason`} className="plain" rows={2} value={comment} onChange={(event) => setComment(event.target.value)} /></div>
          </div>
          {send.error ? <Refusal problem={send.error} compact /> : null}
          <div><Button type="primary" htmlType="submit" disabled={missing || chosen.size === 0} loading={send.isPending}>{t('exceptions.answer', { count: chosen.size })}</Button></div>
        </form>
      ) : null}
    </Panel>
  );
}
