import type { Attachment, Field, Labels, Money, Reference, Value } from './types';

export type Language = 'zh' | 'en';

/** No value is a dash, never 0. */
export const none = '—';

export function pick(labels: Labels | string | null | undefined, language: Language): string {
  if (!labels) return '';
  if (typeof labels === 'string') return labels;
  return labels[language] || labels.zh || labels.en || '';
}

const weekdays = { zh: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'], en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] };
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

interface Day { year: number; month: number; day: number }

export function parseDay(text: string | null | undefined): Day | null {
  const match = /^(-?\d{4})-(\d{2})-(\d{2})/.exec(text ?? '');
  return match ? { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) } : null;
}

const serial = (day: Day) => Math.round(Date.UTC(day.year, day.month - 1, day.day) / 86400000);

/** Calendar days from one day to another; null when either is no date. */
export function daysBetween(from: string | null | undefined, to: string | null | undefined): number | null {
  const first = parseDay(from);
  const last = parseDay(to);
  return first && last ? serial(last) - serial(first) : null;
}

export function addDays(text: string, days: number): string {
  const day = parseDay(text);
  if (!day) return text;
  return new Date((serial(day) + days) * 86400000).toISOString().slice(0, 10);
}

/** Monday of the week a day falls in. */
export function monday(text: string): string {
  const day = parseDay(text);
  return day ? addDays(text, -((new Date(serial(day) * 86400000).getUTCDay() + 6) % 7)) : text;
}

export const weekday = (text: string, language: Language): string => {
  const day = parseDay(text);
  return day ? weekdays[language][new Date(serial(day) * 86400000).getUTCDay()] ?? '' : '';
};

/** 2026年3月2日 周一 · Mon 2 Mar 2026: where somebody must act. */
export function longDay(text: string | null | undefined, language: Language): string {
  const day = parseDay(text);
  if (!day || !text) return none;
  return language === 'zh' ? `${day.year}年${day.month}月${day.day}日 ${weekday(text, 'zh')}` : `${weekday(text, 'en')} ${day.day} ${months[day.month - 1]} ${day.year}`;
}

/** 2026-03-02, or 03-02 when the year is the given one. */
export function shortDay(text: string | null | undefined, today?: string): string {
  if (!parseDay(text) || !text) return none;
  const iso = text.slice(0, 10);
  return today && iso.slice(0, 4) === today.slice(0, 4) ? iso.slice(5) : iso;
}

/** Date and hour of an instant, as written by the server (the zone's own time). */
export function instant(text: string | null | undefined): string {
  if (!text) return none;
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}))?/.exec(text);
  if (!match) return text;
  return match[2] ? `${match[1]} ${match[2]}` : match[1] ?? text;
}

const grouped = (text: string): string => {
  const [whole = '', fraction] = text.split('.');
  const sign = whole.startsWith('-') ? '-' : '';
  const digits = whole.replace('-', '').replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return `${sign}${digits}${fraction ? `.${fraction}` : ''}`;
};

/** 1,712.4; at most `decimals` of them, none of them padded. Takes the decimal text of large numbers too. */
export function figure(value: number | string | null | undefined, decimals = 6): string {
  if (value === null || value === undefined || value === '') return none;
  if (typeof value === 'string') {
    const number = Number(value);
    if (!Number.isFinite(number)) return value;
    if (Math.abs(number) >= Number.MAX_SAFE_INTEGER) return grouped(value);
    return figure(number, decimals);
  }
  const text = value.toFixed(decimals);
  return grouped(text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text);
}

export const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

export const isMoney = (value: Value): value is Money & { [key: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && 'amount' in value && 'currency' in value;
export const isReference = (value: Value): value is Reference & { [key: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && 'id' in value && 'title' in value;

export const isAttachment = (value: Value | undefined): value is Attachment & { [key: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && 'hash' in value && 'name' in value;
/** The files of a value: itself, or the items of a list. */
export const attachmentsOf = (value: Value | undefined): Attachment[] => (Array.isArray(value) ? value : [value]).filter(isAttachment);
export const holdsAttachments = (field: Pick<Field, 'type' | 'of'>): boolean => field.type === 'attachment' || (field.type === 'list' && field.of === 'attachment');

/** 850 KB, 1.2 MB. */
export function fileSize(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${figure(bytes / 1024 / 1024, 1)} MB`;
}

const yes = { zh: '是', en: 'Yes' };
const no = { zh: '否', en: 'No' };

/** Unit after a thin space. */
const withUnit = (text: string, unit: string | null | undefined, language: Language): string =>
  unit ? `${text}\u2009${language === 'en' ? englishUnits[unit] ?? unit : unit}` : text;

const englishUnits: Record<string, string> = {
  人: 'people', 万元: '×10k CNY', 元: 'CNY', 亿元: '×100M CNY', 平方米: 'm²', 个: '', 年: 'years', 月: 'months', 天: 'days', 户: 'firms', 亩: 'mu', 吨标准煤: 'tce', 千瓦时: 'kWh',
};

export type Shape = Pick<Field, 'type' | 'unit' | 'values' | 'scale'> & Partial<Pick<Field, 'minimum' | 'maximum'>>;

/** Whole numbers bounded like calendar years are names, not amounts: no grouping. */
const isYear = (field: Shape): boolean => field.type === 'number' && field.scale === 0 && !field.unit && Number(field.minimum) >= 1000 && Number(field.maximum) < 10000;

/** A value as people read it, by what the catalogue says of its field. */
export function show(value: Value | undefined, field: Shape | null | undefined, language: Language): string {
  if (value === null || value === undefined || value === '') return none;
  if (Array.isArray(value)) return value.length ? value.map((item) => show(item, field, language)).join(language === 'zh' ? '、' : ', ') : none;
  if (typeof value === 'boolean') return value ? yes[language] : no[language];
  if (isMoney(value)) {
    const foreign = value.currency !== 'CNY' ? value.currency : null;
    const unit = field?.unit ?? null;
    if (foreign) return `${figure(value.amount, 2)}\u2009${unit ? `${unit}${language === 'zh' ? ' ' : ' '}` : ''}${foreign}`;
    return withUnit(figure(value.amount, unit === '万元' ? 2 : 2), unit ?? '元', language);
  }
  if (isReference(value)) return value.title;
  if (isAttachment(value)) return value.name;
  if (typeof value === 'object') {
    return Object.entries(value).map(([key, item]) => `${key} ${show(item, null, language)}`).join(language === 'zh' ? '；' : '; ');
  }
  if (field?.values) {
    const choice = field.values.find((item) => item.code === String(value));
    if (choice) return pick(choice.labels, language);
  }
  if (typeof value === 'number' && field && isYear(field)) return String(value);
  if (typeof value === 'number') return withUnit(field && field.type !== 'number' && field.type !== 'money' ? String(value) : figure(value), field?.unit, language);
  if (field && (field.type === 'number' || field.type === 'money')) return withUnit(figure(value), field.unit, language);
  if (field?.type === 'date') return shortDay(value);
  if (field?.type === 'date_time') return instant(value);
  return value;
}

/** A value on its own, with no catalogue entry: dates stay dates, codes stay codes. */
export const showPlain = (value: Value | undefined, language: Language): string => show(value, null, language);
