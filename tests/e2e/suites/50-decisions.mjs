// Decisions as officers use them: who qualifies and why, who is near, what is missing, what a changed cell does, what comes due, figures, reports.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { accessible, fits, open, phone, settled, shot } from '../browser.mjs';

const visit = (role, work, more = {}) => async ({ browser, server }) => {
  const seen = await open(browser, server, { role, ...more });
  try {
    await work({ ...seen, browser, server });
    assert.deepEqual(seen.faults, []);
  } finally { await seen.close(); }
};

export const tests = [
  ['who qualifies, with the reason and the whole tree', visit('economy', async ({ page }) => {
    await page.goto('/desk/rules');
    await page.getByRole('link', { name: '企业划型' }).click();
    await page.getByRole('button', { name: /^小型/ }).click();
    await settled(page);
    const rows = page.getByRole('table', { name: '企业划型' }).getByRole('row');
    assert.ok(await rows.count() > 5);
    await page.getByRole('button', { name: '为什么' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('table', { name: '条件与事实' }).waitFor();
    await settled(page);
    assert.ok(await dialog.getByRole('img', { name: '满足', exact: true }).count() > 0);
    await shot(page, 'who-qualifies-why', false);
  })],
  ['near misses say the gap, and the tree says the smallest change', visit('economy', async ({ page }) => {
    await page.goto('/desk/rules/high_tech_enterprise?view=near&conditions=2');
    await settled(page);
    const first = page.getByRole('table', { name: '临界名单' }).getByRole('row').nth(1);
    assert.match(await first.innerText(), /界限|须/);
    await page.getByRole('button', { name: '为什么' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('table', { name: '条件与事实' }).waitFor();
    await settled(page);
    await shot(page, 'near-miss-why', false);
    await accessible(page);
  })],
  ['what is missing is asked for once', visit('economy', async ({ page }) => {
    await page.goto('/desk/rules/specialised_enterprise?view=unknown');
    await settled(page);
    await page.getByRole('button', { name: '请企业补充' }).first().click();
    await page.getByRole('status').filter({ hasText: '已发出' }).waitFor();
    await shot(page, 'asked', false);
  })],
  ['a changed cell shows who gains before anything is published', visit('economy', async ({ page }) => {
    await page.goto('/desk/rules/high_tech_enterprise/simulate');
    await settled(page);
    await page.getByRole('textbox', { name: '第 1 行 创新能力评价得分' }).fill('> 50');
    await page.getByText(/另有 3 格用同一界限/).waitFor();
    await page.getByLabel('按什么分组').selectOption({ label: '主体类型' });
    await page.getByLabel('这次试算叫什么').fill('得分 50 分以上');
    await page.getByRole('button', { name: '试算', exact: true }).click();
    await page.getByRole('heading', { name: '试算结果' }).waitFor();
    await settled(page);
    const gained = Number((await page.getByRole('button', { name: /^新增符合/ }).innerText()).replace(/\D/g, ''));
    assert.ok(gained >= 0);
    await page.getByRole('link', { name: '得分 50 分以上' }).first().waitFor();
    await shot(page, 'simulated', true);
    await accessible(page);
    await fits(page);
  })],
  ['one person hands a rule in, another publishes it, and the calendar knows its day', visit('rule_author', async ({ page, browser, server }) => {
    await page.goto('/desk/rules/high_tech_enterprise/simulate');
    await settled(page);
    await page.getByRole('textbox', { name: '第 1 行 创新能力评价得分' }).fill('> 50');
    await page.getByLabel('这次试算叫什么').fill('下月起得分 50 分以上');
    await page.getByRole('button', { name: '试算', exact: true }).click();
    await page.getByRole('heading', { name: '试算结果' }).waitFor();
    await page.getByLabel(/^施行日期/).fill('2026-04-01');
    await page.getByLabel('依据的文件、文号、日期').fill('测试依据，2026-03-01');
    await page.getByRole('button', { name: '送审', exact: true }).click();
    await page.getByText('待发布').first().waitFor();
    assert.equal(await page.getByRole('button', { name: '发布', exact: true }).count(), 0, 'nobody publishes what he handed in');
    await settled(page);
    await shot(page, 'rule-handed-in', true);
    await accessible(page);
    await fits(page);
    const other = await open(browser, server, { role: 'rule_publisher', size: phone });
    try {
      await other.page.goto('/desk/rules/high_tech_enterprise/simulate');
      await other.page.getByRole('link', { name: '下月起得分 50 分以上' }).first().click();
      await other.page.getByRole('heading', { name: '试算结果' }).waitFor();
      await other.page.getByRole('button', { name: '发布', exact: true }).click();
      await other.page.locator('.ant-popconfirm').getByRole('button', { name: '发布', exact: true }).click();
      await other.page.getByText('已发布').first().waitFor();
      await settled(other.page);
      await shot(other.page, 'rule-published-phone', true);
      await accessible(other.page);
      await fits(other.page);
    } finally { await other.close(); }
  })],
  ['a simulation in the hand', visit('economy', async ({ page }) => {
    await page.goto('/desk/rules/small_low_profit/simulate');
    await settled(page);
    await fits(page);
    await shot(page, 'simulate-phone', true);
  }, { size: phone })],
  ['the calendar opens the day and what it brings', visit('economy', async ({ page }) => {
    await page.goto('/desk/forecast');
    await settled(page);
    await page.getByRole('button', { name: '后六周' }).click();
    await settled(page);
    await shot(page, 'forecast-later', true);
    await accessible(page);
  })],
  ['a figure opens the records behind it', visit('economy', async ({ page }) => {
    await page.goto('/desk/query');
    await settled(page);
    await page.getByLabel('记录类型').selectOption({ label: '企业' });
    await page.getByLabel('按什么分组').selectOption({ label: '企业划型' });
    await page.getByRole('button', { name: '查询', exact: true }).click();
    const table = page.getByRole('table', { name: '结果' });
    await table.waitFor();
    const count = table.getByRole('row').nth(1).getByRole('button');
    const figure = Number((await count.innerText()).replace(/\D/g, ''));
    assert.ok(figure > 0);
    await count.click();
    await page.locator('.behind').getByRole('link').first().waitFor();
    await shot(page, 'query-behind', true);
    await accessible(page);
  })],
  ['a workbook is filled by one person and signed by another', visit('economy', async ({ page, browser, server }) => {
    await page.goto('/desk/reports');
    await settled(page);
    await page.getByLabel('上传套表').first().setInputFiles(fileURLToPath(new URL('../../../examples/report/zone-overview.xlsx', import.meta.url)));
    await page.getByRole('button', { name: '填报' }).first().click();
    await page.getByText('都成立').first().waitFor();
    assert.equal(await page.getByRole('button', { name: '签发' }).count(), 0, 'nobody signs what he made');
    await shot(page, 'reports-filled', true);
    await accessible(page);
    const other = await open(browser, server, { role: 'data' });
    try {
      await other.page.goto('/desk/reports');
      await other.page.getByRole('button', { name: '签发' }).first().click();
      await other.page.getByText(/^BB-\d{4}-\d{4}$/).first().waitFor();
      await shot(other.page, 'reports-signed', true);
    } finally { await other.close(); }
  })],
];
