import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Popconfirm } from 'antd';
import { useState } from 'react';
import { DataTable } from '@/components/DataTable';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { get, post } from '@/lib/http';
import { useSession } from '@/lib/queries';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { Issuer, IssuerPage } from '@/lib/types';

const tones: Record<string, string> = { installed: 'bamboo', proposed: 'ochre', withdrawn: '' };

/** Who stands behind the papers: one administrator proposes, another confirms; until then every paper is a sample. */
export default function IssuersPage() {
  const { t } = useWords();
  const administrator = useSession().data?.role === 'administrator';
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['issuers'], queryFn: () => get<IssuerPage>('/issuers') });
  const again = () => void client.invalidateQueries({ queryKey: ['issuers'] });
  const settle = useMutation({
    mutationFn: ({ id, act }: { id: string; act: 'confirm' | 'withdraw' }) => post<Issuer>(`/issuers/${id}/${act}`),
    onSuccess: (_, { act }) => { say(t(`issuer.did_${act}`)); again(); },
  });
  const page = query.data;
  const may = administrator && page?.standing === 'live';
  return (
    <div className="page">
      <header className="page-head"><div><h1>{t('issuer.title')}</h1><p>{t('issuer.lead')}</p></div></header>
      <Await query={query}>
        {page ? (
          <div className="stack">
            <p className={`notice ${page.sample ? 'ochre' : 'bamboo'}`}>{t(page.sample ? 'issuer.sample' : 'issuer.real')} {page.standing === 'live' ? '' : t(`issuer.standing.${page.standing}`)}</p>
            <Panel title={t('issuer.list')} flush>
              {page.items.length === 0 ? <Empty title={t('issuer.none')} text={t('issuer.none_next')} /> : (
                <DataTable caption={t('issuer.list')} rows={page.items} rowKey={(row) => row.id} columns={[
                  { key: 'name', title: t('issuer.name'), cell: (row) => <><b>{row.name}</b><span className="under code">{row.registration}</span></> },
                  { key: 'certificate', title: t('issuer.certificate'), cell: (row) => <><span>{row.subject}</span><span className="under code">{row.fingerprint.slice(0, 16)}…</span></> },
                  { key: 'state', title: t('issuer.state_of'), plain: true, cell: (row) => <span className={`chip ${tones[row.state] ?? ''}`}>{t(`issuer.state.${row.state}`)}</span> },
                  { key: 'who', title: t('issuer.who'), cell: (row) => <>{t('issuer.proposed', { name: row.proposed_by ?? '—', at: row.proposed_at.slice(0, 10) })}{row.settled_by ? <span className="under">{t(`issuer.settled.${row.state}`, { name: row.settled_by, at: row.settled_at?.slice(0, 10) ?? '' })}</span> : null}</> },
                  { key: 'act', title: <span className="visually-hidden">{t('issuer.act')}</span>, label: '', plain: true, cell: (row) => (may && row.state !== 'withdrawn' ? (
                    <span className="row wrap">
                      {row.state === 'proposed' ? <Popconfirm title={t('issuer.confirm_question', { name: row.name })} okText={t('issuer.confirm')} cancelText={t('action.cancel')} onConfirm={() => settle.mutate({ id: row.id, act: 'confirm' })}><Button size="small" type="primary">{t('issuer.confirm')}</Button></Popconfirm> : null}
                      <Popconfirm title={t('issuer.withdraw_question', { name: row.name })} okText={t('issuer.withdraw')} cancelText={t('action.cancel')} onConfirm={() => settle.mutate({ id: row.id, act: 'withdraw' })}><Button size="small">{t('issuer.withdraw')}</Button></Popconfirm>
                    </span>
                  ) : null) },
                ]} />
              )}
              {settle.error ? <Refusal problem={settle.error} /> : null}
            </Panel>
            {may ? <Propose after={again} /> : null}
          </div>
        ) : null}
      </Await>
    </div>
  );
}

function Propose({ after }: { after: () => void }) {
  const { t } = useWords();
  const [name, setName] = useState('');
  const [registration, setRegistration] = useState('');
  const [certificate, setCertificate] = useState('');
  const [key, setKey] = useState('');
  const send = useMutation({
    mutationFn: () => post<Issuer>('/issuers', { name: name.trim(), registration: registration.trim(), certificate, key }),
    onSuccess: () => { setName(''); setRegistration(''); setCertificate(''); setKey(''); say(t('issuer.did_propose')); after(); },
  });
  const read = (set: (text: string) => void) => (files: FileList | null) => { void files?.[0]?.text().then(set); };
  return (
    <Panel title={t('issuer.propose')} note={t('issuer.propose_note')}>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); send.mutate(); }}>
        <div className="form">
          <div><label className="need" htmlFor="issuer-name">{t('issuer.name')}</label><Input id="issuer-name" value={name} onChange={(event) => setName(event.target.value)} /></div>
          <div><label className="need" htmlFor="issuer-registration">{t('issuer.registration')}</label><Input id="issuer-registration" className="code" value={registration} onChange={(event) => setRegistration(event.target.value)} /></div>
          <div><label className="need" htmlFor="issuer-certificate">{t('issuer.certificate_file')}</label><input id="issuer-certificate" type="file" accept=".pem,.crt,.cer" onChange={(event) => read(setCertificate)(event.target.files)} /></div>
          <div><label className="need" htmlFor="issuer-key">{t('issuer.key_file')}</label><input id="issuer-key" type="file" accept=".pem,.key" onChange={(event) => read(setKey)(event.target.files)} /><p className="help">{t('issuer.key_help')}</p></div>
        </div>
        {send.error ? <Refusal problem={send.error} /> : null}
        <div><Button type="primary" htmlType="submit" disabled={!name.trim() || !registration.trim() || !certificate || !key} loading={send.isPending}>{t('issuer.propose')}</Button></div>
      </form>
    </Panel>
  );
}
