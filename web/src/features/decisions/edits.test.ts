import { describe, expect, it } from 'vitest';
import { edited, replacedNumber } from './edits';

const cell = (element: string, text: string) => ({ element, text });
const table = {
  decision: 'd', element: 't', hit_policy: 'ANY', question: null, description: null, inputs: [{ label: 'a', expression: 'a' }], outputs: [{ label: 'o' }],
  rules: [
    { cells: [cell('a1', '>= 0.1'), cell('b1', '0.1')], outputs: [cell('o1', '"yes"')], note: null },
    { cells: [cell('a2', '< 0.1'), cell('b2', '-')], outputs: [cell('o2', '"no"')], note: null },
    { cells: [cell('a3', '>= 10.1'), cell('b3', '-')], outputs: [cell('o3', '"no"')], note: null },
  ],
};

describe('editing a table', () => {
  it('sees which number was replaced', () => {
    expect(replacedNumber('[0.1..0.5)', '[0.1..0.6)')).toEqual({ from: '0.5', to: '0.6' });
    expect(replacedNumber('>= 0.1', '>= 0.1')).toBeNull();
    expect(replacedNumber('[1..2]', '[3..4]')).toBeNull();
    expect(replacedNumber('>= 1', '-')).toBeNull();
  });
  it('moves the same bound in the same column, and nothing else', () => {
    const { edits, also } = edited(table, {}, 'a1', '>= 0.08');
    expect(edits).toEqual({ a1: '>= 0.08', a2: '< 0.08' });
    expect(also).toEqual(['a2']);
    expect(edited(table, edits, 'a1', '>= 0.1').edits).toEqual({});
  });
  it('leaves outputs to themselves', () => {
    expect(edited(table, {}, 'o1', '"no"').edits).toEqual({ o1: '"no"' });
  });
});
