import { useQuery } from '@tanstack/react-query';
import { get } from './http';
import { linesOf } from './given';
import type { Explanation, Labels, RecordItem, RecordPage, Value } from './types';

export interface Finding { code: string; zh: string; en: string; met: boolean | null }

/** The finding of each condition and why a renewal was not automatic, from the decision's own details. */
export function readingOf(explanation: Explanation | undefined): { findings: Finding[]; heldBack: (Labels | string)[] } {
  const details = explanation?.details;
  const part = (name: string): Value => (details !== null && typeof details === 'object' && !Array.isArray(details) ? (details as Record<string, Value>)[name] ?? null : null);
  const findings = part('conditions');
  const held = part('held back');
  return {
    findings: (Array.isArray(findings) ? findings : []) as unknown as Finding[],
    heldBack: linesOf(held).map((line) => line.text),
  };
}

export const useLane = (licence: string, enabled = true) =>
  useQuery({ queryKey: ['lane', licence], queryFn: () => get<Explanation>(`/records/licence/${licence}/outcomes/renewal_lane/explanation`), enabled: enabled && licence !== '', retry: false });

/** What became of renewals, all of them: one record for each licence and term. */
export const useRenewals = (enabled = true) =>
  useQuery({
    queryKey: ['records', 'renewal', 'all'], enabled, retry: false,
    queryFn: async () => {
      const items: RecordItem[] = [];
      for (let cursor: string | undefined; ;) {
        const page: RecordPage = await get<RecordPage>('/records/renewal', { limit: 500, cursor });
        items.push(...page.items);
        cursor = page.next_cursor ?? undefined;
        if (!cursor) return { ...page, items };
      }
    },
  });

const number = (item: RecordItem, field: string): number | null => {
  const value = item.values[field];
  return typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : null;
};

export interface Zeros { total: number; four: number; applications: number; materials: number; visits: number; gaps: number; days: number | null }

/** The share counts only 0/0/0/0; whoever declined or was refused is not counted as renewed. */
export function zerosOf(items: RecordItem[]): Zeros {
  const renewed = items.filter((item) => item.values.result === 'renewed' || item.values.result === 'deemed');
  const zero = (field: string) => renewed.filter((item) => number(item, field) === 0).length;
  const days = renewed.map((item) => number(item, 'days_taken')).filter((value): value is number => value !== null).sort((left, right) => left - right);
  return {
    total: renewed.length, four: renewed.filter((item) => item.values.four_zeros === true).length,
    applications: zero('applications'), materials: zero('materials'), visits: zero('visits'), gaps: zero('gap_days'),
    days: days.length === 0 ? null : days[Math.floor(days.length / 2)] ?? null,
  };
}

export interface Pains { total: number; forgotten: number; asked: number; asks: number; days: number | null; slowest: number | null }

/** The three pains: the day forgotten (lapsed), material unclear (asked for again), time taken. Whoever declined is left out. */
export function painsOf(items: RecordItem[]): Pains {
  const ended = items.filter((item) => item.values.result !== 'declined' && item.values.result !== null && item.values.result !== undefined);
  const asks = ended.map((item) => number(item, 'materials') ?? 0);
  const days = ended.filter((item) => item.values.result !== 'lapsed').map((item) => number(item, 'days_taken')).filter((value): value is number => value !== null).sort((left, right) => left - right);
  const at = (part: number): number | null => (days.length === 0 ? null : days[Math.min(days.length - 1, Math.floor(days.length * part))] ?? null);
  return {
    total: ended.length, forgotten: ended.filter((item) => item.values.result === 'lapsed').length,
    asked: asks.filter((count) => count > 0).length, asks: asks.reduce((sum, count) => sum + count, 0), days: at(0.5), slowest: at(0.9),
  };
}

export interface Cause { key: string; labels: Labels; count: number }

/** Why renewals came to a person: each condition that was not met or not known, as the finding says, the most frequent first. */
export function causesOf(items: RecordItem[]): Cause[] {
  const counts = new Map<string, Cause>();
  for (const item of items) {
    const findings = item.values.findings;
    if (item.values.lane !== 'person' || !Array.isArray(findings)) continue;
    // In English the same findings stand in the same order.
    const english = Array.isArray(item.values.findings_en) && item.values.findings_en.length === findings.length ? item.values.findings_en : [];
    const open = findings.flatMap((zh, index) => { const en = english[index]; return typeof zh === 'string' && !zh.endsWith('：满足') ? [{ zh, en: typeof en === 'string' ? en : zh }] : []; });
    for (const labels of open.length > 0 ? open : [{ zh: '', en: '' }]) {
      const known = counts.get(labels.zh);
      if (known) known.count += 1;
      if (known && known.labels.en === known.labels.zh) known.labels = labels;
      if (!known) counts.set(labels.zh, { key: labels.zh, labels, count: 1 });
    }
  }
  return [...counts.values()].sort((left, right) => right.count - left.count || left.key.localeCompare(right.key));
}
