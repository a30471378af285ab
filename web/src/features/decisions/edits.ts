import type { DecisionTables } from '@/lib/types';

/** Cells an officer has changed: element id to new text. */
export type Edits = Record<string, string>;
type Table = DecisionTables['tables'][number];

/** A range is written low..high: its dots are no part of a number. */
const numbers = (text: string): string[] => text.split('..').join(' , ').match(/(?<![\w.])\d+(?:\.\d+)?(?![\w.])/g) ?? [];

/** The one number that another took the place of; null when more changed than that. */
export function replacedNumber(before: string, after: string): { from: string; to: string } | null {
  const old = numbers(before);
  const now = numbers(after);
  if (old.length !== now.length) return null;
  const differing = old.flatMap((number, index) => (number !== now[index] ? [index] : []));
  const index = differing[0];
  if (differing.length !== 1 || index === undefined) return null;
  return { from: old[index] as string, to: now[index] as string };
}

/** With one text changed; a text put back as it was is no change. */
export const changedTo = (edits: Edits, id: string, original: string, value: string): Edits =>
  Object.fromEntries([...Object.entries(edits).filter(([key]) => key !== id), ...(value === original ? [] : [[id, value]])]);

const replace = (text: string, from: string, to: string): string =>
  text.split('..').map((part) => part.replace(new RegExp(`(?<![\\w.])${from.replace('.', '\\.')}(?![\\w.])`, 'g'), to)).join('..');

/**
 * The edits after one cell of a table was changed. A bound usually stands twice in a column, as `>= 0.1` and as `< 0.1`: the others
 * follow, or the table would leave a gap or overlap. `also` says which did.
 */
export function edited(table: Table, edits: Edits, element: string, text: string): { edits: Edits; also: string[] } {
  let next = edits;
  const also: string[] = [];
  const set = (id: string, original: string, value: string) => { next = changedTo(next, id, original, value); };
  const column = table.rules.findIndex((rule) => rule.cells.some((cell) => cell.element === element)) < 0 ? -1 : table.rules.flatMap((rule) => rule.cells.map((cell, index) => ({ cell, index }))).find((item) => item.cell.element === element)?.index ?? -1;
  const cells = column < 0 ? table.rules.flatMap((rule) => rule.outputs) : table.rules.flatMap((rule) => rule.cells.slice(column, column + 1));
  const original = cells.find((cell) => cell.element === element)?.text ?? '';
  const before = edits[element] ?? original;
  set(element, original, text);
  const swap = column < 0 ? null : replacedNumber(before, text);
  if (swap) {
    for (const cell of cells) {
      if (cell.element === element) continue;
      const now = edits[cell.element] ?? cell.text;
      const then = replace(now, swap.from, swap.to);
      if (then === now) continue;
      set(cell.element, cell.text, then);
      also.push(cell.element);
    }
  }
  return { edits: next, also };
}
