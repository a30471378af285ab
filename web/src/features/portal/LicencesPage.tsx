import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { post, remove } from '@/lib/http';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import { usePortal, type Held } from './data';
import { FirmSwitch } from './FirmSwitch';
import { LicenceRow } from './LicenceRow';
import './portal.css';

/** All licences with their standing authorisations, given and taken back here. */
export default function LicencesPage() {
  const { t } = useWords();
  const { file, licences } = usePortal();
  const held = licences.filter((item) => item.inForce);
  const past = licences.filter((item) => !item.inForce);
  return (
    <div className="page narrow portal">
      <header className="page-head"><div><h1>{t('shell.go.my_licences')}</h1><p>{t('portal.licences_lead')}</p></div><FirmSwitch /></header>
      <Await query={file} lines={8}>
        <Panel title={t('portal.licences')} aside={held.length} flush>
          {held.length === 0 ? <Empty title={t('portal.no_licences')} text={t('portal.no_licences_next')} /> : <ul>{held.map((item) => <LicenceRow key={item.record.id} held={item} action={<Authorise held={item} />} />)}</ul>}
        </Panel>
        {past.length > 0 ? <Panel title={t('portal.past')} aside={past.length} flush><ul>{past.map((item) => <LicenceRow key={item.record.id} held={item} />)}</ul></Panel> : null}
      </Await>
    </div>
  );
}

function Authorise({ held }: { held: Held }) {
  const { t } = useWords();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: async () => { if (held.authorisation) await remove(`/authorisations/${held.authorisation.id}`); else await post('/authorisations', { licence: held.record.id }); },
    onSuccess: () => {
      say(held.authorisation ? t('portal.revoked') : t('portal.authorised'));
      for (const key of ['portal', 'file', 'duties']) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  const name = `${held.name} ${held.record.title}`;
  return (
    <>
      {held.authorisation ? (
        <Popconfirm title={t('portal.revoke_question')} okText={t('portal.revoke')} cancelText={t('action.cancel')} onConfirm={() => change.mutate()}><Button size="small" loading={change.isPending} aria-label={`${t('portal.revoke')} ${name}`}>{t('portal.revoke')}</Button></Popconfirm>
      ) : <Button size="small" type="primary" loading={change.isPending} onClick={() => change.mutate()} aria-label={`${t('portal.authorise')} ${name}`}>{t('portal.authorise')}</Button>}
      {change.error ? <Refusal problem={change.error} compact /> : null}
    </>
  );
}
