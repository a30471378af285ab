import { AccountBookOutlined, AuditOutlined, BankOutlined, DatabaseOutlined, FileProtectOutlined, FlagOutlined, GlobalOutlined, PartitionOutlined, ProfileOutlined, SafetyCertificateOutlined, ShopOutlined, SolutionOutlined, TeamOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link, Navigate, useSearchParams } from 'react-router-dom';
import { Refusal } from '@/components/States';
import { get, post, Problem } from '@/lib/http';
import { home, isStaff, useSession } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { DemoRole, Session } from '@/lib/types';
import './front.css';

const icons: Record<string, ReactNode> = {
  owner: <ShopOutlined />, counter: <SolutionOutlined />, approver: <TeamOutlined />, economy: <BankOutlined />, tax: <AccountBookOutlined />, data: <DatabaseOutlined />, leader: <FlagOutlined />, auditor: <AuditOutlined />, rule_author: <PartitionOutlined />, rule_publisher: <FileProtectOutlined />, public: <GlobalOutlined />,
};

/** Where somebody wanted to go, when that is a place of theirs. */
function afterwards(role: string, wanted: string | null): string {
  if (!wanted?.startsWith('/') || wanted.startsWith('//')) return home(role);
  const theirs = wanted.startsWith('/my') ? role === 'owner' : isStaff(role);
  return theirs ? wanted : home(role);
}

/** The way in: one tap a role in the demo, an ordinary sign-in beside it, and what needs no sign-in. */
export default function FrontPage() {
  const { t, label } = useWords();
  const session = useSession();
  const client = useQueryClient();
  const [query] = useSearchParams();
  const wanted = query.get('to');
  const [account, setAccount] = useState('');
  const [password, setPassword] = useState('');
  const roles = useQuery({
    queryKey: ['roles'],
    queryFn: async () => {
      try { return (await get<{ items: DemoRole[] }>('/demo/roles')).items; } catch (problem) {
        if (problem instanceof Problem && problem.status >= 400 && problem.status < 500) return [];
        throw problem;
      }
    },
    staleTime: Infinity,
  });
  const signIn = useMutation({
    mutationFn: (body: { role: string } | { account: string; password: string }) => post<Session>('/session', body),
    onSuccess: (me) => {
      client.clear();
      client.setQueryData(['session'], me);
    },
  });
  if (session.data) return <Navigate to={afterwards(session.data.role, wanted)} replace />;
  const demo = (roles.data?.length ?? 0) > 0;
  return (
    <div className="front">
      <section className="front-head">
        <h1>{t('front.title')}</h1>
        <p>{t('front.lead')}</p>
      </section>
      {demo ? (
        <section aria-labelledby="front-roles">
          <h2 id="front-roles">{t('front.roles')}</h2>
          <p className="dim mid">{t('front.roles_note')}</p>
          <ul className="role-cards">
            {(roles.data ?? []).map((role) => (
              <li key={role.role}>
                <button type="button" className="role-card" disabled={signIn.isPending} onClick={() => signIn.mutate({ role: role.role })}>
                  <span className="role-icon">{icons[role.role] ?? <TeamOutlined />}</span>
                  <b>{label(role.labels)}</b>
                  <span>{label(role.description) || t(`front.role.${role.role}`, { defaultValue: '' })}</span>
                  {role.name ? <small>{label(role.name)}</small> : null}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <div className="front-ways">
        <section aria-labelledby="front-sign-in" className="panel panel-body">
          <h2 id="front-sign-in">{t('front.sign_in')}</h2>
          <form className="stack tight field" onSubmit={(event) => { event.preventDefault(); signIn.mutate({ account: account.trim(), password }); }}>
            <div><label htmlFor="account">{t('front.account')}</label><Input id="account" autoComplete="username" value={account} onChange={(event) => setAccount(event.target.value)} /></div>
            <div><label htmlFor="password">{t('front.password')}</label><Input id="password" type="password" autoComplete="current-password" value={password} onChange={(event) => setPassword(event.target.value)} /></div>
            {signIn.error ? <Refusal problem={signIn.error} compact /> : null}
            <div><Button type="primary" htmlType="submit" loading={signIn.isPending} disabled={!account.trim() || !password}>{t('front.sign_in')}</Button></div>
          </form>
        </section>
        <section aria-labelledby="front-open" className="panel panel-body">
          <h2 id="front-open">{t('front.open')}</h2>
          <Link className="front-link" to="/guides"><ProfileOutlined /><span><b>{t('shell.go.guides')}</b><small>{t('front.guides_note')}</small></span></Link>
          <Link className="front-link" to="/verify"><SafetyCertificateOutlined /><span><b>{t('shell.go.verify')}</b><small>{t('front.verify_note')}</small></span></Link>
        </section>
      </div>
      {roles.error ? <Refusal problem={roles.error} retry={() => void roles.refetch()} /> : null}
    </div>
  );
}
