import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { address, get, post, request } from '@/lib/http';
import { useWords } from '@/lib/words';
import type { DeskRow, MendReport } from '@/lib/types';
import './quality.css';

interface Rows { items: DeskRow[]; total: number }

/** Rows nobody recognised or that contradict: out as a workbook, back mended. */
export default function QualityPage() {
  const { t } = useWords();
  const [search] = useSearchParams();
  const source = search.get('source') ?? '';
  const rows = useQuery({ queryKey: ['desk-rows', source], queryFn: () => get<Rows>('/desk-rows', { source, limit: 500 }) });
  const groups = new Map<string, DeskRow[]>();
  for (const row of rows.data?.items ?? []) groups.set(row.delivery, [...(groups.get(row.delivery) ?? []), row]);
  return (
    <div className="page">
      <header className="page-head"><div><h1>{t('quality.title')}</h1><p>{t('quality.lead')}</p></div><Link to="/desk/sources">{t('sources.title')}</Link></header>
      <Await query={rows} lines={8}>
        {groups.size === 0 ? <Panel title={t('quality.waiting')}><Empty title={t('quality.none')} text={t('quality.none_next')} action={<Link to="/desk/sources">{t('sources.title')}</Link>} /></Panel> : [...groups].map(([delivery, items]) => (items[0] ? <Group key={delivery} delivery={delivery} first={items[0]} items={items} /> : null))}
      </Await>
      <Panel title={t('quality.others')}>
        <ul className="stack tight">
          <li><Link to="/desk/records/duplicate_suspicion">{t('quality.duplicates')}</Link></li>
          <li><Link to="/desk/records/annual_return?outcome.annual_data_gap=differ">{t('quality.gaps')}</Link></li>
        </ul>
      </Panel>
    </div>
  );
}

function Group({ delivery, first, items }: { delivery: string; first: DeskRow; items: DeskRow[] }) {
  const { t, language } = useWords();
  const client = useQueryClient();
  const [leaving, setLeaving] = useState<DeskRow | null>(null);
  const [reason, setReason] = useState('');
  const path = `/sources/${first.source.id}/deliveries/${delivery}`;
  const again = () => Promise.all([client.invalidateQueries({ queryKey: ['desk-rows'] }), client.invalidateQueries({ queryKey: ['sources'] })]);
  const mend = useMutation({
    mutationFn: async (file: File) => {
      const form = new FormData();
      form.set('file', file);
      return (await request<MendReport>('POST', `${path}/desk`, { form })).data;
    },
    onSuccess: again,
  });
  const dismiss = useMutation({
    mutationFn: (row: string) => post(`/desk-rows/${row}/dismiss`, { reason }),
    onSuccess: () => { setLeaving(null); setReason(''); return again(); },
  });
  return (
    <Panel title={first.source.title} note={t('quality.rows', { count: items.length })} aside={first.may_settle ? <a href={address(`${path}/desk.xlsx`)} download>{t('quality.download')}</a> : null}>
      <div className="stack">
        {first.may_settle ? (
          <label className="quality-back">{mend.isPending ? t('quality.importing') : t('quality.upload')}
            <input type="file" accept=".xlsx,.csv" disabled={mend.isPending} onChange={(event) => { const file = event.target.files?.[0]; if (file) mend.mutate(file); event.target.value = ''; }} />
          </label>
        ) : null}
        {mend.data ? <p className={`notice ${mend.data.left + mend.data.errors.length > 0 ? 'ochre' : 'bamboo'}`} role="status">{t('quality.mended', { mended: mend.data.mended, left: mend.data.left })}{mend.data.errors.slice(0, 3).map((item) => <span key={`${item.row}${item.zh}`} className="under">{t('state.row', { row: item.row })} {language === 'zh' ? item.zh : item.en}</span>)}</p> : null}
        {mend.error ? <Refusal problem={mend.error} /> : null}
        <ul className="quality-rows">
          {items.slice(0, 50).map((row) => (
            <li key={row.id} data-rowbox>
              <div className="row spread top">
                <div className="grow">
                  <b>{row.record ? <Link to={`/desk/files/${row.record.id}`} data-row>{row.record.title}</Link> : t('quality.row', { row: row.row })}</b>
                  <span className="tone-seal small quality-why">{language === 'zh' ? row.zh : row.en}</span>
                  <span className="dim small">{row.cells.filter((cell) => cell.value !== null).map((cell) => `${cell.header} ${cell.value}`).join(' · ')}</span>
                </div>
                {row.may_settle ? <Button size="small" onClick={() => setLeaving(row)}>{t('quality.dismiss')}</Button> : null}
              </div>
            </li>
          ))}
        </ul>
        {items.length > 50 ? <p className="dim small">{t('quality.more', { count: items.length - 50 })}</p> : null}
      </div>
      <Modal open={leaving !== null} title={t('quality.dismiss_title')} okText={t('quality.dismiss')} okButtonProps={{ disabled: reason.trim() === '', loading: dismiss.isPending }} cancelText={t('action.cancel')} onOk={() => { if (leaving) dismiss.mutate(leaving.id); }} onCancel={() => setLeaving(null)}>
        <label htmlFor={`why-${delivery}`}>{t('quality.why')}</label>
        <Input id={`why-${delivery}`} value={reason} onChange={(event) => setReason(event.target.value)} />
        {dismiss.error ? <Refusal problem={dismiss.error} compact /> : null}
      </Modal>
    </Panel>
  );
}
