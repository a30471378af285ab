import { describe, expect, it } from 'vitest';
import { entriesOf, linesOf, reasonsIn } from './given';

describe('what a step was given', () => {
  const unmet = { zh: '甲', en: 'A', met: false };
  const given = {
    不满足: [unmet],
    不知道: [{ zh: '乙', en: 'B', met: null }],
    逐项结论: [{ zh: '甲：不满足', en: 'A: not met', met: false }, { zh: '乙：不知道', en: 'B: not known', met: null }, { zh: '丙：满足', en: 'C: met', met: true }],
    空: [], 无: null, 数: 3,
  };
  it('reads lines in both languages and plain ones', () => {
    expect(linesOf([unmet, '旧的一行', 3])).toEqual([{ text: { zh: '甲', en: 'A' }, met: false }, { text: '旧的一行' }]);
    expect(linesOf({ zh: '丁', en: 'D' })).toEqual([{ text: { zh: '丁', en: 'D' } }]);
    expect(linesOf('字')).toEqual([]);
  });
  it('leaves out what is empty', () => expect(entriesOf(given).map(([name]) => name)).toEqual(['不满足', '不知道', '逐项结论', '数']));
  it('tells each condition once, as it was found', () => expect(reasonsIn(given).map((line) => line.text)).toEqual([{ zh: '甲：不满足', en: 'A: not met' }, { zh: '乙：不知道', en: 'B: not known' }]));
  it('reads what older procedures gave', () => expect(reasonsIn({ 不知道: ['乙'], 为什么: ['规则未确认'], 逐项结论: ['乙：不知道', '丙：满足'] }).map((line) => line.text)).toEqual(['乙：不知道', '规则未确认']));
});
