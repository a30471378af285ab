import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import { DataTable } from '@/components/DataTable';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { get, post } from '@/lib/http';
import { useWords } from '@/lib/words';
import type { Evidence, Verification } from '@/lib/types';
import { addWords } from '@/lib/more-words';
import en from '@/locales/en/evidence.json';
import zh from '@/locales/zh/evidence.json';

addWords('evidence', zh, en);

const moment = (at: string | null | undefined) => (at ? at.slice(0, 19).replace('T', ' ') : '—');

/** 检查点与核验: the signed roots, where they lie outside, and what a verification of the folder finds. */
export function EvidencePanel() {
  const { t } = useWords();
  const evidence = useQuery({ queryKey: ['evidence'], queryFn: () => get<Evidence>('/evidence') });
  return (
    <Panel title={t('evidence.title')} note={t('evidence.note')} flush>
      <Await query={evidence}>
        {evidence.data ? <Roots evidence={evidence.data} /> : null}
      </Await>
      <Verify />
    </Panel>
  );
}

function Roots({ evidence }: { evidence: Evidence }) {
  const { t } = useWords();
  const open = evidence.position - evidence.covered;
  return (
    <>
      <dl className="panel-body facts single">
        <div className="fact"><dt>{t('evidence.schedule')}</dt><dd>{evidence.every_minutes > 0 ? t('evidence.every', { count: evidence.every_minutes }) : t('evidence.by_hand')}</dd></div>
        <div className="fact"><dt>{t('evidence.export_to')}</dt><dd>{evidence.export_to ?? <b>{t('evidence.nowhere')}</b>}</dd></div>
        <div className="fact"><dt>{t('evidence.covered')}</dt><dd>{t('evidence.covered_text', { position: evidence.covered, open })}</dd></div>
        <div className="fact"><dt>{t('evidence.key')}</dt><dd className="code">{evidence.key || '—'}</dd></div>
      </dl>
      {evidence.checkpoints.length === 0 ? <Empty title={t('evidence.none')} text={t('evidence.none_next')} /> : (
        <DataTable caption={t('evidence.title')} rows={evidence.checkpoints} rowKey={(row) => String(row.checkpoint)} columns={[
          { key: 'number', title: t('evidence.number'), cell: (row) => row.checkpoint },
          { key: 'at', title: t('evidence.made_at'), cell: (row) => moment(row.made_at) },
          { key: 'position', title: t('evidence.up_to'), cell: (row) => row.position },
          { key: 'files', title: t('evidence.files'), cell: (row) => row.files },
          { key: 'outside', title: t('evidence.outside'), cell: (row) => (evidence.exported === null ? '—' : row.checkpoint <= evidence.exported ? t('evidence.exported') : t('evidence.waiting')) },
          { key: 'root', title: t('evidence.root'), cell: (row) => <span className="code" title={row.root}>{row.root.slice(0, 16)}…</span> },
        ]} />
      )}
    </>
  );
}

function Verify() {
  const { t, label } = useWords();
  const client = useQueryClient();
  const state = useQuery({
    queryKey: ['verification'], queryFn: () => get<Verification>('/evidence/verification'),
    refetchInterval: (query) => (query.state.data?.running ? 1000 : false),
  });
  const start = useMutation({ mutationFn: () => post<Verification>('/evidence/verification', {}), onSuccess: (data) => client.setQueryData(['verification'], data) });
  const { running = false, part = 0, report = null, problem = null, ended_at: ended = null } = state.data ?? {};
  return (
    <div className="panel-body stack">
      <p><Button type="primary" loading={running || start.isPending} onClick={() => start.mutate()}>{t('evidence.verify')}</Button> <span className="dim">{t('evidence.verify_note')}</span></p>
      {running ? <Progress percent={Math.round(part * 100)} aria-label={t('evidence.verify')} /> : null}
      {start.error ? <Refusal problem={start.error} /> : null}
      {!running && problem ? <p role="alert">{label(problem)}</p> : null}
      {!running && report ? (
        <div role="status">
          <p><b>{report.problems_total === 0 ? t('evidence.sound') : t('evidence.problems', { count: report.problems_total })}</b> {t('evidence.found', { at: moment(ended), changes: report.changes, files: report.files, records: report.records, attachments: report.attachments, seconds: report.seconds.toFixed(1) })}</p>
          <p className="dim">{report.roots > 0 ? t('evidence.roots', { count: report.roots, position: report.covered }) : t('evidence.no_roots')}</p>
          {report.problems.length === 0 ? null : (
            <DataTable caption={t('evidence.problems', { count: report.problems_total })} rows={report.problems} rowKey={(row) => `${row.code} ${row.change ?? ''} ${row.record ?? ''}`} columns={[
              { key: 'change', title: t('evidence.change'), cell: (row) => row.change ?? '—' },
              { key: 'text', title: t('evidence.what'), cell: (row) => label(row.text) },
              { key: 'code', title: t('evidence.code'), cell: (row) => <span className="code">{row.code}</span> },
            ]} />
          )}
        </div>
      ) : null}
    </div>
  );
}
