import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Popconfirm } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { get, post } from '@/lib/http';
import { instant } from '@/lib/format';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { Publication, PublicationList } from '@/lib/types';

const tones: Record<Publication['state'], string> = { waiting: 'ochre', published: 'bamboo', returned: 'seal', withdrawn: '' };
const key = (decision: string) => ['publications', decision];
const usePublications = (decision: string) => useQuery({ queryKey: key(decision), queryFn: () => get<PublicationList>('/publications', { decision }) });

/** A draft with its result, handed in with the day it takes effect and what it rests on. */
export function HandIn({ draft, decision }: { draft: string; decision: string }) {
  const { t } = useWords();
  const client = useQueryClient();
  const list = usePublications(decision);
  const [from, setFrom] = useState('');
  const [basis, setBasis] = useState('');
  const send = useMutation({
    mutationFn: () => post<Publication>(`/simulations/${draft}/publication`, { valid_from: from, basis: basis.trim() }),
    onSuccess: () => { say(t('decisions.handed_in')); setFrom(''); setBasis(''); void client.invalidateQueries({ queryKey: key(decision) }); },
  });
  if (!list.data?.may_hand_in || list.data.items.some((item) => item.draft === draft && (item.state === 'waiting' || item.state === 'published'))) return null;
  return (
    <Panel title={t('decisions.hand_in')} note={t('decisions.hand_in_note')}>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); send.mutate(); }}>
        <div className="form">
          <div><label className="need" htmlFor="publication-from">{t('decisions.valid_from')}</label><Input id="publication-from" type="date" required min={list.data.earliest} value={from} onChange={(event) => setFrom(event.target.value)} /></div>
          <div><label className="need" htmlFor="publication-basis">{t('decisions.basis_document')}</label><Input id="publication-basis" required maxLength={500} value={basis} placeholder={t('decisions.basis_example')} onChange={(event) => setBasis(event.target.value)} /></div>
        </div>
        {send.error ? <Refusal problem={send.error} /> : null}
        <div><Button type="primary" htmlType="submit" loading={send.isPending} disabled={!from || !basis.trim()}>{t('decisions.hand_in')}</Button></div>
      </form>
    </Panel>
  );
}

/** Rules on their way: waiting for another person, published from a day on, given back. */
export function Publications({ decision }: { decision: string }) {
  const { t, day } = useWords();
  const list = usePublications(decision);
  const items = list.data?.items ?? [];
  return (
    <Panel title={t('decisions.publications')} note={t('decisions.publications_note')} flush>
      <Await query={list} lines={2}>
        {items.length === 0 ? <Empty title={t('decisions.no_publications')} text={t('decisions.no_publications_next')} /> : (
          <ul className="draft-list">
            {items.map((item) => (
              <li key={item.id}>
                <span className="row wrap">
                  <span className={`chip ${tones[item.state]}`}>{t(`decisions.publication.${item.state}`)}</span>
                  <Link to={`?draft=${item.draft}`} replace>{item.title || t('decisions.untitled')}</Link>
                  <span>{t('decisions.from_day', { day: day(item.valid_from) })}</span>
                </span>
                <div className="mid">{item.basis}</div>
                <div className="dim mid">{t('decisions.handed_in_by', { name: item.author, at: instant(item.handed_in_at) })}{item.settled_by ? ` · ${t(`decisions.settled.${item.state}`, { name: item.settled_by, at: instant(item.settled_at ?? '') })}` : ''}</div>
                {item.remark ? <p className="notice seal">{item.remark}</p> : null}
                <Settle publication={item} />
              </li>
            ))}
          </ul>
        )}
      </Await>
    </Panel>
  );
}

function Settle({ publication }: { publication: Publication }) {
  const { t, day } = useWords();
  const client = useQueryClient();
  const [remark, setRemark] = useState('');
  const act = useMutation({
    mutationFn: (what: 'publish' | 'return' | 'withdraw') => post<Publication>(`/publications/${publication.id}/${what}`, what === 'return' ? { remark: remark.trim() } : {}),
    onSuccess: (_, what) => { say(t(`decisions.did_${what}`)); void client.invalidateQueries(); },
  });
  if (!publication.may_settle && !publication.may_withdraw) return null;
  return (
    <div className="stack">
      <div className="row wrap">
        {publication.may_settle ? (
          <>
            <Popconfirm title={t('decisions.publish_question', { day: day(publication.valid_from) })} okText={t('decisions.publish')} cancelText={t('action.cancel')} onConfirm={() => act.mutate('publish')}><Button size="small" type="primary" loading={act.isPending}>{t('decisions.publish')}</Button></Popconfirm>
            <Input className="grow" size="small" aria-label={t('decisions.return_why')} placeholder={t('decisions.return_why')} value={remark} maxLength={500} onChange={(event) => setRemark(event.target.value)} />
            <Button size="small" disabled={!remark.trim()} onClick={() => act.mutate('return')}>{t('decisions.give_back')}</Button>
          </>
        ) : null}
        {publication.may_withdraw ? <Popconfirm title={t('decisions.withdraw_question')} okText={t('decisions.withdraw')} cancelText={t('action.cancel')} onConfirm={() => act.mutate('withdraw')}><Button size="small">{t('decisions.withdraw')}</Button></Popconfirm> : null}
      </div>
      {act.error ? <Refusal problem={act.error} /> : null}
    </div>
  );
}
