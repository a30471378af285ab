import { UploadOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router-dom';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { isReference } from '@/lib/format';
import { get, post, request } from '@/lib/http';
import { useToday } from '@/lib/queries';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { Attachment, FilePage, PublicPaper, SearchResult } from '@/lib/types';
import { pdfHref } from '@/components/links';
import './counter.css';

/** What a scanner types: the address in the QR code, a paper's number, or the last six of a credit code. */
export function scanned(text: string): { paper: string } | { words: string } {
  const clean = text.trim();
  const at = clean.indexOf('/verify/');
  if (at >= 0) {
    const rest = clean.slice(at + 8);
    try { return { paper: decodeURIComponent(rest) }; } catch { return { paper: rest }; }
  }
  return clean.startsWith('样本-') || clean.includes('〔') ? { paper: clean } : { words: clean };
}

/** One hand on the keyboard: scan or type, Enter; what the firm is owed; numbers act; Escape for the next. */
export default function CounterPage() {
  const { t } = useWords();
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  const [chosen, setChosen] = useState('');
  const input = useRef<InputRef>(null);
  const next = () => { setText(''); setAsked(''); setChosen(''); setTimeout(() => input.current?.focus(), 0); };
  useEffect(() => {
    input.current?.focus();
    const onKey = (event: KeyboardEvent) => { if (event.key === 'Escape') next(); };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  const found = useQuery({
    queryKey: ['counter', asked], enabled: asked !== '', retry: false,
    queryFn: async () => {
      const what = scanned(asked);
      const words = 'paper' in what ? (await get<PublicPaper>(`/public/papers/${encodeURIComponent(what.paper)}`)).holder ?? what.paper : what.words;
      return get<SearchResult>('/search', { q: words, limit: 9 });
    },
  });
  const hits = (found.data?.groups ?? []).flatMap((group) => group.items).filter((hit) => hit.file);
  const file = chosen || (hits.length === 1 ? hits[0]?.file ?? '' : '');
  return (
    <div className="page narrow">
      <header className="page-head"><div><h1>{t('counter.title')}</h1><p>{t('counter.lead')}</p></div></header>
      <form className="panel panel-body row wrap" role="search" onSubmit={(event) => { event.preventDefault(); setChosen(''); setAsked(text.trim()); }}>
        <label htmlFor="counter-scan">{t('counter.scan')}</label>
        <Input id="counter-scan" ref={input} className="grow code" style={{ minWidth: 220 }} autoComplete="off" value={text} onChange={(event) => setText(event.target.value)} />
        <Button type="primary" htmlType="submit">{t('counter.find')}</Button>
        <Button onClick={next}>{t('counter.next')}</Button>
      </form>
      {asked ? (
        <Await query={found}>
          {hits.length === 0 ? <Panel title={t('counter.nobody')}><Empty title={t('counter.nobody')} text={t('counter.nobody_next')} /></Panel> : null}
          {hits.length > 1 && !file ? <Panel title={t('counter.which')} flush><ul className="portal-cases">{hits.map((hit, index) => <li key={`${hit.id}-${index}`}><button type="button" className="text-button" onClick={() => setChosen(hit.file ?? '')}>{index + 1}. {hit.title}</button></li>)}</ul></Panel> : null}
          {file ? <Firm id={file} onNext={next} /> : null}
        </Await>
      ) : null}
    </div>
  );
}

function Firm({ id, onNext }: { id: string; onNext: () => void }) {
  const { t, label, day } = useWords();
  const today = useToday();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['file', id], queryFn: () => get<FilePage>(`/files/${id}`) });
  const chooser = useRef<HTMLInputElement>(null);
  const [paper, setPaper] = useState<Attachment | null>(null);
  const scan = useMutation({
    mutationFn: async (file: File) => {
      const form = new FormData();
      form.append('kind', 'authorisation');
      form.append('field', 'scan');
      form.append('file', file, file.name);
      return (await request<Attachment>('POST', '/attachments', { form })).data;
    },
    onSuccess: setPaper,
    onSettled: () => { if (chooser.current) chooser.current.value = ''; },
  });
  const authorise = useMutation({
    mutationFn: (licence: string) => post('/authorisations', { licence, enterprise: id, scan: paper ?? undefined }),
    onSuccess: () => { say(t('counter.authorised')); void client.invalidateQueries({ queryKey: ['file', id] }); },
  });
  const data = query.data;
  const owed = (data?.duties ?? []).filter((duty) => ['due', 'taken', 'planned'].includes(duty.state));
  const waiting = (data?.cases ?? []).filter((item) => item.state === 'waiting' || item.state === 'running');
  const receipts = (data?.papers ?? []).filter((paper) => paper.template === 'receipt' || paper.template === 'acceptance_notice');
  const licences = data?.children.licence ?? [];
  return (
    <Await query={query} lines={8}>
      {data ? (
        <div className="counter-found">
          <Panel title={data.record.title} aside={<Link to={`/desk/files/${id}`}>{t('counter.open_file')}</Link>}>
            <h3>{t('counter.owed')}</h3>
            {owed.length === 0 ? <p className="dim">{t('counter.owed_none')}</p> : <ul>{owed.map((duty) => <li key={duty.id}><Link to={`/desk/duties/${duty.id}`}>{label(duty.title)}</Link>{duty.due ? ` · ${t('duty.by', { date: day(duty.due) })}` : ''}</li>)}</ul>}
            {waiting.length > 0 ? <><h3>{t('counter.running')}</h3><ul>{waiting.map((item) => <li key={item.id}><Link to={`/desk/cases/${item.id}`}>{label(item.labels)} · {item.number}{item.step ? ` · ${label(item.step)}` : ''}</Link></li>)}</ul></> : null}
            <h3>{t('counter.licences')}</h3>
            <p className="row wrap">
              <input ref={chooser} id="counter-paper" type="file" accept=".pdf,.png,.jpg,.jpeg,.webp" className="visually-hidden" tabIndex={-1} aria-label={t('counter.scan_paper')} onChange={(event) => { const file = event.target.files?.[0]; if (file) scan.mutate(file); }} />
              <Button size="small" icon={<UploadOutlined />} loading={scan.isPending} onClick={() => chooser.current?.click()}>{t('counter.scan_paper')}</Button>
              <span className="dim">{paper ? t('counter.scanned', { name: paper.name }) : t('counter.scan_help')}</span>
            </p>
            {scan.error ? <Refusal problem={scan.error} compact /> : null}
            <ul>{licences.map((item) => { const type = item.values.type; return (
              <li key={item.id} className="row wrap"><span>{type !== undefined && isReference(type) ? type.title : ''} <span className="code">{item.title}</span> {item.values.valid_to ? t('paper.valid_to', { date: day(String(item.values.valid_to), today) }) : ''}</span>
                <Button size="small" loading={authorise.isPending} onClick={() => authorise.mutate(item.id)}>{t('counter.authorise')}</Button></li>); })}</ul>
            {authorise.error ? <Refusal problem={authorise.error} compact /> : null}
            {receipts.length > 0 ? <><h3>{t('counter.receipts')}</h3><ul>{receipts.map((paper) => <li key={paper.id}><a href={pdfHref(paper.id)} target="_blank" rel="noreferrer">{t('counter.print', { number: paper.number })}</a></li>)}</ul></> : null}
            <div><Button type="primary" onClick={onNext}>{t('counter.next')}</Button></div>
          </Panel>
        </div>
      ) : null}
    </Await>
  );
}
