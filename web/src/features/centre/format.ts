import type { Language, Scalar, Tag, TagValue } from './types';

/** No value is a dash, never a zero. */
export function shown(value: Scalar | undefined, tag: Tag | undefined, language: Language): string {
  if (value === null || value === undefined) return '—';
  if (typeof value === 'boolean') return language === 'zh' ? (value ? '是' : '否') : value ? 'yes' : 'no';
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return '—';
    return tag && tag.decimals >= 0 ? value.toLocaleString('en-US', { minimumFractionDigits: tag.decimals, maximumFractionDigits: tag.decimals }) : String(value);
  }
  return value;
}

export const unitOf = (tag: Tag | undefined, language: Language): string => (tag ? (language === 'zh' ? tag.unit : tag.unit_en) : '');

export const ageOf = (state: TagValue): number => (state.age < 0 ? -1 : state.age + (performance.now() - state.received));

export function age(ms: number, language: Language): string {
  if (ms < 0) return language === 'zh' ? '从未收到' : 'never received';
  const seconds = Math.round(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

export const clock = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(11, 19);
export const moment = (ms: number): string => `${new Date(ms + 8 * 3_600_000).toISOString().slice(5, 10)} ${clock(ms)}`;
export const day = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10);
export const good = (quality: string): boolean => quality.startsWith('good');
