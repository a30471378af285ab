import { useQuery } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useMemo, useState } from 'react';
import { isMoney, isReference } from '@/lib/format';
import { get } from '@/lib/http';
import { bounded, isShare, margin, measured } from '@/lib/measure';
import { useCatalogue, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { Catalogue, Condition, Explanation, Field, Fix, Labels, Value } from '@/lib/types';
import { Mark } from './Mark';
import { Await } from './States';

interface RuleGroup { key: string; table: string | null; rule: number | null; conditions: Condition[]; met: number; unmet: number; unknown: number; matched: boolean }

/** The rules of the tables: the matched ones first, then the nearest misses. */
export function groupRules(explanation: Pick<Explanation, 'conditions' | 'matched_rules' | 'tables' | 'ways' | 'aim' | 'value'>): RuleGroup[] {
  const groups = new Map<string, RuleGroup>();
  const tables = new Map((explanation.tables ?? []).map((table) => [table.decision, table.matched_rules]));
  for (const condition of explanation.conditions) {
    const rule = condition.rule ?? null;
    const table = condition.table ?? null;
    const key = `${table ?? ''}/${rule ?? ''}`;
    let group = groups.get(key);
    if (!group) {
      const matched = (table !== null ? tables.get(table) : undefined) ?? explanation.matched_rules;
      group = { key, table, rule, conditions: [], met: 0, unmet: 0, unknown: 0, matched: rule !== null && matched.includes(rule) };
      groups.set(key, group);
    }
    group.conditions.push(condition);
    if (condition.result === 'met') group.met += 1;
    else if (condition.result === 'unmet') group.unmet += 1;
    else if (condition.result === 'unknown') group.unknown += 1;
  }
  // When something else is wished for, the way nearest to it comes first.
  const wanted = explanation.aim && explanation.value !== explanation.aim ? explanation.conditions[explanation.ways?.[0]?.conditions[0] ?? -1] : undefined;
  const first = wanted ? `${wanted.table ?? ''}/${wanted.rule ?? ''}` : null;
  return [...groups.values()].sort((left, right) =>
    Number(right.key === first) - Number(left.key === first) || Number(right.matched) - Number(left.matched) || left.unmet + left.unknown - (right.unmet + right.unknown) || right.met - left.met || (left.rule ?? 0) - (right.rule ?? 0));
}

/** A decision's value in words: what the pack calls it, else yes/no, else the value itself. */
export function useOutcomeText() {
  const { value: show, label, t } = useWords();
  const { decision } = useCatalogue();
  return (id: string, value: Value): string => {
    if (value === null) return t('outcome.unknown');
    if (typeof value === 'object' && !Array.isArray(value) && !isMoney(value) && !isReference(value)) return t('outcome.several', { count: Object.keys(value).length });
    const choice = decision(id)?.values?.find((item) => item.code === String(value));
    return choice ? label(choice.labels) : show(value);
  };
}

const opened = 2;

const closed = (sentence: string, language: string): string => (/[。.；;？?]$/.test(sentence) ? sentence : `${sentence}${language === 'zh' ? '。' : '.'}`);

export function WhyTree({ explanation }: { explanation: Explanation }) {
  const { t, language, label, value: show, day, long } = useWords();
  const { source, catalogue } = useCatalogue();
  const today = useToday();
  const said = useOutcomeText();
  const [all, setAll] = useState(false);
  const [raw, setRaw] = useState(false);
  const rules = useMemo(() => groupRules(explanation), [explanation]);
  const read = useMemo(() => valueReader(catalogue), [catalogue]);
  const matched = rules.filter((group) => group.matched).length;
  const shown = all ? rules : rules.slice(0, Math.max(1, matched > 0 ? matched : opened));
  const nearest = rules.find((group) => !group.matched);
  const origin = (name: string | null | undefined, date: string | null | undefined) =>
    [name ? label(source(name)?.labels ?? name) : '', date ? day(date, today) : ''].filter(Boolean).join(' · ');

  return (
    <div className="stack tight">
      <p className="sentence">
        {explanation.sentence ? closed(label(explanation.sentence), language) : t('why.sentence', { decision: label(explanation.labels), value: label(explanation.value_labels) || said(explanation.decision, explanation.value) })}
        {explanation.since ? ` ${t('why.since', { date: long(explanation.since) })}` : ''}
        {explanation.until ? ` ${t('why.until', { date: long(explanation.until) })}` : ''}
        {!matched && nearest && nearest.unmet + nearest.unknown > 0 && !explanation.sentence ? ` ${t('why.nearest', { count: nearest.unmet + nearest.unknown })}` : ''}
      </p>
      <Turns explanation={explanation} text={(value, field, unit, name) => show(value, read(value, field, unit, name))} />
      {rules.length > 0 ? (
        <div className="why-table" role="table" aria-label={t('why.conditions')}>
          <div className="why-row head" role="row">
            <span role="columnheader">{t('why.condition')}</span><span role="columnheader">{t('why.fact')}</span><span role="columnheader">{t('why.origin')}</span>
          </div>
          {shown.map((group) => (
            <Rows key={group.key} group={group} raw={raw} facts={explanation.facts_used} origin={origin} text={(value, field, unit, name) => show(value, read(value, field, unit, name))} />
          ))}
        </div>
      ) : null}
      {rules.length > 0 ? (
        <div className="row wrap">
          {rules.length > shown.length ? <Button size="small" onClick={() => setAll(true)}>{t('why.other_rules', { count: rules.length - shown.length })}</Button> : null}
          <Button size="small" type="text" aria-pressed={raw} onClick={() => setRaw(!raw)}>{t(raw ? 'why.text_hide' : 'why.text_show')}</Button>
        </div>
      ) : null}
      {explanation.facts_used.length > 0 ? (
        <details>
          <summary className="mid dim">{t('why.facts_used', { count: explanation.facts_used.length })}</summary>
          <ul className="mid dim">
            {explanation.facts_used.map((fact, index) => (
              <li key={index}>{label(fact.label)} · <b>{show(fact.value, read(fact.value, fact.field, null, fact.label))}</b>{fact.record ? ` · ${fact.record.title}` : ''}{origin(fact.source, fact.date) ? ` · ${origin(fact.source, fact.date)}` : ''}</li>
            ))}
          </ul>
        </details>
      ) : null}
      {(explanation.suppressed ?? []).map((item, index) => <p key={index} className="mid tone-ochre">{label(item)}</p>)}
      <p className="why-basis">
        {t('why.model')} <code>{explanation.model.name}</code>{explanation.model.version ? ` · ${explanation.model.version}` : ''}{explanation.model.source ? ` · ${label(explanation.model.source)}` : ''}
      </p>
    </div>
  );
}

/** What would turn the outcome: the smallest changes first, cliffs apart, and what is still missing. */
function Turns({ explanation, text }: { explanation: Explanation; text: RowsProperties['text'] }) {
  const { t, label } = useWords();
  const { source } = useCatalogue();
  const fixes = explanation.fixes ?? [];
  const cliffs = explanation.cliffs ?? [];
  const missing = explanation.missing ?? [];
  if (fixes.length + cliffs.length + missing.length === 0) return null;
  const line = (fix: Fix, index: number, advised: boolean) => (
    <li key={index}>{fix.changes.map((change, at) => (
      <span key={at}>{at > 0 ? '；' : ''}{t('why.fix', { field: label(change.label), from: text(change.from as Value, change.field, change.unit, change.label), to: text(change.to as Value, change.field, change.unit, change.label) })}{change.record?.title ? <span className="dim"> · {change.record.title}</span> : null}{advised && (change.lever === 'firm' || change.lever === 'firm_up' || change.lever === 'zone') ? <span className="chip bamboo">{t(`why.by.${change.lever}`)}</span> : null}</span>
    ))}</li>
  );
  return (
    <div className="turns">
      {fixes.length > 0 ? <><b>{t('why.fixes')}</b><ul>{fixes.slice(0, 3).map((fix, index) => line(fix, index, true))}</ul>{explanation.fixes_ended === false ? <span className="dim mid">{t('why.not_ended')}</span> : null}</> : null}
      {cliffs.length > 0 ? <><b className="tone-ochre">{t('why.cliffs')}</b><ul>{cliffs.slice(0, 3).map((fix, index) => line(fix, index, false))}</ul></> : null}
      {missing.length > 0 ? <><b className="tone-ochre">{t('why.missing')}</b><ul>{missing.map((item, index) => <li key={index}>{label(item.label)}{item.about ? ` ${item.about}` : ''}{item.source ? <span className="dim"> · {label(source(item.source)?.labels ?? item.source)}</span> : null}</li>)}</ul></> : null}
    </div>
  );
}

type Read = (value: Value, field: string | null | undefined, unit: string | null | undefined, name: Labels) => Pick<Field, 'type' | 'unit' | 'values' | 'scale'> | null;

/** How a fact found is written: by its field, else by the decision whose answer it is. Names repeat over kinds; the one that knows the code counts. */
function valueReader(catalogue: Catalogue | undefined): Read {
  return (value, field, unit, name) => {
    const same = (catalogue?.kinds ?? []).flatMap((kind) => kind.fields.filter((item) => item.name === field));
    const known = same.find((item) => item.values?.some((choice) => choice.code === value)) ?? same.find((item) => !item.values);
    if (known) return { ...known, unit: unit ?? known.unit };
    const decision = typeof value === 'string' ? catalogue?.decisions.find((item) => item.labels.zh === name.zh && item.values?.some((choice) => choice.code === value)) : undefined;
    if (decision) return { type: 'enumeration', values: decision.values };
    return unit ? { type: 'number', unit } : null;
  };
}

interface RowsProperties { group: RuleGroup; raw: boolean; facts: Explanation['facts_used']; origin: (name?: string | null, date?: string | null) => string; text: (value: Value, field: string | null | undefined, unit: string | null | undefined, name: Labels) => string }

const isPeriod = (value: Value): boolean => typeof value === 'string' && /^-?P\d/.test(value);

const gapOf = (condition: Condition, language: 'zh' | 'en'): string => (condition.withheld || condition.margin === undefined || condition.margin === null ? '' : margin(condition.margin, condition.limit, language, isShare(condition.limit, condition.field), condition.unit));

function Rows({ group, raw, facts, origin, text }: RowsProperties) {
  const { t, label, language } = useWords();
  const total = group.conditions.length;
  /** What a ratio or a sum rests on: each figure once, with who told it. */
  const behind = (condition: Condition) => [...new Set((condition.facts ?? []).flatMap((index) => { const fact = facts[index]; return fact ? [`${label(fact.label)} · ${origin(fact.source, null)}`] : []; }))].slice(0, 4).join('；');
  const bound = (condition: Condition) => bounded(condition.bound, language, isShare(condition.limit, condition.field), condition.unit);
  // What a step between answers: yes, no and unknown have words though no field lists them.
  const word = (condition: Condition): string | null =>
    condition.value === 'yes' ? t('exceptions.yes') : condition.value === 'no' ? t('exceptions.no') : condition.value === 'unknown' ? t('outcome.unknown') : null;
  const said = (condition: Condition): string => {
    const shown = text(condition.value, condition.field, condition.unit, condition.label);
    return shown === condition.value ? word(condition) ?? shown : shown;
  };
  return (
    <>
      {group.rule !== null ? (
        <div className="why-row rule" role="row">
          <span className="condition" role="cell"><Mark result={group.matched ? 'met' : group.unmet > 0 ? 'unmet' : 'unknown'} /><span>{t('why.rule', { rule: group.rule })}{raw && group.table ? <span className="expression">{group.table}</span> : null}</span></span>
          <span role="cell">{t('why.met_of', { met: group.met, total })}</span>
          <span role="cell" className="origin">{group.matched ? <span className="chip bamboo">{t('why.matched')}</span> : null}</span>
        </div>
      ) : null}
      {group.conditions.map((condition, index) => (
        <div key={index} className={`why-row ${group.rule !== null ? 'leaf' : ''} ${condition.result === 'unmet' ? 'unmet' : condition.result === 'unknown' ? 'unknown' : ''}`} role="row">
          <span className="condition" role="cell">
            <Mark result={condition.result} />
            <span>{label(condition.label) || condition.expression}{bound(condition) ? <span className="expression">{bound(condition)}</span> : null}{raw && label(condition.label) && condition.expression !== '-' ? <span className="expression"><code>{condition.expression}</code>{condition.bound && condition.bound !== '-' ? <> · <code>{condition.bound}</code></> : null}</span> : null}</span>
          </span>
          <span role="cell"><b>{condition.withheld ? t('why.withheld') : condition.value === null && condition.result === 'unknown' ? t('why.not_found') : isShare(condition.limit, condition.field) || isPeriod(condition.value) ? measured(condition.value, language, isShare(condition.limit, condition.field)) : said(condition)}</b>
            {gapOf(condition, language) ? <span className={`expression ${condition.result === 'unmet' ? 'tone-violet' : ''}`}>{t(condition.result === 'unmet' ? 'why.margin_short' : 'why.margin_left', { gap: gapOf(condition, language) })}</span> : null}
          </span>
          <span role="cell" className="origin">{origin(condition.source, condition.date) || behind(condition)}</span>
        </div>
      ))}
    </>
  );
}

export const useExplanation = (kind: string, id: string, decision: string, enabled = true) => useQuery({
  queryKey: ['explanation', kind, id, decision],
  queryFn: () => get<Explanation>(`/records/${kind}/${id}/outcomes/${decision}/explanation`),
  enabled,
});

export function Why({ kind, id, decision }: { kind: string; id: string; decision: string }) {
  const query = useExplanation(kind, id, decision);
  return <Await query={query} lines={5}>{query.data ? <WhyTree explanation={query.data} /> : null}</Await>;
}

/** “Why” as a link on a card: opens the tree over the page, so that the list keeps its place. */
export function WhyButton({ kind, id, decision, title }: { kind: string; id: string; decision: string; title?: string }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button type="link" data-why onClick={() => setOpen(true)}>{t('why.why')}</Button>
      <Modal open={open} onCancel={() => setOpen(false)} footer={null} width={860} title={title ?? t('why.why')} destroyOnHidden>
        <Why kind={kind} id={id} decision={decision} />
      </Modal>
    </>
  );
}
