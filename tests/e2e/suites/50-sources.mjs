// A source that is late, its file taken in, the row nobody recognised mended by workbook; and the owner who sees who looked.
import assert from 'node:assert/strict';
import { accessible, fits, open, settled, shot } from '../browser.mjs';
import { client } from '../server.mjs';

export const tests = [
  ['a late source, its file, the desk and back', async ({ browser, server }) => {
    const api = client(server.address);
    await api.signIn('economy');
    const firm = (await api.get('/records/enterprise?limit=1')).items[0];
    const visit = await open(browser, server, { role: 'data' });
    try {
      const { page } = visit;
      await page.goto('/desk/sources');
      await settled(page);
      await page.getByRole('link', { name: '供电公司月度用电量' }).click();
      await page.getByText('逾期', { exact: true }).waitFor();
      const rows = ['统一社会信用代码,用电量', `${firm.values.uscc},41250`, '示例市无人认识有限公司,5000'];
      await page.locator('input[type=file]').setInputFiles({ name: '一月用电.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\n')) });
      await page.getByText('一月用电.csv 已收入档案。').waitFor();
      await settled(page);
      await shot(page, 'source-taken-in');
      await accessible(page);
      await fits(page);
      await page.goto('/desk/quality');
      await page.getByText('第 3 行').waitFor();
      await shot(page, 'quality-row');
      await accessible(page);
      await page.getByRole('button', { name: '不再处理' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('为什么').fill('不在本区');
      await dialog.getByRole('button', { name: '不再处理' }).click();
      await page.getByText('没有待处理的行').waitFor();
      assert.deepEqual(visit.faults, []);
    } finally { await visit.close(); }
  }],
];
