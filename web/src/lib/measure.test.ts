import { describe, expect, it } from 'vitest';
import { bounded, isShare, margin, measured, size } from './measure';

describe('measures', () => {
  it('says a share in per cent and its margin in points', () => {
    expect(isShare(0.03, null)).toBe(true);
    expect(isShare(0.03, 'rate')).toBe(false);
    expect(isShare(2000, null)).toBe(false);
    expect(measured(0.028, 'zh', true)).toBe('2.8%');
    expect(margin(-0.002, 0.03, 'zh', true)).toBe('0.2 个百分点');
    expect(margin(-0.002, 0.03, 'en', true)).toBe('0.2 pp');
  });
  it('says durations in their own unit', () => {
    expect(measured('P200D', 'zh')).toBe('200 天');
    expect(measured('P1Y6M', 'en')).toBe('1 years6 months');
    expect(margin(-165, 'P365D', 'zh')).toBe('165 天');
    expect(margin(-5, 'P2Y', 'zh')).toBe('5 个月');
    expect(size('P2Y')).toBe(24);
    expect(size('P365D')).toBe(365);
    expect(size('"open"')).toBe(null);
  });
  it('keeps numbers, units and what is unknown', () => {
    expect(measured('1880.5', 'zh', false, '万元')).toBe('1,880.5 万元');
    expect(measured(null, 'zh')).toBe('—');
    expect(measured(true, 'zh')).toBe('是');
    expect(margin('x', 3, 'zh')).toBe('');
  });
  it('says the bound of a rule in words, or leaves it to the rule text', () => {
    expect(bounded('[5..20)', 'zh', false, '人')).toBe('不低于 5 人，低于 20 人');
    expect(bounded('(5000..20000]', 'en')).toBe('above 5,000 and at most 20,000');
    expect(bounded('>= 0.1', 'zh', true)).toBe('不低于 10%');
    expect(bounded('< duration("P365D")', 'zh')).toBe('低于 365 天');
    expect(bounded('"industry","wholesale"', 'zh')).toBe('');
    expect(bounded('-', 'zh')).toBe('');
  });
});
