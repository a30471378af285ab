import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import { DataTable } from '@/components/DataTable';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { fileSize } from '@/lib/format';
import { get, post } from '@/lib/http';
import { useWords } from '@/lib/words';
import type { BackupSeries } from '@/lib/types';
import { addWords } from '@/lib/more-words';
import en from '@/locales/en/backups.json';
import zh from '@/locales/zh/backups.json';

addWords('backups', zh, en);

const moment = (at: string | null | undefined) => (at ? `${at.slice(0, 19).replace('T', ' ')}Z` : '—');

/** As the command takes it; the second after, so that what was recorded within it is there. */
const asMoment = (at: string | null) => (at ? `${new Date(Math.ceil(Date.parse(at) / 1000) * 1000).toISOString().slice(0, 19)}Z` : '—');

/** 备份: what there is, whether it verifies, one more now, and how to go back. */
export default function BackupsPage() {
  const { t } = useWords();
  const series = useQuery({
    queryKey: ['backups'], queryFn: () => get<BackupSeries>('/backups'),
    refetchInterval: (query) => (query.state.data?.run.running ? 700 : false),
  });
  return (
    <div className="page">
      <header className="page-head"><div><h1>{t('backups.title')}</h1><p>{t('backups.lead')}</p></div></header>
      <Await query={series}>
        {series.data ? <><Now series={series.data} /><List series={series.data} /><Restore series={series.data} /></> : null}
      </Await>
    </div>
  );
}

function Now({ series }: { series: BackupSeries }) {
  const { t, label } = useWords();
  const client = useQueryClient();
  const make = useMutation({ mutationFn: () => post<BackupSeries>('/backups', {}), onSuccess: (data) => client.setQueryData(['backups'], data) });
  const { run } = series;
  return (
    <Panel title={t('backups.how')} flush>
      <dl className="panel-body facts single">
        <div className="fact"><dt>{t('backups.folder')}</dt><dd className="code wrap">{series.folder}</dd></div>
        <div className="fact"><dt>{t('backups.schedule')}</dt><dd>{series.every_hours > 0 ? t('backups.every', { count: series.every_hours }) + (series.keep > 0 ? t('backups.keep', { count: series.keep }) : t('backups.keep_all')) : t('backups.by_hand')}</dd></div>
      </dl>
      <div className="panel-body stack">
        {series.may_back_up
          ? <p className="row wrap"><Button type="primary" loading={run.running || make.isPending} onClick={() => make.mutate()}>{t('backups.make')}</Button><span className="dim">{t('backups.make_note')}</span></p>
          : <p className="dim">{t('backups.not_allowed')}</p>}
        {run.running ? <div role="status"><Progress percent={Math.round(run.part * 100)} aria-label={run.verifying ? t('backups.verifying') : t('backups.copying')} /><p className="dim">{run.verifying ? t('backups.verifying') : t('backups.copying')}</p></div> : null}
        {make.error ? <Refusal problem={make.error} compact /> : null}
        {!run.running && run.problem ? <p role="alert">{t('backups.failed')}{label(run.problem)}</p> : null}
      </div>
    </Panel>
  );
}

function List({ series }: { series: BackupSeries }) {
  const { t, label } = useWords();
  const client = useQueryClient();
  const verify = useMutation({ mutationFn: (name: string) => post<BackupSeries>(`/backups/${encodeURIComponent(name)}/verification`, {}), onSuccess: (data) => client.setQueryData(['backups'], data) });
  const busy = series.run.running || verify.isPending;
  return (
    <Panel title={t('backups.list')} aside={series.items.length || undefined} flush>
      {verify.error ? <div className="panel-body"><Refusal problem={verify.error} compact /></div> : null}
      {series.items.length === 0 ? <Empty title={t('backups.none')} text={series.may_back_up ? t('backups.none_next') : t('backups.none_ask')} /> : (
        <DataTable caption={t('backups.list')} rows={series.items} rowKey={(row) => row.name} columns={[
          { key: 'made', title: t('backups.made_at'), cell: (row) => <>{moment(row.made_at)}<span className="under code">{row.name}</span></> },
          { key: 'check', title: t('backups.check'), plain: true, cell: (row) => row.check === null
            ? <span className="chip ochre">{t('backups.unverified')}</span>
            : row.check.problems === 0
              ? <><span className="chip bamboo">{t('backups.sound')}</span><span className="under">{t('backups.found', { changes: row.check.changes, records: row.check.records, attachments: row.check.attachments })}</span></>
              : <><span className="chip seal">{t('backups.problems', { count: row.check.problems })}</span><span className="under">{label(row.check.first)}</span></> },
          { key: 'up_to', title: t('backups.up_to'), cell: (row) => <>{t('backups.change', { position: row.position })}<span className="under">{t('backups.recorded', { at: moment(row.recorded_at) })}</span></> },
          { key: 'size', title: t('backups.size'), number: true, cell: (row) => <>{fileSize(row.bytes)}<span className="under">{t('backups.attachments', { count: row.attachments })}</span></> },
          { key: 'again', title: t('backups.act'), plain: true, cell: (row) => {
            const act = row.check === null ? t('backups.verify') : t('backups.verify_again');
            return <Button size="small" disabled={busy} onClick={() => verify.mutate(row.name)} aria-label={t('backups.act_of', { act, at: moment(row.made_at) })}>{act}</Button>;
          } },
        ]} />
      )}
    </Panel>
  );
}

function Restore({ series }: { series: BackupSeries }) {
  const { t } = useWords();
  const oldest = series.items[series.items.length - 1];
  const example = series.items[0];
  return (
    <Panel title={t('backups.restore')}>
      <div className="stack">
        <p>{t('backups.restore_run')}</p>
        <pre className="code wrap">{series.restore}</pre>
        <p className="dim">{oldest ? t('backups.restore_earliest', { at: asMoment(oldest.recorded_at) }) : t('backups.restore_none')}</p>
        {example ? <><p>{t('backups.restore_newest')}</p><pre className="code wrap">{example.restore}</pre></> : null}
        <p className="dim">{t('backups.restore_after')}</p>
      </div>
    </Panel>
  );
}
