// A table with good and bad rows: the mapping first, then every rejected row with its reason, and the rejects to take away.
import assert from 'node:assert/strict';
import { accessible, fits, open, settled, shot } from '../browser.mjs';
import { client } from '../server.mjs';

export const tests = [
  ['the errors of a bad file come back row by row', async ({ browser, server }) => {
    const api = client(server.address);
    await api.signIn('economy');
    const firm = (await api.get('/records/enterprise?limit=1')).items[0];
    const rows = [
      '统一社会信用代码,年份,月份,营业收入（元）,备注',
      `${firm.values.uscc},2026,2,1234500,好的一行`,
      `${firm.values.uscc},2026,13,1234500,没有十三月`,
      `${firm.values.uscc},2025,11,一百万,不是数`,
      '91350100M000100Y44,2026,1,100,没有这家企业',
    ];
    const visit = await open(browser, server, { role: 'economy' });
    try {
      const { page } = visit;
      await page.goto('/desk/import');
      await settled(page);
      await page.getByLabel('记录类型').selectOption('month_return');
      await page.getByLabel('来源').selectOption('statistics');
      await page.locator('input[type=file]').setInputFiles({ name: '二月数据.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\n')) });
      await page.getByRole('table', { name: '列与字段' }).waitFor();
      await shot(page, 'import-1-mapping');
      await accessible(page);
      await fits(page);
      await page.getByRole('button', { name: '确认并导入' }).click();
      await page.getByRole('table', { name: '退回的行' }).waitFor();
      await settled(page);
      await shot(page, 'import-2-errors');
      await accessible(page);
      const table = await page.getByRole('table', { name: '退回的行' }).innerText();
      for (const row of ['第 3 行', '第 4 行', '第 5 行']) assert.match(table, new RegExp(row));
      const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV' }).click()]);
      assert.match(file.suggestedFilename(), /\.csv$/);
      assert.deepEqual(visit.faults, []);
    } finally { await visit.close(); }
  }],
];
