import { describe, expect, it } from 'vitest';
import type { Look } from '@/lib/types';
import { grouped, when } from './looks';

const look = (id: string, at: string, more: Partial<Look> = {}): Look => ({ id, at, what: 'file', post: { zh: '窗口', en: 'Counter' }, account: 'a', file: { id: '1', title: '甲' }, field: null, exported: null, reason: null, ...more });

describe('the access log', () => {
  it('shows looks of one person at one thing within the hour as one row, newest first', () => {
    const rows = grouped([look('4', '2026-03-02T10:01:00Z'), look('3', '2026-03-02T09:40:00Z'), look('2', '2026-03-02T09:30:00Z', { file: { id: '2', title: '乙' } }), look('1', '2026-03-02T09:29:00Z')]);
    expect(rows.map((row) => row.items.map((item) => item.id))).toEqual([['4'], ['3', '1'], ['2']]);
    expect(rows.map(when)).toEqual(['2026-03-02 10:01', '2026-03-02 09:29 – 09:40', '2026-03-02 09:30']);
  });
  it('keeps reasons of revealing apart and an auditor’s questions together', () => {
    const rows = grouped([
      look('5', '2026-03-02T09:05:00Z', { what: 'request', file: null, reason: 'GET /api/v1/looks' }), look('4', '2026-03-02T09:04:00Z', { what: 'request', file: null, reason: 'GET /api/v1/clock' }),
      look('3', '2026-03-02T09:03:00Z', { what: 'reveal', reason: '核对' }), look('2', '2026-03-02T09:02:00Z', { what: 'reveal', reason: '投诉' }),
    ]);
    expect(rows.map((row) => row.items.length)).toEqual([2, 1, 1]);
  });
});
