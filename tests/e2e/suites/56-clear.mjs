// What a visitor must not stumble over: foreign outcomes, lists that hide what comes next, logs that drown, pages nobody can reach.
import assert from 'node:assert/strict';
import { accessible, fits, open, phone, settled, shot } from '../browser.mjs';
import { client } from '../server.mjs';

const visit = (role, work, options = {}) => async ({ browser, server }) => {
  const { page, faults, close } = await open(browser, server, { role, ...options });
  const api = client(server.address);
  try {
    await work({ page, api });
    assert.deepEqual(faults, []);
  } finally { await close(); }
};

export const tests = [
  ['a file shows what is said of its own records, each once', visit('economy', async ({ page, api }) => {
    await api.signIn('counter');
    const stories = (await api.get('/demo/stories')).items;
    for (const number of [1, 5, 9]) {
      const { file } = stories.find((item) => item.number === number);
      const told = await api.get(`/files/${file}`);
      const names = new Set([told.record.title, ...Object.values(told.children).flat().map((item) => item.title)]);
      await page.goto(`/desk/files/${file}`);
      await settled(page);
      const rows = await page.locator('#outcomes .outcome-head').evaluateAll((heads) => heads.map((head) => `${head.querySelector('.name').textContent} ${head.querySelector('.said').textContent.trim()}`));
      assert.ok(rows.length > 0);
      assert.deepEqual(rows.filter((row) => / · /.test(row) && /有限公司|JY\d/.test(row) && ![...names].some((name) => row.includes(name))), [], 'outcomes of another firm');
      assert.equal(new Set(rows).size, rows.length, `one twice: ${rows.join('; ')}`);
    }
  })],
  ['long lists of what is late are folded, so that this week is in sight', visit('counter', async ({ page }) => {
    await page.goto('/desk/duties');
    await settled(page);
    const group = page.getByRole('heading', { level: 2, name: /^已逾期/ });
    const late = Number((await group.locator('span').innerText()).replace(',', ''));
    if (late > 12) {
      assert.equal(await page.locator('.duty-row').count() < late, true);
      await page.getByRole('button', { name: `另有 ${late - 10} 件逾期，展开` }).click();
      assert.ok(await page.locator('.duty-row').count() >= late);
    }
    assert.match(await page.getByRole('main').innerText(), /医疗器械许可即将不再受理延续/);
  })],
  ['the reasons are words; the rule text is one press away', visit('economy', async ({ page, api }) => {
    await api.signIn('counter');
    const { file } = (await api.get('/demo/stories')).items.find((item) => item.number === 7);
    await page.goto(`/desk/files/${file}`);
    await settled(page);
    await page.locator('.outcome-head', { has: page.getByText('企业划型', { exact: true }) }).first().click();
    const tree = page.locator('.why').first();
    await tree.getByText('不低于 5 人，低于 20 人').waitFor();
    assert.doesNotMatch(await tree.innerText(), /if .* then/);
    await tree.getByRole('button', { name: '看规则原文' }).click();
    await tree.getByText('Figures.employees').waitFor();
    await accessible(page);
  })],
  ['looks of one hour are one row that opens', visit('auditor', async ({ page, api }) => {
    await api.signIn('economy');
    const firm = (await api.get('/records/enterprise?limit=1')).items[0];
    for (let time = 0; time < 3; time += 1) await api.get(`/files/${firm.id}`);
    await page.goto('/audit');
    await settled(page);
    await page.reload();
    await settled(page);
    const own = page.locator('details.looks', { hasText: '审计查询' }).first();
    assert.equal(await own.locator('li').first().isVisible(), false, 'the addresses are folded away');
    await own.locator('summary').click();
    await own.getByText('GET /api/v1/looks').first().waitFor();
    await fits(page);
    await accessible(page);
    await shot(page, 'audit-grouped');
  })],
  ['on the phone the fifth tab reaches every other page', visit('approver', async ({ page }) => {
    await page.goto('/desk');
    await settled(page);
    await page.getByRole('button', { name: '更多' }).click();
    const all = page.getByRole('dialog', { name: '全部页面' });
    await all.getByRole('link', { name: '例外台' }).waitFor();
    await accessible(page);
    await shot(page, 'phone-all-pages', false);
    await all.getByRole('link', { name: '例外台' }).click();
    await page.getByRole('heading', { level: 1, name: '例外台' }).waitFor();
    assert.equal(await all.isVisible(), false);
    await fits(page);
  }, { size: phone })],
  ['who may not is told so, with a way back', visit('leader', async ({ page }) => {
    await page.goto('/desk/staff');
    await settled(page);
    await page.getByText('您的岗位没有这一页').first().waitFor();
    await accessible(page);
    await page.getByRole('link', { name: '回到首页' }).click();
    await page.getByRole('heading', { level: 1, name: '全区一页' }).waitFor();
  })],
  ['whoever decides sees why a rule did not, on the case and on the desk', visit('approver', async ({ page, api }) => {
    await api.signIn('approver');
    await api.post('/clock/advance', { days: 1 });
    const { file } = (await api.signIn('counter'), await api.get('/demo/stories')).items.find((item) => item.number === 2);
    let running;
    for (let time = 0; time < 60 && !running; time += 1) {
      running = (await api.get(`/files/${file}`)).cases.find((item) => item.state === 'waiting');
      if (!running) await new Promise((done) => setTimeout(done, 500));
    }
    await page.goto(`/desk/cases/${running.id}`);
    await settled(page);
    await page.getByText('经营条件未变化（十二个月内确认）：不知道').first().waitFor();
    await page.goto('/desk/exceptions');
    await settled(page);
    const row = page.getByRole('row', { name: /^为什么要人办/ });
    await row.getByText('经营条件未变化（十二个月内确认）：不知道').first().waitFor();
    assert.equal(await page.getByText('FOOD_BIZ').count(), 0, 'kinds of licence by their name');
    await accessible(page);
    await shot(page, 'exceptions-why');
  })],
];
