import { Fragment } from 'react';
import { useWords } from '@/lib/words';
import type { Look } from '@/lib/types';

/** Looks of one person at one thing within one hour: shown as one row that opens. */
export interface Looks { key: string; items: Look[] }

/** The newest first stays first; what an auditor asked the program for is one thing, whatever the address. */
export function grouped(items: Look[]): Looks[] {
  const found = new Map<string, Looks>();
  for (const item of items) {
    const of = item.what === 'request' ? '' : [item.file?.id, item.field?.field, item.exported?.zh, item.reason].join('/');
    const key = [item.at.slice(0, 13), item.account, item.post?.zh, item.what, of].join('|');
    const group = found.get(key) ?? { key, items: [] };
    group.items.push(item);
    found.set(key, group);
  }
  return [...found.values()];
}

const minute = (at: string) => at.slice(0, 16).replace('T', ' ');

/** 2026-03-02 09:29, or from the first to the last of the hour. */
export function when({ items }: Looks): string {
  const last = minute(items[0]?.at ?? '');
  const first = minute(items[items.length - 1]?.at ?? '');
  return first === last ? last : `${first} – ${last.slice(11)}`;
}

/** What was looked at, and each look of the group behind one press. */
export function What({ of }: { of: Looks }) {
  const { t, label } = useWords();
  const [first] = of.items;
  if (!first) return null;
  const name = <>{t(`looks.what.${first.what}`)}{first.field ? ` · ${label(first.field.labels)}` : ''}{first.exported ? ` · ${label(first.exported)}` : ''}</>;
  if (of.items.length === 1) return <>{name}{first.what === 'request' && first.reason ? <span className="under code">{first.reason}</span> : null}</>;
  return (
    <details className="looks">
      <summary>{name} · {t('looks.times', { count: of.items.length })}</summary>
      <ul>{of.items.map((item) => <li key={item.id}>{item.at.slice(11, 19)}{item.what === 'request' && item.reason ? <Fragment> <span className="code">{item.reason}</span></Fragment> : null}</li>)}</ul>
    </details>
  );
}
