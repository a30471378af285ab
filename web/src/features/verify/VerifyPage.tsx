import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { get, Problem } from '@/lib/http';
import { useWords } from '@/lib/words';
import type { PublicPaper } from '@/lib/types';
import './verify.css';

/** Anyone may check a paper by its number; what is a sample says so larger than anything else. */
export default function VerifyPage() {
  const { number } = useParams();
  const { t } = useWords();
  const navigate = useNavigate();
  const [text, setText] = useState(number ?? '');
  const query = useQuery({ queryKey: ['public-paper', number], queryFn: () => get<PublicPaper>(`/public/papers/${encodeURIComponent(number ?? '')}`), enabled: Boolean(number), retry: false });
  const missing = query.error instanceof Problem && query.error.status === 404;
  return (
    <div className="page narrow">
      <header className="page-head"><div><h1>{t('verify.title')}</h1><p>{t('verify.lead')}</p></div></header>
      <form className="panel panel-body row wrap" role="search" onSubmit={(event) => { event.preventDefault(); if (text.trim()) navigate(`/verify/${encodeURIComponent(text.trim())}`); }}>
        <label htmlFor="paper-number" className="dim">{t('verify.number')}</label>
        <Input id="paper-number" className="grow code" style={{ minWidth: 200 }} value={text} onChange={(event) => setText(event.target.value)} placeholder={t('verify.example')} autoComplete="off" />
        <Button type="primary" htmlType="submit" disabled={!text.trim()}>{t('verify.check')}</Button>
      </form>
      {number && missing ? <Panel title={t('verify.not_found')}><Empty title={t('verify.not_found_title', { number })} text={t('verify.not_found_next')} /></Panel> : null}
      {number && query.error && !missing ? <Refusal problem={query.error} retry={() => void query.refetch()} /> : null}
      {number && !query.error ? <Await query={query}>{query.data ? <Result paper={query.data} /> : null}</Await> : null}
    </div>
  );
}

function Result({ paper }: { paper: PublicPaper }) {
  const { t, label } = useWords();
  const rows: [string, string | null | undefined][] = [
    [t('verify.number'), paper.number], [t('verify.holder'), paper.holder], [t('verify.issuer'), paper.issuer], [t('verify.issued'), paper.issued],
    [t('verify.valid'), paper.valid_from || paper.valid_to ? `${paper.valid_from ?? ''} — ${paper.valid_to ?? t('days.no_end')}` : null], [t('verify.status'), label(paper.status_labels) || paper.status],
  ];
  return (
    <section className="panel verify-paper" aria-label={label(paper.labels)} data-watermark={paper.sample ? t('verify.watermark') : undefined}>
      {paper.sample ? <p className="verify-sample" role="note">{t('verify.sample')}</p> : null}
      <div className="panel-body">
        <h2>{label(paper.labels)}</h2>
        <dl className="verify-rows">{rows.map(([name, value]) => (value ? <div key={name}><dt>{name}</dt><dd className={name === rows[0]?.[0] ? 'code' : undefined}>{value}</dd></div> : null))}</dl>
        {paper.statement ? <p className="dim">{label(paper.statement)}</p> : null}
        {paper.hash ? <p className="faint small">{t('verify.hash')} <code className="verify-hash">{paper.hash}</code></p> : null}
      </div>
    </section>
  );
}
