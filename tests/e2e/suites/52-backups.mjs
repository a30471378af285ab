// A backup made from the page, verified, seen by the auditor on the phone; and what a browser sees while the server starts.
import assert from 'node:assert/strict';
import { accessible, fits, open, phone, settled, shot } from '../browser.mjs';

export const tests = [
  ['an administrator makes one, it verifies, and how to restore is told', async ({ browser, server }) => {
    const visit = await open(browser, server, { role: 'administrator' });
    try {
      const { page } = visit;
      await page.goto('/desk');
      await page.getByRole('link', { name: '备份' }).click();
      await page.getByText('还没有备份').waitFor();
      await settled(page);
      await accessible(page);
      await shot(page, 'backups-none');
      await page.getByRole('button', { name: '立即备份' }).click();
      await page.getByText('核验无误').waitFor({ timeout: 60_000 });
      await page.getByText(/yuanqu restore .*-backups --data NEW --position \d+/).waitFor();
      await page.getByRole('button', { name: /^再核验 .* 的备份$/ }).click();
      await page.getByText('正在核验').first().waitFor({ state: 'hidden', timeout: 60_000 });
      await page.getByText('核验无误').waitFor();
      await settled(page);
      await accessible(page);
      await fits(page);
      await shot(page, 'backups');
      assert.equal(await page.getByRole('link', { name: /下载/ }).count(), 0, 'a backup is not fetched from a page');
      assert.deepEqual(visit.faults, []);
    } finally { await visit.close(); }
  }],
  ['the auditor looks and verifies, and makes none', async ({ browser, server }) => {
    for (const language of ['zh', 'en']) {
      const visit = await open(browser, server, { role: 'auditor', size: phone, language });
      try {
        const { page } = visit;
        await page.goto('/audit/backups');
        await page.getByText(language === 'zh' ? '核验无误' : 'Sound').waitFor();
        await settled(page);
        assert.equal(await page.getByRole('button', { name: language === 'zh' ? '立即备份' : 'Back up now' }).count(), 0);
        await accessible(page);
        await fits(page);
        await shot(page, `backups-390-${language}`);
        assert.deepEqual(visit.faults, []);
      } finally { await visit.close(); }
    }
  }],
  ['who keeps no watch finds no backups', async ({ browser, server }) => {
    const visit = await open(browser, server, { role: 'economy' });
    try {
      await visit.page.goto('/audit/backups');
      await settled(visit.page);
      assert.equal(await visit.page.getByText('yuanqu restore').count(), 0);
      const answer = await visit.context.request.get('/api/v1/backups');
      assert.equal(answer.status(), 403);
    } finally { await visit.close(); }
  }],
];
