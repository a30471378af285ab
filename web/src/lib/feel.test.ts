import { describe, expect, it } from 'vitest';
import { expression, filter, fromParameter, operatorsOf, toParameter } from './feel';
import type { Field, Kind } from './types';

const field = (part: Partial<Field>): Field => ({ number: 1, name: 'x', feel: 'the field', labels: { zh: '甲', en: 'X' }, type: 'string', required: false, class: 'public', readable: true, ...part });

describe('filters', () => {
  it('become FEEL over the field’s name', () => {
    expect(expression({ field: 'x', operator: 'ge', value: '1,200.5' }, field({ type: 'number' }))).toBe('the field >= 1200.5');
    expect(expression({ field: 'x', operator: 'le', value: '2026-03-02' }, field({ type: 'date' }))).toBe('the field <= date("2026-03-02")');
    expect(expression({ field: 'x', operator: 'eq', value: 'small' }, field({ type: 'enumeration' }))).toBe('the field = "small"');
    expect(expression({ field: 'x', operator: 'empty', value: '' }, field({}))).toBe('the field = null');
  });
  it('cannot break out of a string', () => expect(expression({ field: 'x', operator: 'contains', value: 'a") or true or ("' }, field({}))).toBe('contains(the field, "a\\") or true or (\\"")'));
  it('leave out what is no value of the type', () => {
    expect(expression({ field: 'x', operator: 'ge', value: '1 or true' }, field({ type: 'number' }))).toBeNull();
    expect(expression({ field: 'x', operator: 'ge', value: 'today()' }, field({ type: 'date' }))).toBeNull();
  });
  it('join with what the address gives', () => {
    const kind = { fields: [field({ type: 'number' })] } as unknown as Kind;
    expect(filter([{ field: 'x', operator: 'ge', value: '1' }, { field: 'gone', operator: 'ge', value: '1' }], kind, 'a = 1 or b = 2')).toBe('(a = 1 or b = 2) and the field >= 1');
    expect(filter([], kind)).toBeUndefined();
  });
  it('survive the address', () => {
    const condition = { field: 'x', operator: 'contains' as const, value: 'a~b' };
    expect(fromParameter(toParameter(condition))).toEqual(condition);
    expect(fromParameter('x~drop~1')).toBeNull();
  });
  it('offer every type something', () => {
    for (const type of ['number', 'string', 'boolean', 'date', 'date_time', 'enumeration', 'reference', 'list', 'money'] as const) expect(operatorsOf(field({ type })).length).toBeGreaterThan(1);
  });
});
