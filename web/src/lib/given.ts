import type { Labels, Value } from './types';

/** One line of what a step was given: a finding in both languages with what it found, or plain text. */
export interface GivenLine { text: Labels | string; met?: boolean | null }

const isLine = (item: Value): item is { zh: string; en?: string; met?: boolean | null } & { [key: string]: Value } =>
  typeof item === 'object' && item !== null && !Array.isArray(item) && 'zh' in item && typeof item.zh === 'string';

function lineOf(item: Value): GivenLine[] {
  if (typeof item === 'string') return [{ text: item }];
  if (!isLine(item)) return [];
  return [{ text: { zh: item.zh, en: item.en ?? item.zh }, ...('met' in item ? { met: item.met ?? null } : {}) }];
}

/** The lines of a value: of a list each, of a line in two languages itself; anything else has none. */
export const linesOf = (value: Value | undefined): GivenLine[] => (Array.isArray(value) ? value.flatMap(lineOf) : value !== null && value !== undefined && typeof value === 'object' ? lineOf(value) : []);

/** What a step was given, by name, in the order of the procedure; what is empty is left out. */
export const entriesOf = (given: Value | undefined): [string, Value][] =>
  (given !== null && given !== undefined && typeof given === 'object' && !Array.isArray(given) ? Object.entries(given as Record<string, Value>).filter(([, item]) => item !== null && !(Array.isArray(item) && item.length === 0)) : []);

/** Why a rule left it to a person: each condition that was not met or not known. */
export function reasonsIn(given: Value | undefined): GivenLine[] {
  const lines = entriesOf(given).flatMap(([, item]) => linesOf(item));
  const told = lines.filter((line) => line.met === false || line.met === null);
  // Of two that speak of one condition the one that says what was found.
  const same = (line: GivenLine, other: GivenLine) => line !== other && zh(other).startsWith(`${zh(line)}：`);
  const plain = lines.filter((line) => line.met === undefined && !zh(line).endsWith('：满足'));
  const all = [...told, ...plain];
  const kept = all.filter((line) => !all.some((other) => same(line, other)));
  const found = kept.filter((line) => zh(line).includes('：'));
  return [...found, ...kept.filter((line) => !found.includes(line))].filter((line, index, list) => list.findIndex((other) => zh(other) === zh(line)) === index);
}

const zh = (line: GivenLine): string => (typeof line.text === 'string' ? line.text : line.text.zh);
