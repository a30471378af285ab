import type { Field, Kind } from './types';

const weight: Record<Field['type'], number> = { enumeration: 5, reference: 4, date: 4, number: 4, money: 4, boolean: 2, string: 1, date_time: 2, list: 0, attachment: 0 };

/** The columns a list starts with: what tells records apart at a glance, in the catalogue's own order. */
export function startingColumns(kind: Kind, most: number): string[] {
  const keys = new Set((kind.keys ?? []).flat());
  const candidates = kind.fields.filter((field) => field.readable !== false && field.name !== kind.title && field.class !== 'personal' && field.type !== 'list');
  const scored = candidates.map((field, order) => ({
    field, order,
    score: (field.check && field.type === 'string' && !keys.has(field.name) ? 4 : weight[field.type]) * 10 + (keys.has(field.name) && field.type !== 'string' ? 20 : 0) + (field.required ? 12 : 0) - order * 2,
  }));
  const chosen = scored.sort((left, right) => right.score - left.score).slice(0, most).sort((left, right) => left.order - right.order);
  return chosen.map((item) => item.field.name);
}

/** The line under a record's title: its first key that is not the title itself. */
export function keyUnderTitle(kind: Kind): string | null {
  return (kind.keys ?? []).flat().find((name) => name !== kind.title && kind.fields.find((field) => field.name === name)?.type === 'string') ?? null;
}
