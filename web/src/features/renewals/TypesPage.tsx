import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Input, Popconfirm } from 'antd';
import { useState } from 'react';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { get, request } from '@/lib/http';
import { useCatalogue, useMayWrite, useSession, useToday } from '@/lib/queries';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { RecordItem, RecordPage } from '@/lib/types';
import './renewals.css';

const shown = ['authority', 'power', 'power_instrument', 'recorded_in', 'superior_system', 'validity_years', 'decision_working_days', 'fee', 'commitment_basis', 'lanes_confirmed', 'supervision_telephone'];

/** Whose licence is it: authority, power, instrument; and the article a named officer has read and confirmed. */
export default function TypesPage() {
  const { t } = useWords();
  const [words, setWords] = useState('');
  const [open, setOpen] = useState(false);
  const query = useQuery({ queryKey: ['records', 'licence_type'], queryFn: () => get<RecordPage>('/records/licence_type', { limit: 200 }) });
  const all = query.data?.items ?? [];
  const found = all.filter((item) => (!open || isOpen(item)) && words.trim().toLowerCase().split(/\s+/).every((word) => `${item.title} ${String(item.values.code ?? '')} ${String(item.values.authority ?? '')} ${String(item.values.legal_basis ?? '')}`.toLowerCase().includes(word)));
  return (
    <div className="page">
      <header className="page-head">
        <div><h1>{t('renewal.types')}</h1><p>{t('renewal.types_lead')}</p></div>
        <div className="page-actions">
          <Input className="search" type="search" aria-label={t('renewal.find_type')} placeholder={t('renewal.find_type')} value={words} onChange={(event) => setWords(event.target.value)} allowClear />
          <Checkbox checked={open} onChange={(event) => setOpen(event.target.checked)}>{t('renewal.only_open', { count: all.filter(isOpen).length })}</Checkbox>
        </div>
      </header>
      <Await query={query} lines={10}>
        {all.length === 0 ? <Empty title={t('renewal.no_types')} text={t('renewal.no_types_next')} /> : found.length === 0 ? <Empty title={t('renewal.none_found')} text={t('renewal.none_found_next')} /> : null}
        <div className="types">{found.map((item) => <Type key={item.id} item={item} />)}</div>
      </Await>
    </div>
  );
}

/** Its rule may not drive anything by itself before somebody has read the article. */
const isOpen = (item: RecordItem): boolean => item.values.confidence !== 'high' && item.values.article_confirmed !== item.values.legal_basis;

function Type({ item }: { item: RecordItem }) {
  const { t, label, value } = useWords();
  const { field } = useCatalogue();
  const { data: session } = useSession();
  const today = useToday();
  const client = useQueryClient();
  const mayWrite = useMayWrite();
  const basis = item.values.legal_basis;
  const confirmed = typeof basis === 'string' && item.values.article_confirmed === basis;
  const confidence = field('licence_type', 'confidence');
  const confirm = useMutation({
    mutationFn: async () => {
      const fresh = await request<RecordItem>('GET', `/records/licence_type/${item.id}`);
      return request('PATCH', `/records/licence_type/${item.id}`, { etag: fresh.etag, body: { values: { article_confirmed: fresh.data.values.legal_basis ?? null }, source: 'zone_office', effective_from: today, reason: t('renewal.confirm_article') } });
    },
    onSuccess: () => { say(t('renewal.article_confirmed')); void client.invalidateQueries({ queryKey: ['records', 'licence_type'] }); },
  });
  return (
    <Panel title={item.title} note={<span className="code">{String(item.values.code ?? '')}</span>} aside={value(item.values.confidence, confidence)}>
      <div className="stack tight">
        <p><b>{t('renewal.article')}</b> {value(basis)}</p>
        {confirmed ? <p className="notice bamboo">{t('renewal.article_by', { name: value(item.values.article_confirmed_by), date: value(item.values.article_confirmed_on) })}</p>
          : item.values.confidence === 'high' ? null : <p className="notice">{t('renewal.article_open')}</p>}
        <dl className="facts">{shown.map((name) => { const known = field('licence_type', name); return known && item.values[name] !== undefined && item.values[name] !== null ? <div key={name} className="fact"><dt>{label(known.labels)}</dt><dd>{value(item.values[name], known)}</dd></div> : null; })}</dl>
        {!confirmed && mayWrite && typeof basis === 'string' ? <div><Popconfirm title={t('renewal.confirm_question', { name: session?.name ?? '' })} okText={t('renewal.confirm_article')} cancelText={t('action.cancel')} onConfirm={() => confirm.mutate()}><Button loading={confirm.isPending}>{t('renewal.confirm_article')}</Button></Popconfirm></div> : null}
        {confirm.error ? <Refusal problem={confirm.error} compact /> : null}
      </div>
    </Panel>
  );
}
