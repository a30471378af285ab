import { Directive } from '@/components/Directive';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { Link, useLocation, useParams } from 'react-router-dom';
import { DutyCard, isClosed } from '@/components/DutyCard';
import { Panel } from '@/components/Panel';
import { PaperList } from '@/components/PaperList';
import { Await, Building, Empty } from '@/components/States';
import { Timeline } from '@/components/Timeline';
import { get } from '@/lib/http';
import { useCatalogue, useMayWrite, useOwnFile, useSession, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { Fact, FilePage as File, Kind, RecordItem } from '@/lib/types';
import { Children } from './Children';
import { beyond, differencesOf } from './differences';
import { EditDialog, type Edited } from './EditDialog';
import { Facts } from './Facts';
import { HistoryDialog } from './HistoryDialog';
import { Licences } from './Licences';
import { Outcomes } from './Outcomes';
import { TimeBar } from './TimeBar';
import { Unmerge } from './Unmerge';
import './file.css';

export default function FilePage() {
  const { t } = useWords();
  const parameters = useParams();
  const { file: own } = useOwnFile();
  const id = parameters.id ?? own?.id ?? '';
  const query = useQuery({ queryKey: ['file', id], queryFn: () => get<File>(`/files/${id}`), enabled: Boolean(id), refetchInterval: (latest) => (typeof latest.state.data?.building === 'number' ? 700 : false) });
  return (
    <div className="page">
      {id ? <TimeBar key={id} id={id} /> : null}
      {id ? <Await query={query} lines={14}>{query.data && query.data.record.id !== id ? <Unmerge alias={id} kind={query.data.record.kind} /> : null}
        {query.data ? <Content key={id} file={query.data} /> : null}</Await> : <Empty title={t('file.no_file')} text={t('file.no_file_next')} />}
    </div>
  );
}

/** Kinds shown as licences: they belong to the file and end on a day. */
export const endField = (kind: Kind): string | null => kind.fields.find((field) => field.name === 'valid_to')?.name ?? null;

function Content({ file }: { file: File }) {
  const { t, label, value: show } = useWords();
  const { kind, decision } = useCatalogue();
  const today = useToday();
  const place = useLocation();
  const { data: session } = useSession();
  const owner = session?.role === 'owner';
  const record = file.record;
  const known = kind(record.kind);
  const [edited, setEdited] = useState<Edited | null>(null);
  const [history, setHistory] = useState<RecordItem | null>(null);

  const duties = file.duties.filter((duty) => !isClosed(duty));
  const closed = file.duties.length - duties.length;
  const childKinds = useMemo(() => Object.entries(file.children).filter(([, items]) => items.length > 0).map(([name]) => name), [file.children]);
  const licenceKinds = childKinds.filter((name) => { const found = kind(name); return found ? endField(found) !== null && found.keys.length > 0 && found.fields.some((field) => field.name === 'issuer') : false; });
  const others = childKinds.filter((name) => !licenceKinds.includes(name)).sort((left, right) => score(kind(right)) - score(kind(left)));

  const differences = [['facts', beyond(file.facts)] as const, ...[...licenceKinds, ...others].map((name) => [name, differencesOf(file.children[name] ?? [])] as const)].filter(([, count]) => count > 0);

  useEffect(() => {
    if (!place.hash) return undefined;
    const timer = setTimeout(() => document.getElementById(decodeURIComponent(place.hash.slice(1)))?.scrollIntoView({ block: 'start' }), 60);
    return () => clearTimeout(timer);
  }, [place.hash]);

  const mayWrite = useMayWrite();
  const mayEdit = (name: string): boolean => !owner && mayWrite && session?.read_only !== true && (kind(name)?.may_write ?? false);
  const edit = (target: RecordItem, field: string, fact?: Fact) => setEdited({ record: target, field, fact });
  const headline = headFields(known).flatMap((field) => {
    const value = record.values[field.name];
    return value === null || value === undefined || value === '' ? [] : [{ name: field.name, text: show(value, field), code: known?.keys.flat().includes(field.name) ?? false, label: label(field.labels) }];
  });
  const tags = file.outcomes.filter((item) => item.record === undefined || item.record.id === record.id).flatMap((item) => {
    const choice = decision(item.decision)?.values?.find((one) => one.code === String(item.value));
    // What is not known is told below with what is missing; here it would only be noise.
    if (choice && typeof item.value === 'string') return item.value === 'unknown' ? [] : [{ key: item.decision, text: `${label(item.labels ?? decision(item.decision)?.labels)} ${label(choice.labels)}`, tone: 'azurite' }];
    if (item.value === true) return [{ key: item.decision, text: label(item.labels ?? decision(item.decision)?.labels), tone: 'bamboo' }];
    return [];
  });

  const sections: [string, string, number][] = [
    ['outcomes', t('file.outcomes'), file.outcomes.length],
    ...licenceKinds.map((name): [string, string, number] => [name, label(kind(name)?.labels), file.child_totals[name] ?? file.children[name]?.length ?? 0]),
    ['facts', t('file.facts'), file.facts.filter((fact) => fact.value !== null).length],
    ...others.map((name): [string, string, number] => [name, label(kind(name)?.labels), file.child_totals[name] ?? file.children[name]?.length ?? 0]),
    ['cases', t('file.cases'), file.cases.length],
  ];

  return (
    <>
      <header className="page-head file-head">
        <div>
          <h1>{record.title}</h1>
          <p className="file-line">
            {headline.map((item) => <span key={item.name} className={item.code ? 'code' : undefined} title={item.label}>{item.code ? item.text : `${item.label} ${item.text}`}</span>)}
            {tags.slice(0, 6).map((tag) => <span key={tag.key} className={`chip ${tag.tone}`}>{tag.text}</span>)}
          </p>
        </div>
        <div className="page-actions">
          <Directive title={record.title} href={`/desk/files/${record.id}`} subject={record.id} />
          <Link to={owner ? '/my/file/changes' : `/desk/files/${record.id}/changes`}>{t('file.changes_link')}</Link>
          {mayWrite && !owner && known?.opens_file && mayEdit(record.kind) ? <Link to={`/desk/files/${record.id}/merge`}>{t('file.merge')}</Link> : null}
          {differences.length > 0 ? <a className="chip ochre" href={`#${differences[0]?.[0] ?? 'facts'}`}>{t('file.facts_note', { count: differences.reduce((sum, [, count]) => sum + count, 0) })}</a> : null}
          {(file.findings ?? []).length > 0 ? <span className="chip ochre">{t('file.findings', { count: file.findings?.length ?? 0 })}</span> : null}
        </div>
      </header>

      {(file.findings ?? []).map((finding, index) => <p key={index} className="notice ochre">{label(finding)}</p>)}

      {duties.length > 0 ? <h2 className="visually-hidden">{t('shell.go.duties')}</h2> : null}
      {duties.length > 0 ? (
        <div className="cards">{duties.slice(0, 3).map((duty) => <DutyCard key={duty.id} duty={duty} withSubject={false} />)}</div>
      ) : null}
      {duties.length > 3 ? <p><Link to={`/desk/duties?subject=${record.id}`}>{t('file.more_duties', { count: duties.length - 3 })}</Link></p> : null}

      <nav className="file-nav" aria-label={t('file.sections')}>
        {sections.map(([anchor, name, count]) => <a key={anchor} href={`#${anchor}`}>{name}<small>{count}</small></a>)}
      </nav>

      <div className="columns">
        <div className="stack">
          <Panel id="outcomes" title={t('file.outcomes')} note={t('file.outcomes_note')} flush>{typeof file.building === 'number' ? <div className="panel-body"><Building part={file.building} /></div> : <Outcomes file={file} />}</Panel>
          {licenceKinds.map((name) => {
            const found = kind(name);
            return found ? <Licences key={name} kind={found} file={file} onEdit={mayEdit(name) ? (target, field) => edit(target, field) : undefined} onHistory={setHistory} /> : null;
          })}
          <Panel id="facts" title={t('file.facts')} note={beyond(file.facts) > 0 ? t('file.facts_note', { count: beyond(file.facts) }) : undefined} flush>
            <Facts file={file} kind={known} onEdit={mayEdit(record.kind) ? (fact) => edit(record, fact.field, fact) : undefined} onHistory={() => setHistory(record)} />
          </Panel>
          {others.map((name) => {
            const found = kind(name);
            return found ? <Children key={name} kind={found} records={file.children[name] ?? []} total={file.child_totals[name]} onEdit={mayEdit(name) ? (target, field) => edit(target, field) : undefined} onHistory={setHistory} /> : null;
          })}
        </div>
        <div className="stack">
          <Panel id="cases" title={t('file.cases')} aside={file.cases.length} flush>
            {file.cases.length === 0 ? <Empty title={t('file.no_cases')} text={t('file.no_cases_next')} /> : (
              <ul className="file-list">{file.cases.map((item) => (
                <li key={item.id}><Link to={`${owner ? '/my' : '/desk'}/cases/${item.id}`}><b>{label(item.labels)}</b><span>{item.number} · {t(`case.state.${item.state}`)}{item.step ? ` · ${label(item.step)}` : ''}{item.outcome ? ` · ${label(item.outcome)}` : ''}</span></Link></li>
              ))}</ul>
            )}
          </Panel>
          {file.papers.length > 0 ? <Panel title={t('file.papers')} aside={file.papers.length} flush><PaperList papers={file.papers} /></Panel> : null}
          <Panel title={t('timeline.title')} note={closed > 0 ? t('file.closed_duties', { count: closed }) : undefined}>
            {file.timeline.length > 0 ? <Timeline entries={file.timeline} /> : <Empty title={t('timeline.none')} text={t('timeline.none_next')} />}
          </Panel>
        </div>
      </div>

      {edited ? <EditDialog key={`${edited.record.id}-${edited.field}`} edited={edited} today={today} onClose={() => setEdited(null)} /> : null}
      {history ? <HistoryDialog record={history} onClose={() => setHistory(null)} /> : null}
    </>
  );
}

/** Figures first, long lists of contacts last. */
const score = (kind: Kind | undefined): number => (kind ? kind.fields.filter((field) => field.type === 'number' || field.type === 'money').length : 0);

const headFields = (kind: Kind | undefined) => {
  const keys = (kind?.keys ?? []).flat().filter((name) => name !== kind?.title);
  const days = (kind?.fields ?? []).filter((field) => field.type === 'date').slice(0, 1).map((field) => field.name);
  return (kind?.fields ?? []).filter((field) => keys.includes(field.name) || field.name === 'industry' || days.includes(field.name));
};
