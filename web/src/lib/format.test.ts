import { describe, expect, it } from 'vitest';
import { addDays, daysBetween, figure, longDay, pick, shortDay, show } from './format';
import type { Field } from './types';

const field = (part: Partial<Field>): Field => ({ number: 1, name: 'x', feel: 'x', labels: { zh: '甲', en: 'X' }, type: 'string', required: false, class: 'public', readable: true, ...part });

describe('figures', () => {
  it('groups thousands and pads nothing', () => {
    expect(figure(1712.4)).toBe('1,712.4');
    expect(figure(-20000)).toBe('-20,000');
    expect(figure(0.5)).toBe('0.5');
  });
  it('keeps every digit of numbers a double cannot hold', () => expect(figure('9223372036854775807')).toBe('9,223,372,036,854,775,807'));
  it('has a dash for no value, never 0', () => {
    expect(figure(null)).toBe('—');
    expect(show(null, field({ type: 'number' }), 'zh')).toBe('—');
    expect(show(0, field({ type: 'number', unit: '人' }), 'zh')).toBe('0\u2009人');
  });
});

describe('days', () => {
  it('writes them in both languages', () => {
    expect(longDay('2026-03-02', 'zh')).toBe('2026年3月2日 周一');
    expect(longDay('2026-03-02', 'en')).toBe('Mon 2 Mar 2026');
    expect(shortDay('2026-11-23', '2026-03-02')).toBe('11-23');
    expect(shortDay('2027-11-23', '2026-03-02')).toBe('2027-11-23');
  });
  it('counts calendar days over leap years and summer time alike', () => {
    expect(daysBetween('2024-02-28', '2024-03-01')).toBe(2);
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
    expect(daysBetween(null, '2026-03-30')).toBeNull();
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  });
});

describe('values', () => {
  it('shows money, references, enumerations and booleans as people read them', () => {
    expect(show({ amount: 1200.5, currency: 'CNY' }, field({ type: 'money', unit: '万元' }), 'zh')).toBe('1,200.5\u2009万元');
    expect(show({ id: '1', title: '软件园' }, field({ type: 'reference' }), 'zh')).toBe('软件园');
    expect(show('small', field({ type: 'enumeration', values: [{ code: 'small', labels: { zh: '小型', en: 'Small' } }] }), 'en')).toBe('Small');
    expect(show(false, field({ type: 'boolean' }), 'zh')).toBe('否');
    expect(show(['甲', '乙'], field({ type: 'list' }), 'zh')).toBe('甲、乙');
  });
  it('does not group years', () => expect(show(2026, field({ type: 'number', scale: 0, minimum: 1949, maximum: 2200 }), 'zh')).toBe('2026'));
  it('picks the language, else the other one', () => expect(pick({ zh: '甲', en: '' }, 'en')).toBe('甲'));
});
