import { Button } from 'antd';
import { Link } from 'react-router-dom';
import { DutyCard, isClosed } from '@/components/DutyCard';
import { DaysLeft } from '@/components/DaysLeft';
import { MessageList } from '@/components/MessageList';
import { Panel } from '@/components/Panel';
import { PaperList } from '@/components/PaperList';
import { Await, Empty } from '@/components/States';
import { useCatalogue, useInbox, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { FilePage } from '@/lib/types';
import { AuthoriseCard } from './AuthoriseCard';
import { FirmSwitch } from './FirmSwitch';
import { usePortal, type Held } from './data';
import { LicenceRow } from './LicenceRow';
import './portal.css';

/** What the zone has done, what it needs from you, what is on its way, your licences. One thing a card, one button. */
export default function PortalPage() {
  const { t, long } = useWords();
  const { own, file, authorisations, licences } = usePortal();
  const today = useToday();
  if (!own) return <div className="page narrow"><Empty title={t('file.no_file')} text={t('file.no_file_next')} /></div>;
  return (
    <div className="page narrow portal">
      <header className="page-head"><div><h1>{own.title}</h1><p>{t('portal.lead', { date: long(today) })}</p></div><FirmSwitch /></header>
      <Await query={file} lines={10}>{file.data ? <Content file={file.data} licences={licences} known={authorisations.isSuccess} /> : null}</Await>
    </div>
  );
}

function Content({ file, licences, known }: { file: FilePage; licences: Held[]; known: boolean }) {
  const { t, label, day } = useWords();
  const today = useToday();
  const { service } = useCatalogue();
  const inbox = useInbox(true).data;
  // Of several firms, the messages of the one in view.
  const messages = (inbox?.items ?? []).filter((item) => !item.file || item.file.id === file.record.id);
  const open = file.duties.filter((duty) => !isClosed(duty));
  const offers = open.filter((duty) => duty.calls_for === 'offer' && !duty.case);
  const waiting = file.cases.filter((item) => item.state === 'waiting');
  const reminders = open.filter((duty) => duty.calls_for === 'notify' && (service(duty.service)?.role ?? null) === null);
  // A case that waits for the holder's yes asks for itself.
  const asked = new Set(waiting.map((item) => item.subject.id));
  const asking = known ? licences.filter((item) => item.inForce && !item.authorisation && !asked.has(item.record.id) && item.days !== null && item.days >= 0 && item.days <= 400).slice(0, 3) : [];
  const needs = offers.length + asking.length + waiting.length;
  const running = file.cases.filter((item) => item.state === 'running');
  const done = file.cases.filter((item) => item.state === 'completed').slice(0, 3);
  const held = licences.filter((item) => item.inForce);
  return (
    <>
      <section className="stack tight" aria-labelledby="needs">
        <h2 id="needs">{t('portal.needs')}{needs > 0 ? <span className="portal-count">{needs}</span> : null}</h2>
        {needs === 0 ? <p className="notice bamboo">{t('portal.needs_nothing')}</p> : null}
        {offers.map((duty) => <DutyCard key={duty.id} duty={duty} withSubject={false} />)}
        {asking.map((item) => <AuthoriseCard key={item.record.id} held={item} />)}
        {waiting.map((item) => (
          <article key={item.id} className="duty notify">
            <div className="duty-kind"><span><b>{t('case.state.waiting')}</b>{label(item.labels)}</span><DaysLeft duty={{ due: item.due ?? null, working_days_left: item.working_days_left ?? null }} /></div>
            <h3>{label(item.step) || label(item.labels)}</h3>
            <div className="duty-actions"><Link to={`/my/cases/${item.id}`}><Button type="primary" tabIndex={-1}>{t('portal.answer')}</Button></Link></div>
          </article>
        ))}
      </section>

      {reminders.length > 0 ? <section className="stack tight" aria-labelledby="reminders"><h2 id="reminders">{t('portal.reminders')}</h2>{reminders.slice(0, 4).map((duty) => <DutyCard key={duty.id} duty={duty} withSubject={false} />)}</section> : null}

      <Panel title={t('portal.done')} note={t('portal.done_note')} flush>
        {done.length + running.length + file.papers.length === 0 ? <Empty title={t('portal.done_none')} text={t('portal.done_none_next')} /> : null}
        {file.papers.length > 0 ? <PaperList papers={file.papers.slice(0, 4)} /> : null}
        {[...running, ...done].length > 0 ? (
          <ul className="portal-cases">
            {[...running, ...done].map((item) => (
              <li key={item.id}><Link to={`/my/cases/${item.id}`}><b>{label(item.labels)}</b><span>{t(`case.state.${item.state}`)}{item.outcome ? ` · ${label(item.outcome)}` : item.step ? ` · ${label(item.step)}` : ''} · {day(item.closed ?? item.opened, today)}</span></Link></li>
            ))}
          </ul>
        ) : null}
      </Panel>

      <Panel title={t('portal.licences')} note={t('portal.licences_note', { count: held.length })} aside={<Link to="/my/licences">{t('portal.all')}</Link>} flush>
        {held.length === 0 ? <Empty title={t('portal.no_licences')} text={t('portal.no_licences_next')} /> : <ul>{held.slice(0, 4).map((item) => <LicenceRow key={item.record.id} held={item} />)}</ul>}
      </Panel>

      <Panel title={t('inbox.title')} note={messages.some((item) => !item.read) ? t('inbox.unread_n', { count: messages.filter((item) => !item.read).length }) : undefined} aside={<Link to="/inbox">{t('portal.all')}</Link>} flush>
        {messages.length === 0 ? <Empty title={t('inbox.none')} text={t('inbox.none_next')} /> : <MessageList items={messages.slice(0, 3)} />}
      </Panel>
    </>
  );
}
