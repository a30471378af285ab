import { DownloadOutlined, UploadOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useRef, useState } from 'react';
import { DataTable, type Column } from '@/components/DataTable';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { figure, instant } from '@/lib/format';
import { get, post, request } from '@/lib/http';
import { useMayWrite, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { Report, ReportTemplate } from '@/lib/types';
import './reports.css';

/** The zone's own workbooks: uploaded once, filled as of a day, checked, signed by a second person, frozen. */
export default function ReportsPage() {
  const { t, language, day: short } = useWords();
  const today = useToday();
  const may = useMayWrite();
  const client = useQueryClient();
  const picker = useRef<HTMLInputElement>(null);
  const [day, setDay] = useState('');
  const templates = useQuery({ queryKey: ['report-templates'], queryFn: () => get<{ items: ReportTemplate[] }>('/report-templates') });
  const reports = useQuery({ queryKey: ['reports'], queryFn: () => get<{ items: Report[] }>('/reports') });
  const again = () => { void client.invalidateQueries({ queryKey: ['reports'] }); };
  const upload = useMutation({
    mutationFn: async (file: File) => { const form = new FormData(); form.append('file', file); return (await request<ReportTemplate>('POST', '/report-templates', { form })).data; },
    onSuccess: () => void client.invalidateQueries({ queryKey: ['report-templates'] }),
  });
  const fill = useMutation({ mutationFn: (template: string) => post<Report>('/reports', { template, day: day || today }), onSuccess: again });
  const sign = useMutation({ mutationFn: (id: string) => post<Report>(`/reports/${id}/sign`), onSuccess: again });
  const offered: Column<ReportTemplate>[] = [
    { key: 'name', title: t('reports.template'), cell: (row) => <><b>{row.name}</b><span className="under">{row.author} · {instant(row.created_at)}</span></> },
    { key: 'figures', title: t('reports.figures'), number: true, cell: (row) => figure(row.figures) },
    { key: 'checks', title: t('reports.checks'), number: true, cell: (row) => figure(row.checks) },
    { key: 'act', title: t('decisions.action'), plain: true, cell: (row) => (
      <div className="row wrap">
        {may ? <Button size="small" type="primary" loading={fill.isPending && fill.variables === row.id} onClick={() => fill.mutate(row.id)}>{t('reports.fill')}</Button> : null}
        <Button size="small" icon={<DownloadOutlined />} href={`/api/v1/report-templates/${row.id}.xlsx`} download>{t('reports.template_file')}</Button>
      </div>
    ) },
  ];
  const made: Column<Report>[] = [
    { key: 'name', title: t('reports.report'), cell: (row) => <><b>{row.name}</b><span className="under">{row.number ? <span className="code">{row.number}</span> : t('reports.unsigned')}</span></> },
    { key: 'day', title: t('reports.as_of'), cell: (row) => short(row.day) },
    { key: 'maker', title: t('reports.people'), cell: (row) => <>{row.maker}<span className="under">{row.signer ? t('reports.signed_by', { name: row.signer, at: instant(row.signed_at) }) : t('reports.waits')}</span></> },
    { key: 'findings', title: t('reports.checked'), cell: (row) => (row.findings.length === 0 ? <span className="chip bamboo">{t('reports.sound')}</span> : <details><summary className="tone-seal">{t('reports.findings', { count: row.findings.length })}</summary><ul>{row.findings.map((item, index) => <li key={index} className="mid"><b>{item.cell}</b> {language === 'zh' ? item.zh : item.en}</li>)}</ul></details>) },
    { key: 'act', title: t('decisions.action'), plain: true, cell: (row) => (
      <div className="row wrap">
        <Button size="small" icon={<DownloadOutlined />} href={`/api/v1/reports/${row.id}.xlsx`} download>XLSX</Button>
        {may && !row.signed && !row.mine && row.findings.length === 0 ? <Button size="small" loading={sign.isPending && sign.variables === row.id} onClick={() => sign.mutate(row.id)}>{t('reports.sign')}</Button> : null}
        {row.signed ? <span className="small dim" title={row.hash}>{t('reports.digest')} <span className="code">{row.hash.slice(0, 12)}</span></span> : null}
      </div>
    ) },
  ];
  return (
    <div className="page">
      <header className="page-head">
        <div><h1>{t('reports.title')}</h1><p>{t('reports.lead')}</p></div>
        {may ? (
          <div className="page-actions">
            <input ref={picker} type="file" accept=".xlsx" className="visually-hidden" tabIndex={-1} aria-label={t('reports.upload')} onChange={(event) => { const file = event.target.files?.[0]; if (file) upload.mutate(file); event.target.value = ''; }} />
            <Button icon={<UploadOutlined />} loading={upload.isPending} onClick={() => picker.current?.click()}>{t('reports.upload')}</Button>
          </div>
        ) : null}
      </header>
      {upload.error ? <Refusal problem={upload.error} /> : null}
      {fill.error ? <Refusal problem={fill.error} /> : null}
      {sign.error ? <Refusal problem={sign.error} /> : null}
      <Panel title={t('reports.templates')} note={t('reports.templates_note')} flush aside={<label className="row as-of">{t('reports.day')} <input type="date" className="plain" value={day || today} max={today} onChange={(event) => setDay(event.target.value)} /></label>}>
        <Await query={templates} lines={4}>
          {(templates.data?.items.length ?? 0) === 0 ? <Empty title={t('reports.no_templates')} text={t('reports.no_templates_next')} /> : <DataTable caption={t('reports.templates')} columns={offered} rows={templates.data?.items ?? []} rowKey={(row) => row.id} />}
        </Await>
      </Panel>
      <Panel title={t('reports.archive')} note={t('reports.archive_note')} flush>
        <Await query={reports} lines={4}>
          {(reports.data?.items.length ?? 0) === 0 ? <Empty title={t('reports.no_reports')} text={t('reports.no_reports_next')} /> : <DataTable caption={t('reports.archive')} columns={made} rows={reports.data?.items ?? []} rowKey={(row) => row.id} />}
        </Await>
      </Panel>
    </div>
  );
}
