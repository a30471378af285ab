import { describe, expect, it } from 'vitest';
import type { Explanation, RecordItem } from './types';
import { causesOf, painsOf, readingOf, zerosOf } from './renewals';

const renewal = (values: RecordItem['values']): RecordItem => ({ id: '1', kind: 'renewal', title: '', file: null, version: 1, values });

describe('four zeros', () => {
  it('counts only renewals, and only 0/0/0/0 as four zeros', () => {
    const zeros = zerosOf([
      renewal({ result: 'renewed', applications: 0, materials: 0, visits: 0, gap_days: 0, days_taken: 0, four_zeros: true }),
      renewal({ result: 'renewed', applications: 1, materials: 0, visits: 0, gap_days: 0, days_taken: 4, four_zeros: false }),
      renewal({ result: 'deemed', applications: 0, materials: 2, visits: 1, gap_days: 0, days_taken: 9, four_zeros: false }),
      renewal({ result: 'declined', applications: 0, materials: 0, visits: 0, gap_days: 0, days_taken: 0, four_zeros: false }),
    ]);
    expect(zeros).toEqual({ total: 3, four: 1, applications: 2, materials: 2, visits: 2, gaps: 3, days: 4 });
  });
  it('says nothing of what is not there', () => expect(zerosOf([])).toEqual({ total: 0, four: 0, applications: 0, materials: 0, visits: 0, gaps: 0, days: null }));
});

it('reads the finding of each condition', () => {
  const explanation = { details: { lane: 'person', conditions: [{ code: 'a', zh: '甲', en: 'A', met: null }], 'held back': ['未确认'] } } as unknown as Explanation;
  expect(readingOf(explanation)).toEqual({ findings: [{ code: 'a', zh: '甲', en: 'A', met: null }], heldBack: ['未确认'] });
  expect(readingOf(undefined)).toEqual({ findings: [], heldBack: [] });
});

describe('three pains and their causes', () => {
  const items = [
    renewal({ result: 'renewed', lane: 'automatic', materials: 0, days_taken: 0, findings: ['甲：满足'] }),
    renewal({ result: 'renewed', lane: 'person', materials: 2, days_taken: 12, findings: ['甲：满足', '乙：不知道'], findings_en: ['A: met', 'B: not known'] }),
    renewal({ result: 'refused', lane: 'person', materials: 0, days_taken: 30, findings: ['甲：不满足', '乙：不知道'] }),
    renewal({ result: 'renewed', lane: 'person', materials: 0, days_taken: 4, findings: ['甲：满足'] }),
    renewal({ result: 'lapsed', lane: 'person', materials: 1, days_taken: 90, findings: [] }),
    renewal({ result: 'declined', lane: 'person', materials: 0, days_taken: 1, findings: ['乙：不知道'] }),
  ];
  it('counts what lapsed and what was asked for, and leaves out who declined', () => expect(painsOf(items)).toEqual({ total: 5, forgotten: 1, asked: 2, asks: 3, days: 12, slowest: 30 }));
  it('lists the conditions that called a person, the most frequent first', () => expect(causesOf(items)).toEqual([{ key: '乙：不知道', labels: { zh: '乙：不知道', en: 'B: not known' }, count: 3 }, { key: '', labels: { zh: '', en: '' }, count: 2 }, { key: '甲：不满足', labels: { zh: '甲：不满足', en: '甲：不满足' }, count: 1 }]));
});
