import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Input } from 'antd';
import { useState } from 'react';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { get, post, remove } from '@/lib/http';
import { useSession } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { Subscription, SubscriptionPage } from '@/lib/types';

/** Where else messages go, when they may ring, and the deadlines as a calendar. */
export default function SettingsPage() {
  const { t } = useWords();
  const query = useQuery({ queryKey: ['subscriptions'], queryFn: () => get<SubscriptionPage>('/subscriptions') });
  return (
    <div className="page narrow">
      <header className="page-head"><div><h1>{t('notify.title')}</h1><p>{t('notify.lead')}</p></div></header>
      <Await query={query}>{query.data ? <Channels page={query.data} /> : null}</Await>
      <Calendar />
    </div>
  );
}

function Channels({ page }: { page: SubscriptionPage }) {
  const { t } = useWords();
  const client = useQueryClient();
  const { data: session } = useSession();
  const [channel, setChannel] = useState(page.channels[0] ?? '');
  const [address, setAddress] = useState('');
  const [quietFrom, setQuietFrom] = useState('22:00');
  const [quietTo, setQuietTo] = useState('07:30');
  const [digest, setDigest] = useState(false);
  const [english, setEnglish] = useState(false);
  const [secret, setSecret] = useState('');
  const again = () => void client.invalidateQueries({ queryKey: ['subscriptions'] });
  const add = useMutation({
    mutationFn: () => post<Subscription>('/subscriptions', { channel, address: address.trim(), to: session?.role === 'owner' ? 'file' : `role:${session?.role ?? ''}`, digest, english, quiet_from: quietFrom, quiet_to: quietTo }),
    onSuccess: (made) => { setAddress(''); setSecret(made.secret ?? ''); again(); },
  });
  const end = useMutation({ mutationFn: (id: string) => remove(`/subscriptions/${id}`), onSuccess: again });
  return (
    <Panel title={t('notify.channels')}>
      <div className="stack">
        {page.items.length === 0 ? page.channels.length === 0 ? null : <p className="dim">{t('notify.none')}</p> : <ul className="stack tight">{page.items.map((item) => (
          <li key={item.id} className="row wrap"><span className="grow">{t(`notify.channel.${item.channel}`)} <span className="code">{item.address}</span>{item.digest ? ` · ${t('notify.digest')}` : ''}{item.quiet_from ? ` · ${t('notify.quiet', { from: item.quiet_from, to: item.quiet_to })}` : ''}</span><Button size="small" loading={end.isPending} onClick={() => end.mutate(item.id)}>{t('notify.end')}</Button></li>))}</ul>}
        {secret ? <p className="notice">{t('notify.secret')} <code>{secret}</code></p> : null}
        {page.channels.length === 0 ? <Empty title={t('notify.no_channels')} text={t(session?.role === 'owner' ? 'notify.no_channels_owner' : 'notify.no_channels_next')} /> : (
          <form className="stack" onSubmit={(event) => { event.preventDefault(); add.mutate(); }}>
            <div className="form">
              <div><label htmlFor="notify-channel">{t('notify.way')}</label><select id="notify-channel" className="plain" value={channel} onChange={(event) => setChannel(event.target.value)}>{page.channels.map((name) => <option key={name} value={name}>{t(`notify.channel.${name}`)}</option>)}</select></div>
              <div><label htmlFor="notify-address">{t('notify.address')}</label><Input id="notify-address" value={address} onChange={(event) => setAddress(event.target.value)} /></div>
              <div><label htmlFor="notify-from">{t('notify.quiet_from')}</label><input id="notify-from" className="plain" type="time" value={quietFrom} onChange={(event) => setQuietFrom(event.target.value)} /></div>
              <div><label htmlFor="notify-to">{t('notify.quiet_to')}</label><input id="notify-to" className="plain" type="time" value={quietTo} onChange={(event) => setQuietTo(event.target.value)} /></div>
            </div>
            <Checkbox checked={digest} onChange={(event) => setDigest(event.target.checked)}>{t('notify.digest')}</Checkbox>
            <Checkbox checked={english} onChange={(event) => setEnglish(event.target.checked)}>{t('notify.english')}</Checkbox>
            {add.error ? <Refusal problem={add.error} /> : null}
            <div><Button type="primary" htmlType="submit" disabled={!address.trim()} loading={add.isPending}>{t('notify.add')}</Button></div>
          </form>
        )}
      </div>
    </Panel>
  );
}

function Calendar() {
  const { t } = useWords();
  const [href, setHref] = useState('');
  const open = useMutation({ mutationFn: () => post<{ href: string }>('/feed'), onSuccess: (made) => setHref(window.location.origin + made.href) });
  const close = useMutation({ mutationFn: () => remove('/feed'), onSuccess: () => setHref('') });
  return (
    <Panel title={t('notify.calendar')} note={t('notify.calendar_note')}>
      <div className="stack tight">
        {href ? <p><code style={{ overflowWrap: 'anywhere' }}>{href}</code></p> : null}
        <div className="row wrap"><Button loading={open.isPending} onClick={() => open.mutate()}>{t('notify.calendar_new')}</Button><Button loading={close.isPending} onClick={() => close.mutate()}>{t('notify.calendar_end')}</Button></div>
        {open.error ? <Refusal problem={open.error} /> : null}{close.error ? <Refusal problem={close.error} /> : null}
      </div>
    </Panel>
  );
}
