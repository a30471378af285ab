// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import '@/lib/i18n';
import { setLanguage } from '@/lib/i18n';
import type { Explanation } from '@/lib/types';
import { groupRules, WhyTree } from './Why';

const label = (zh: string) => ({ zh, en: zh });
const explanation: Explanation = {
  decision: 'd', labels: label('可直接延续'), value: false, since: '2026-03-02', until: null, model: { name: 'renewal.dmn' }, matched_rules: [], facts_used: [],
  conditions: [
    { rule: 1, label: label('种类'), expression: '"A"', value: 'B', result: 'unmet' }, { rule: 1, label: label('窗口'), expression: 'true', value: true, result: 'unmet' },
    { rule: 2, label: label('种类'), expression: '"B"', value: 'B', result: 'met' }, { rule: 2, label: label('已确认'), expression: 'true', value: null, result: 'unknown' },
  ],
};

describe('why-tree', () => {
  beforeAll(() => setLanguage('zh'));
  afterEach(cleanup);
  it('puts the nearest miss first, and what matched before all', () => {
    expect(groupRules(explanation).map((group) => group.rule)).toEqual([2, 1]);
    expect(groupRules({ ...explanation, matched_rules: [1] }).map((group) => group.rule)).toEqual([1, 2]);
  });
  it('never shows unknown as no', () => {
    const client = new QueryClient({ defaultOptions: { queries: { enabled: false } } });
    client.setQueryData(['session'], null);
    render(<QueryClientProvider client={client}><WhyTree explanation={explanation} /></QueryClientProvider>);
    expect(screen.getAllByRole('img', { name: '不能判断' }).length).toBeGreaterThan(0);
    expect(screen.getByText('没有查到')).toBeTruthy();
    expect(screen.getAllByRole('img', { name: '不满足' })).toHaveLength(3);
  });
});
