import { useEffect, useState, type FormEvent } from 'react';
import { get, post, Problem } from './api';
import { useWords } from './context';
import { setLanguage } from './i18n';
import type { Front } from './types';

const known = () => { try { return localStorage.getItem('yuanqu.station') ?? ''; } catch { return ''; } };

export function SignIn({ onEnter, empty }: { onEnter: () => void; empty: boolean }) {
  const { t, language, label } = useWords();
  const [front, setFront] = useState<Front | null>(null);
  const [station, setStation] = useState(known() || (language === 'zh' ? '操作台 1' : 'Desk 1'));
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => { get<Front>('/front').then(setFront, setProblem); }, []);
  const enter = (body: Record<string, string>) => {
    try { localStorage.setItem('yuanqu.station', station); } catch { /* asked again next time */ }
    post('/session', { ...body, station }).then(onEnter, setProblem);
  };
  const submit = (event: FormEvent) => { event.preventDefault(); enter({ name, password }); };
  return (
    <main className="front">
      <p className="corner row">{front?.zone ? <a href={front.zone}>{t('centre.state.zone')}</a> : null}<button type="button" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>{language === 'zh' ? 'English' : '中文'}</button></p>
      <h1>{t('centre.title')}</h1>
      <p className="quiet">{front?.plants.map(label).join(' · ')}</p>
      {front?.demo ? <p className="simulated">{t('centre.simulated')}</p> : null}
      {empty ? <p role="alert">{t('centre.signin.no_plant')}</p> : null}
      {problem ? <p role="alert" className="refused">{problem.in(language)}</p> : null}
      <label>{t('centre.signin.station')}<input value={station} maxLength={40} onChange={(event) => setStation(event.target.value)} /></label>
      {front?.demo ? (
        <div className="cards" role="group" aria-label={t('centre.signin.demo')}>
          {front.accounts.map((account) => <button key={account.name} type="button" className="card" disabled={station.trim() === ''} onClick={() => enter({ demo: account.name })}>{label(account.shown)}</button>)}
        </div>
      ) : null}
      <form onSubmit={submit}>
        <label>{t('centre.signin.name')}<input autoComplete="username" value={name} onChange={(event) => setName(event.target.value)} /></label>
        <label>{t('centre.signin.password')}<input type="password" autoComplete="current-password" value={password} onChange={(event) => setPassword(event.target.value)} /></label>
        <button type="submit" className="act" disabled={!name || !password || station.trim() === ''}>{t('centre.signin.enter')}</button>
      </form>
    </main>
  );
}
