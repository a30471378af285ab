// A short slice of ./dev prove centre-page.
import assert from 'node:assert/strict';
import { watchPage } from '../centre-page.mjs';

export const start = async () => ({ stop: async () => undefined });
export const tests = [
  ['a page of 1,000 values that change ten times a second keeps its memory', async ({ browser }) => {
    const seen = await watchPage(browser, 12);
    assert.ok(seen.frames_per_second > 2, JSON.stringify(seen));
    assert.ok(seen.heap_last_mb < seen.heap_first_mb * 1.25 + 2, JSON.stringify(seen));
  }],
];
