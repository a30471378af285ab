import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { DataTable } from '@/components/DataTable';
import { Panel } from '@/components/Panel';
import { Await, Empty, Refusal } from '@/components/States';
import { get, post } from '@/lib/http';
import { useToday } from '@/lib/queries';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { PermissionMatrix, RecordPage } from '@/lib/types';

interface Person { account: string; name: string }

/** Leave and hand-over: while somebody is away a deputy acts; when somebody goes, everything goes to the successor in one step. */
export default function StaffPage() {
  const { t } = useWords();
  const today = useToday();
  const matrix = useQuery({ queryKey: ['permissions', today], queryFn: () => get<PermissionMatrix>('/permissions', { as_of: today }), enabled: today !== '' });
  const bureaus = useQuery({ queryKey: ['records', 'bureau', 'all'], queryFn: () => get<RecordPage>('/records/bureau', { limit: 200 }), retry: false });
  const people = [...new Map((matrix.data?.holders ?? []).map((item) => [item.account, { account: item.account, name: item.name || item.account }])).values()].sort((left, right) => left.name.localeCompare(right.name));
  const departments = (bureaus.data?.items ?? []).map((item) => ({ id: item.id, name: item.title }));
  return (
    <div className="page">
      <header className="page-head"><div><h1>{t('staff.title')}</h1><p>{t('staff.lead')}</p></div></header>
      <Await query={matrix}>
        <div className="halves">
          <HandOver people={people} departments={departments} />
          <Leave people={people} departments={departments} today={today} />
        </div>
        <Leaves />
      </Await>
    </div>
  );
}

type Given = { people: Person[]; departments: { id: string; name: string }[] };

function Choose({ id, name, value, options, onChange, empty }: { id: string; name: string; value: string; options: { value: string; text: string }[]; onChange: (value: string) => void; empty: string }) {
  return <div><label htmlFor={id}>{name}</label><select id={id} className="plain" value={value} onChange={(event) => onChange(event.target.value)}><option value="">{empty}</option>{options.map((item) => <option key={item.value} value={item.value}>{item.text}</option>)}</select></div>;
}

function HandOver({ people, departments }: Given) {
  const { t } = useWords();
  const client = useQueryClient();
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [number, setNumber] = useState('');
  const [department, setDepartment] = useState('');
  const names = people.map((item) => ({ value: item.account, text: item.name }));
  const send = useMutation({
    mutationFn: () => post<{ posts: number; tasks: number; duties: number }>('/hand-overs', { from, to, number: number.trim(), department }),
    onSuccess: (done) => { setNumber(''); say(t('staff.did_hand_over', done)); for (const key of ['permissions', 'records', 'work']) void client.invalidateQueries({ queryKey: [key] }); },
  });
  const whole = from !== '' && to !== '' && from !== to && number.trim() !== '' && department !== '';
  return (
    <Panel title={t('staff.hand_over')} note={t('staff.hand_over_note')}>
      <div className="stack">
        <div className="form">
          <Choose id="over-from" name={t('staff.from')} value={from} options={names} onChange={setFrom} empty={t('form.choose')} />
          <Choose id="over-to" name={t('staff.to')} value={to} options={names.filter((item) => item.value !== from)} onChange={setTo} empty={t('form.choose')} />
          <Choose id="over-department" name={t('staff.department')} value={department} options={departments.map((item) => ({ value: item.id, text: item.name }))} onChange={setDepartment} empty={t('form.choose')} />
          <div><label htmlFor="over-number">{t('staff.number')}</label><input id="over-number" className="plain" value={number} placeholder="JJ-2026-001" onChange={(event) => setNumber(event.target.value)} /></div>
        </div>
        {send.error ? <Refusal problem={send.error} compact /> : null}
        <div><Popconfirm title={t('staff.hand_over_question', { from: people.find((item) => item.account === from)?.name ?? '', to: people.find((item) => item.account === to)?.name ?? '' })} okText={t('staff.hand_over')} cancelText={t('action.cancel')} disabled={!whole} onConfirm={() => send.mutate()}><Button type="primary" disabled={!whole} loading={send.isPending}>{t('staff.hand_over')}</Button></Popconfirm></div>
      </div>
    </Panel>
  );
}

function Leave({ people, departments, today }: Given & { today: string }) {
  const { t } = useWords();
  const client = useQueryClient();
  const [account, setAccount] = useState('');
  const [deputy, setDeputy] = useState('');
  const [department, setDepartment] = useState('');
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const [number, setNumber] = useState('');
  const names = people.map((item) => ({ value: item.account, text: item.name }));
  const send = useMutation({
    mutationFn: () => post('/records/staff_leave', { values: { bureau: department, number: number.trim(), account, deputy_account: deputy || undefined, valid_from: from, valid_to: until }, source: 'zone_office', effective_from: today, reason: t('staff.leave') }),
    onSuccess: () => { setNumber(''); say(t('staff.did_leave')); for (const key of ['records', 'permissions']) void client.invalidateQueries({ queryKey: [key] }); },
  });
  return (
    <Panel title={t('staff.leave')} note={t('staff.leave_note')}>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); send.mutate(); }}>
        <div className="form">
          <Choose id="leave-who" name={t('staff.away')} value={account} options={names} onChange={setAccount} empty={t('form.choose')} />
          <Choose id="leave-deputy" name={t('staff.deputy')} value={deputy} options={names.filter((item) => item.value !== account)} onChange={setDeputy} empty={t('staff.deputy_post')} />
          <Choose id="leave-department" name={t('staff.department')} value={department} options={departments.map((item) => ({ value: item.id, text: item.name }))} onChange={setDepartment} empty={t('form.choose')} />
          <div><label htmlFor="leave-number">{t('staff.number')}</label><input id="leave-number" className="plain" value={number} placeholder="QJ-2026-001" onChange={(event) => setNumber(event.target.value)} /></div>
          <div><label htmlFor="leave-from">{t('staff.since')}</label><input id="leave-from" type="date" className="plain" value={from} onChange={(event) => setFrom(event.target.value)} /></div>
          <div><label htmlFor="leave-until">{t('staff.until')}</label><input id="leave-until" type="date" className="plain" value={until} onChange={(event) => setUntil(event.target.value)} /></div>
        </div>
        {send.error ? <Refusal problem={send.error} compact /> : null}
        <div><Button type="primary" htmlType="submit" disabled={!account || !department || !number.trim() || !from || !until} loading={send.isPending}>{t('staff.leave_go')}</Button></div>
      </form>
    </Panel>
  );
}

function Leaves() {
  const { t, value, day } = useWords();
  const query = useQuery({ queryKey: ['records', 'staff_leave'], queryFn: () => get<RecordPage>('/records/staff_leave', { limit: 50 }), retry: false });
  const items = query.data?.items ?? [];
  return (
    <Panel title={t('staff.leaves')} aside={items.length || undefined} flush>
      <Await query={query}>
        {items.length === 0 ? <Empty title={t('staff.no_leaves')} text={t('staff.no_leaves_next')} /> : (
          <DataTable caption={t('staff.leaves')} rows={items} rowKey={(row) => row.id} columns={[
            { key: 'who', title: t('staff.away'), cell: (row) => <>{value(row.values.account)}<span className="under code">{row.title}</span></> },
            { key: 'deputy', title: t('staff.deputy'), cell: (row) => value(row.values.deputy_account) || t('staff.deputy_post') },
            { key: 'days', title: t('staff.days'), cell: (row) => `${day(String(row.values.valid_from ?? ''))} – ${day(String(row.values.valid_to ?? ''))}` },
          ]} />
        )}
      </Await>
    </Panel>
  );
}
