// The file through time: another moment turns the bar ochre and writes off; what changed is told and taken back; duplicates
// are merged after a look and parted again; a whole import is taken back.
import assert from 'node:assert/strict';
import { accessible, fits, open, phone, settled, shot } from '../browser.mjs';
import { client } from '../server.mjs';

const visit = (role, work, more = {}) => async ({ browser, server }) => {
  const seen = await open(browser, server, { role, ...more });
  try {
    const api = client(server.address);
    await api.signIn(role);
    await work({ ...seen, server, api });
    assert.deepEqual(seen.faults, []);
  } finally { await seen.close(); }
};

const firmOf = async (api, name) => (await api.post('/records/enterprise', { values: { name, status: 'operating' }, source: 'self_report', effective_from: '2026-01-05', reason: '窗口登记' })).id;

export const tests = [
  ['a day of the past is chosen on the slider; nothing can be written until one goes back', visit('counter', async ({ page, api }) => {
    const id = await firmOf(api, '示例市滑杆试验有限公司');
    await api.patch(`/records/enterprise/${id}`, { values: { name: '示例市滑杆更名有限公司' }, source: 'self_report', effective_from: '2026-02-10', reason: '更名' });
    await page.goto(`/desk/files/${id}`);
    await page.getByRole('heading', { level: 1, name: '示例市滑杆更名有限公司' }).waitFor();
    await page.getByRole('button', { name: '前一个有变动的日子' }).click();
    await page.getByRole('button', { name: '回到今天' }).first().waitFor();
    await settled(page);
    await page.getByRole('button', { name: '前一个有变动的日子' }).click();
    await page.getByRole('heading', { level: 1, name: '示例市滑杆试验有限公司' }).waitFor();
    await settled(page);
    await shot(page, 'file-past');
    await accessible(page);
    await fits(page);
    assert.equal(await page.getByRole('button', { name: '登记企业名称' }).count(), 0);
    await page.getByRole('button', { name: '回到今天' }).first().click();
    await page.getByRole('heading', { level: 1, name: '示例市滑杆更名有限公司' }).waitFor();
    assert.ok(await page.getByRole('button', { name: '登记企业名称' }).count() > 0);
  })],
  ['another moment is asked for with a key; the list answers from the zone of that day', visit('economy', async ({ page }) => {
    await page.goto('/desk/records/enterprise');
    await settled(page);
    await page.keyboard.press('a');
    const dialog = page.getByRole('dialog', { name: '看哪个时点' });
    await dialog.waitFor();
    await page.getByLabel('哪一天').fill('2026-02-10');
    await page.getByRole('radio', { name: '那一天结束时知道的' }).check();
    await shot(page, 'moment-dialog', false);
    await accessible(page);
    await page.getByRole('button', { name: '看这个时点' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('banner').getByText('2026年2月10日').waitFor();
    await page.getByRole('button', { name: '回到今天' }).first().click();
    await page.getByRole('table', { name: '企业' }).waitFor();
  })],
  ['what changed: before and after, who, from where, why; and taken back', visit('counter', async ({ page, api }) => {
    const id = await firmOf(api, '示例市变动试验有限公司');
    await api.patch(`/records/enterprise/${id}`, { values: { status: 'dormant' }, source: 'self_report', effective_from: '2026-02-10', reason: '误登' });
    await page.goto(`/desk/files/${id}/changes`);
    await page.getByRole('table', { name: '什么变了' }).waitFor();
    await settled(page);
    await shot(page, 'file-changes');
    await accessible(page);
    await fits(page);
    await page.getByRole('button', { name: '撤回' }).first().click();
    await page.getByLabel('为什么撤回').fill('登错了');
    await page.getByRole('dialog').getByRole('button', { name: '撤回' }).click();
    await page.getByText('已作废').first().waitFor();
    await page.getByText('登错了').waitFor();
  })],
  ['duplicates are merged after a look, and parted', visit('data', async ({ page, api }) => {
    const kept = await firmOf(api, '示例市合并试验有限公司');
    const twin = await firmOf(api, '示例市合并试验有限公司');
    await page.goto(`/desk/files/${twin}/merge`);
    await page.getByRole('button', { name: /^选它/ }).click();
    await page.getByRole('heading', { name: '合并到这一份' }).waitFor();
    await settled(page);
    await page.getByLabel('为什么认为是同一家').fill('同名同址');
    await shot(page, 'file-merge');
    await accessible(page);
    await fits(page);
    await page.getByRole('button', { name: '合并到这一份' }).click();
    await page.waitForURL(`**/desk/files/${kept}`);
    await page.goto(`/desk/files/${twin}`);
    await page.getByText(/已并入这一份/).waitFor();
    await page.getByLabel('为什么撤回').fill('其实是两家');
    await page.getByRole('button', { name: '解除合并' }).click();
    await page.getByText('已解除合并').waitFor();
  })],
  ['on the phone the moment is chosen from the day', visit('counter', async ({ page, api }) => {
    const id = await firmOf(api, '示例市手机试验有限公司');
    await page.goto(`/desk/files/${id}/changes`);
    await page.getByRole('table', { name: '什么变了' }).waitFor();
    await settled(page);
    await shot(page, 'file-changes-phone');
    await accessible(page);
    await fits(page);
    await page.goto(`/desk/files/${id}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await settled(page);
    await shot(page, 'file-phone');
    await fits(page);
  }, { size: phone })],
  ['the auditor sees which roots lie where, and verifies the folder while it is served', visit('auditor', async ({ page }) => {
    await page.goto('/audit');
    await page.getByRole('heading', { name: '检查点与核验' }).waitFor();
    await page.getByRole('button', { name: '立即核验' }).click();
    await page.getByRole('status').getByText('没有发现问题。').waitFor();
    await settled(page);
    await shot(page, 'audit-verified');
    await accessible(page);
    await fits(page);
  })],
];
