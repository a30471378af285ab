import { figure, none, type Language } from './format';
import type { Value } from './types';

/** Values a rule compares, as people say them: a share as per cent, a duration in days, months or years. */

const numberOf = (value: Value | undefined): number | null => {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  return null;
};

const period = /^(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?$/;
const words = { zh: { Y: ' 年', M: ' 个月', D: ' 天' }, en: { Y: ' years', M: ' months', D: ' days' } };

/** Days, or months of a years-and-months duration; a number as it is. */
export function size(value: Value | undefined): number | null {
  const number = numberOf(value);
  if (number !== null) return number;
  const match = typeof value === 'string' ? period.exec(value) : null;
  if (!match) return null;
  const sign = match[1] === '-' ? -1 : 1;
  return match[4] !== undefined ? sign * Number(match[4]) : sign * (Number(match[2] ?? 0) * 12 + Number(match[3] ?? 0));
}

/** A bound between 0 and 1 on something no single fact gives is a share. */
export const isShare = (limit: Value | undefined, field: string | null | undefined): boolean => {
  const number = numberOf(limit);
  return !field && number !== null && number > 0 && number < 1;
};

export function measured(value: Value | undefined, language: Language, share = false, unit?: string | null): string {
  const number = numberOf(value);
  if (number !== null) {
    if (share) return `${figure(number * 100, 2)}%`;
    return unit ? `${figure(number)} ${unit}` : figure(number);
  }
  const match = typeof value === 'string' ? period.exec(value) : null;
  if (match) {
    const parts = (['Y', 'M', 'D'] as const).flatMap((name, index) => (match[index + 2] ? [`${match[index + 2]}${words[language][name]}`] : []));
    return `${match[1]}${parts.join('')}`;
  }
  if (value === true) return language === 'zh' ? '是' : 'Yes';
  if (value === false) return language === 'zh' ? '否' : 'No';
  return value === null || value === undefined ? none : String(value);
}

/** What is missing or left, without its sign: percentage points of a share, days or months of a duration. */
export function margin(value: Value | undefined, limit: Value | undefined, language: Language, share = false, unit?: string | null): string {
  const number = numberOf(value);
  if (number === null) return '';
  const text = Math.abs(number);
  if (share) return language === 'zh' ? `${figure(text * 100, 2)} 个百分点` : `${figure(text * 100, 2)} pp`;
  const match = typeof limit === 'string' ? period.exec(limit) : null;
  if (match) return `${figure(text, 0)}${words[language][match[4] !== undefined ? 'D' : 'M']}`;
  if (typeof limit === 'string' && /^\d{4}-\d{2}-\d{2}/.test(limit)) return `${figure(text, 0)}${words[language].D}`;
  return unit ? `${figure(text)} ${unit}` : figure(text);
}

const said = {
  zh: { '>=': '不低于', '>': '高于', '<=': '不超过', '<': '低于', and: '，' },
  en: { '>=': 'at least ', '>': 'above ', '<=': 'at most ', '<': 'below ', and: ' and ' },
} as const;

/** A bound of a rule in words where it is one of numbers or durations; anything else stays with the rule's own text. */
export function bounded(bound: string | null | undefined, language: Language, share = false, unit?: string | null): string {
  const words = said[language];
  const gap = language === 'zh' ? ' ' : '';
  const amount = (text: string): string => measured(/^duration\("(.*)"\)$/.exec(text)?.[1] ?? text, language, share, unit);
  const number = '(-?[\\d.]*\\d|duration\\("-?P[0-9YMD]+"\\))';
  const one = new RegExp(`^(>=|<=|>|<)\\s*${number}$`).exec(bound ?? '');
  if (one) return `${words[one[1] as '>=']}${gap}${amount(one[2] ?? '')}`;
  const two = new RegExp(`^([[\\](])\\s*${number}\\.\\.${number}\\s*([\\])[])$`).exec(bound ?? '');
  if (two) return `${words[two[1] === '[' ? '>=' : '>']}${gap}${amount(two[2] ?? '')}${words.and}${words[two[4] === ']' ? '<=' : '<']}${gap}${amount(two[3] ?? '')}`;
  return '';
}
