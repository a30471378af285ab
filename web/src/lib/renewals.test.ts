import { describe, expect, it } from 'vitest';
import type { Explanation, RecordItem } from './types';
import { readingOf, zerosOf } from './renewals';

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
