import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Popconfirm } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router-dom';
import { DaysBar } from '@/components/DaysLeft';
import { Panel } from '@/components/Panel';
import { PaperList } from '@/components/PaperList';
import { Await, Empty, Refusal } from '@/components/States';
import { get, post, request } from '@/lib/http';
import { useToday } from '@/lib/queries';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import { isReference } from '@/lib/format';
import type { PaperPage, RecordItem, RecordPage } from '@/lib/types';
import { usePortal, type Held } from './data';
import { readingOf, useLane } from '@/lib/renewals';
import { Findings } from '@/components/Findings';
import './portal.css';

/** One licence of the owner: how it will be renewed, on what facts, what has been done, and the way to say no. */
export default function LicenceStoryPage() {
  const { id = '' } = useParams();
  const { t } = useWords();
  const { file, licences } = usePortal();
  const held = licences.find((item) => item.record.id === id);
  return (
    <div className="page narrow portal">
      <Await query={file} lines={8}>{held ? <Story held={held} /> : <Empty title={t('renewal.no_licence')} text={t('renewal.no_licence_next')} action={<Link to="/my/licences">{t('shell.go.my_licences')}</Link>} />}</Await>
    </div>
  );
}

function Story({ held }: { held: Held }) {
  const { t, label, day, long } = useWords();
  const today = useToday();
  const client = useQueryClient();
  const { file } = usePortal();
  const lane = useLane(held.record.id);
  const papers = useQuery({ queryKey: ['papers', held.record.file], queryFn: () => get<PaperPage>('/papers', { limit: 100 }) });
  const declined = held.record.values.not_renewed_for !== undefined && held.record.values.not_renewed_for !== null && held.record.values.not_renewed_for === held.ends;
  const { findings, heldBack } = readingOf(lane.data);
  const cases = (file.data?.cases ?? []).filter((item) => item.subject?.id === held.record.id);
  const decide = useMutation({
    mutationFn: async (value: string | null) => {
      const fresh = await request<RecordItem>('GET', `/records/licence/${held.record.id}`);
      return request('PATCH', `/records/licence/${held.record.id}`, { etag: fresh.etag, body: { values: { not_renewed_for: value }, source: 'self_report', effective_from: today, reason: value ? t('renewal.decline') : t('renewal.want_again') } });
    },
    onSuccess: (_, value) => { say(value ? t('renewal.declined') : t('renewal.wanted')); for (const key of ['file', 'portal', 'lane', 'duties']) void client.invalidateQueries({ queryKey: [key] }); },
  });
  return (
    <>
      <header className="page-head"><div><p className="small"><Link to="/my/licences">{t('shell.go.my_licences')}</Link></p><h1>{held.name}</h1><p className="code">{held.record.title}</p></div></header>
      <Panel title={t('renewal.term')}>
        <div className="stack tight">
          <p>{held.ends ? t('paper.valid_to', { date: long(held.ends) }) : t('days.no_end')}</p>
          <DaysBar to={held.ends} />
          {lane.data ? <p><b>{t('renewal.lane')}</b> {label(lane.data.value_labels) || String(lane.data.value ?? '')}</p> : null}
          {declined ? (
            <><p className="notice">{t('renewal.declined_note')}</p><div><Button loading={decide.isPending} onClick={() => decide.mutate(null)}>{t('renewal.want_again')}</Button></div></>
          ) : held.ends ? (
            <div><Popconfirm title={t('renewal.decline_question')} okText={t('renewal.decline')} cancelText={t('action.cancel')} onConfirm={() => decide.mutate(held.ends)}><Button danger loading={decide.isPending}>{t('renewal.decline')}</Button></Popconfirm></div>
          ) : null}
          {decide.error ? <Refusal problem={decide.error} compact /> : null}
        </div>
      </Panel>
      <Panel title={t('renewal.checked')} note={t('renewal.checked_note')}>
        <Await query={lane} lines={5}>
          <Findings findings={findings} heldBack={heldBack} />
          {(lane.data?.facts_used ?? []).length > 0 ? (
            <details><summary>{t('renewal.facts')}</summary>
              <dl className="facts single">{(lane.data?.facts_used ?? []).map((fact, index) => <Fact key={`${fact.field}-${index}`} fact={fact} />)}</dl>
            </details>
          ) : null}
        </Await>
        <Objection licence={held.record} />
      </Panel>
      {cases.length > 0 ? <Panel title={t('renewal.story')} flush><ul className="portal-cases">{cases.map((item) => <li key={item.id}><Link to={`/my/cases/${item.id}`}><b>{label(item.labels)}</b><span>{t(`case.state.${item.state}`)}{item.outcome ? ` · ${label(item.outcome)}` : item.step ? ` · ${label(item.step)}` : ''} · {day(item.closed ?? item.opened, today)}</span></Link></li>)}</ul></Panel> : null}
      {(file.data?.papers ?? []).length > 0 ? <Panel title={t('file.papers')} flush><PaperList papers={(papers.data?.items ?? file.data?.papers ?? []).filter((paper) => cases.some((item) => item.id === paper.case))} /></Panel> : null}
    </>
  );
}

function Fact({ fact }: { fact: NonNullable<import('@/lib/types').Explanation['facts_used']>[number] }) {
  const { t, label, value } = useWords();
  return <div className="fact"><dt>{label(fact.label)}</dt><dd>{fact.withheld ? t('renewal.withheld') : value(fact.value)}{fact.date ? <span className="faint small"> {fact.date}</span> : null}{fact.reason ? <span className="faint small"> {fact.reason}</span> : null}</dd></div>;
}

/** The holder says which fact is wrong; an officer answers. */
function Objection({ licence }: { licence: RecordItem }) {
  const { t } = useWords();
  const today = useToday();
  const client = useQueryClient();
  const [text, setText] = useState('');
  const known = useQuery({ queryKey: ['records', 'objection', licence.file], queryFn: () => get<RecordPage>('/records/objection', { limit: 50 }), retry: false });
  const mine = (known.data?.items ?? []).filter((item) => { const of = item.values.licence; return of !== undefined && isReference(of) && of.id === licence.id; });
  const send = useMutation({
    mutationFn: () => post('/records/objection', { values: { enterprise: licence.file, number: `YY-${licence.title}-${today}-${Date.now() % 100000}`, licence: licence.id, text: text.trim(), raised_on: today }, source: 'self_report', effective_from: today }),
    onSuccess: () => { setText(''); say(t('renewal.objection_sent')); void client.invalidateQueries({ queryKey: ['records', 'objection'] }); },
  });
  return (
    <div className="stack tight objection">
      {mine.map((item) => <p key={item.id} className="notice">{String(item.values.text ?? '')} — {item.values.answer ? String(item.values.answer) : t('renewal.objection_open')}</p>)}
      <label htmlFor="objection">{t('renewal.objection')}</label>
      <Input.TextArea id="objection" rows={2} maxLength={500} value={text} onChange={(event) => setText(event.target.value)} placeholder={t('renewal.objection_hint')} />
      <div><Button disabled={text.trim().length < 4} loading={send.isPending} onClick={() => send.mutate()}>{t('renewal.objection_send')}</Button></div>
      {send.error ? <Refusal problem={send.error} compact /> : null}
    </div>
  );
}
