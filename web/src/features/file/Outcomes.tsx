import { DownOutlined, UpOutlined } from '@ant-design/icons';
import { useEffect, useRef, useState } from 'react';
import { Mark } from '@/components/Mark';
import { Empty } from '@/components/States';
import { useOutcomeText, Why } from '@/components/Why';
import { useCatalogue, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { FilePage, Outcome, Value } from '@/lib/types';

const keyOf = (item: Outcome): string => `${item.record?.id ?? ''}/${item.decision}`;

/** What each outcome was when the page was opened, so that a change is seen as a change. */
function useBefore(outcomes: Outcome[]): Map<string, Value> {
  const before = useRef<Map<string, Value> | null>(null);
  const [changed, setChanged] = useState<Map<string, Value>>(new Map());
  useEffect(() => {
    const now = new Map(outcomes.map((item) => [keyOf(item), item.value]));
    const earlier = before.current;
    before.current = now;
    if (!earlier) return;
    setChanged((known) => {
      const next = new Map(known);
      for (const [key, value] of now) {
        if (!earlier.has(key)) continue;
        const was = earlier.get(key) ?? null;
        if (JSON.stringify(was) !== JSON.stringify(value) && !next.has(key)) next.set(key, was);
      }
      return next;
    });
  }, [outcomes]);
  return changed;
}

/** What the rules say about this firm; each opens its why-tree. */
export function Outcomes({ file }: { file: FilePage }) {
  const { t } = useWords();
  const changed = useBefore(file.outcomes);
  const [open, setOpen] = useState<string | null>(null);
  if (file.outcomes.length === 0) return <Empty title={t('file.no_outcomes')} text={t('file.no_outcomes_next')} />;
  const own = file.outcomes.filter((item) => !item.record || item.record.id === file.record.id);
  const rest = file.outcomes.filter((item) => item.record && item.record.id !== file.record.id);
  return (
    <>
      {[...own, ...rest].map((item) => {
        const key = keyOf(item);
        return <Row key={key} item={item} file={file} was={changed.get(key)} hasChanged={changed.has(key)} open={open === key} onToggle={() => setOpen(open === key ? null : key)} />;
      })}
    </>
  );
}

interface Properties { item: Outcome; file: FilePage; was: Value | undefined; hasChanged: boolean; open: boolean; onToggle: () => void }

function Row({ item, file, was, hasChanged, open, onToggle }: Properties) {
  const { t, label, day } = useWords();
  const { decision } = useCatalogue();
  const said = useOutcomeText();
  const today = useToday();
  const known = decision(item.decision);
  const subject = item.record ?? { id: file.record.id, title: file.record.title, kind: file.record.kind };
  const kind = subject.kind ?? known?.kind ?? file.record.kind;
  const mark = item.value === null ? 'unknown' : item.value === true ? 'met' : item.value === false ? 'neutral' : 'said';
  const panel = `outcome-${subject.id}-${item.decision}`;
  return (
    <div className={`outcome${hasChanged ? ' changed' : ''}`} data-rowbox>
      <button type="button" className="outcome-head" aria-expanded={open} aria-controls={panel} onClick={onToggle} data-row data-why={open ? undefined : ''}>
        <Mark result={mark} silent={item.value !== null} />
        <span className="name">{label(item.labels ?? known?.labels) || item.decision}</span>
        <span className="said">
          {subject.id !== file.record.id ? `${subject.title} · ` : ''}
          {item.sentence ? label(item.sentence) : (typeof item.value === 'object' && item.value !== null ? '' : label(item.value_labels)) || said(item.decision, item.value)}
          {item.value === null && item.reason ? ` · ${label(item.reason)}` : ''}
          {hasChanged ? <span className="changed-from"> · {t('file.changed_from', { value: said(item.decision, was ?? null) })}</span> : null}
        </span>
        <span className="when">
          {item.since ? t('outcome.since', { date: day(item.since, today) }) : ''}
          {item.until ? `${item.since ? ' · ' : ''}${t('outcome.until', { date: day(item.until, today) })}` : ''}
          {item.provisional ? ` · ${t('outcome.provisional')}` : ''}
        </span>
        {open ? <UpOutlined aria-hidden /> : <DownOutlined aria-hidden />}
      </button>
      {open ? <div className="why" id={panel}><Why kind={kind} id={subject.id} decision={item.decision} /></div> : null}
    </div>
  );
}
