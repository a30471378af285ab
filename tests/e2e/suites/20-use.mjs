// What people do on the pages: search, keys, filters, figures that open, words that change, what an auditor may not.
import assert from 'node:assert/strict';
import { accessible, open, phone, settled, shot } from '../browser.mjs';
import { client } from '../server.mjs';

const visit = (role, work, more = {}) => async ({ browser, server }) => {
  const seen = await open(browser, server, { role, ...more });
  try {
    await work({ ...seen, server });
    assert.deepEqual(seen.faults, []);
  } finally { await seen.close(); }
};

export const tests = [
  ['a role is one tap, signing out leads back', visit(null, async ({ page }) => {
    await page.goto('/');
    await page.getByRole('button', { name: /经发局/ }).click();
    await page.getByRole('heading', { level: 1, name: '今日全区' }).waitFor();
    await page.getByRole('button', { name: '退出登录' }).first().click();
    await page.getByRole('button', { name: /企业主/ }).waitFor();
  })],
  ['a wrong password is answered with the server’s sentence', visit(null, async ({ page }) => {
    await page.goto('/');
    await page.getByLabel('账号', { exact: true }).fill('nobody');
    await page.getByLabel('密码', { exact: true }).fill('wrong');
    await page.getByRole('button', { name: '账号登录' }).click();
    const refusal = page.getByRole('alert');
    await refusal.waitFor();
    assert.match(await refusal.innerText(), /[\u4e00-\u9fff]{6,}/);
  })],
  ['a page asked for before signing in is opened afterwards', visit(null, async ({ page }) => {
    await page.goto('/desk/duties');
    await page.getByRole('button', { name: /经发局/ }).click();
    await page.getByRole('heading', { level: 1, name: '应办' }).waitFor();
  })],
  ['search by pinyin initials, with the keyboard alone', visit('economy', async ({ page, server }) => {
    const api = client(server.address);
    await api.signIn('economy');
    const firm = (await api.get('/records/enterprise?limit=1')).items[0];
    const hit = (await api.get(`/search?q=${encodeURIComponent(firm.title.slice(0, 6))}`)).groups[0];
    assert.ok(hit.items.length > 0);
    await page.goto('/desk');
    await settled(page);
    await page.keyboard.press('Control+k');
    const box = page.getByRole('combobox', { name: '搜索' });
    await box.waitFor();
    await Promise.all([page.waitForResponse((answer) => answer.url().includes('q=sls')), page.keyboard.type('sls')]);
    await page.getByRole('option').first().waitFor();
    await settled(page);
    await shot(page, 'search', false);
    await accessible(page);
    const first = await page.getByRole('option').first().innerText();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: first.split('\n')[0] }).waitFor();
    await page.keyboard.press('/');
    await box.waitFor();
    await page.keyboard.press('Escape');
    await box.waitFor({ state: 'detached' });
  })],
  ['keys: g d, g e, j, Enter, ?, and none of them inside a field', visit('economy', async ({ page }) => {
    await page.goto('/desk');
    await settled(page);
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.getByRole('heading', { level: 1, name: '应办' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('e');
    await page.getByRole('heading', { level: 1, name: '企业' }).waitFor();
    await page.getByRole('table').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    const name = await page.evaluate(() => document.activeElement?.textContent);
    assert.ok(name && name.length > 3, 'a row has the focus');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name }).waitFor();
    const neighbours = page.getByRole('navigation', { name: '所来列表' });
    const second = (await neighbours.innerText()).match(/(\d+) \/ (\d+)/);
    await page.keyboard.press(']');
    await page.getByRole('heading', { level: 1, name }).waitFor({ state: 'detached' });
    assert.match(await neighbours.innerText(), new RegExp(`${Number(second[1]) + 1} / ${second[2]}`));
    await page.keyboard.press('[');
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: '键盘快捷键' }).waitFor();
    await page.keyboard.press('Escape');
    await page.goto('/desk/records/enterprise');
    await page.getByLabel('名称、代码、拼音').fill('g');
    await page.keyboard.press('d');
    assert.match(page.url(), /records\/enterprise/);
  })],
  ['a list is filtered by outcome and field, sorted, and its address carries all of it', visit('economy', async ({ page }) => {
    await page.goto('/desk/records/enterprise');
    await settled(page);
    const lead = page.locator('header p').first();
    const all = await lead.innerText();
    await page.getByLabel('企业划型').selectOption('micro');
    await page.waitForFunction((text) => document.querySelector('main header p')?.textContent !== text, all);
    await page.getByRole('button', { name: '更多条件' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('字段').selectOption('established_on');
    await dialog.getByLabel('比较').selectOption('ge');
    await dialog.getByLabel('值').fill('2015-01-01');
    await dialog.getByRole('button', { name: '加上这个条件' }).click();
    await settled(page);
    await page.getByRole('button', { name: /企业名称/ }).click();
    await settled(page);
    assert.equal(await page.getByRole('alert').count(), 0, await page.getByRole('alert').allInnerTexts().then(String));
    const found = await lead.innerText();
    await page.reload();
    await settled(page);
    assert.equal(await lead.innerText(), found);
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'XLSX' }).click()]);
    assert.match(file.suggestedFilename(), /\.xlsx$/);
    await page.getByRole('button', { name: '清除条件' }).click();
    await page.waitForFunction((text) => document.querySelector('main header p')?.textContent === text, all);
  })],
  ['each of the leader’s six figures opens the records that make it', visit('leader', async ({ page }) => {
    await page.goto('/lead');
    await settled(page);
    const figures = await page.locator('main').getByRole('link').evaluateAll((links) => links.filter((link) => link.classList.contains('kpi')).map((link) => [link.getAttribute('href'), link.innerText]));
    assert.equal(figures.length, 6);
    for (const [href, text] of figures) {
      await page.goto(href);
      await settled(page);
      assert.equal(await page.getByRole('alert').count(), 0, `${text}: ${await page.getByRole('alert').allInnerTexts()}`);
    }
  })],
  ['an auditor sees everything and finds nothing to change', visit('auditor', async ({ page, server }) => {
    const api = client(server.address);
    await api.signIn('auditor');
    const firm = (await api.get('/records/enterprise?limit=1')).items[0];
    for (const path of ['/desk', '/desk/duties', `/desk/files/${firm.id}`, '/desk/records/enterprise']) {
      await page.goto(path);
      await settled(page);
      for (const word of ['接办', '撤回', '登记', '导入']) assert.equal(await page.getByRole('button', { name: word, exact: true }).count(), 0, `${path}: ${word}`);
      assert.equal(await page.getByRole('link', { name: '导入' }).count(), 0);
      assert.equal(await page.getByRole('button', { name: /点按修改|^登记(?!状态|类型|.*口径)/ }).count(), 0, path);
    }
    await assert.rejects(api.patch(`/records/enterprise/${firm.id}`, { values: { name: '甲' }, effective_from: '2026-03-02' }), /403/);
  })],
  ['the language changes at once and stays', visit('economy', async ({ page }) => {
    await page.goto('/desk');
    await settled(page);
    await page.getByRole('button', { name: /EN/ }).click();
    await page.getByRole('heading', { level: 1, name: 'The zone today' }).waitFor();
    await page.evaluate(() => localStorage.getItem('yuanqu.language')).then((value) => assert.equal(value, 'en'));
  })],
  ['why: the conditions of an outcome beside the facts found', visit('economy', async ({ page, server }) => {
    const api = client(server.address);
    await api.signIn('economy');
    const duty = (await api.get('/duties?state=open&limit=20')).items.find((item) => item.outcome);
    assert.ok(duty, 'there is an open duty with an outcome');
    await page.goto(`/desk/duties/${duty.id}`);
    await settled(page);
    await page.getByRole('table', { name: '条件与事实' }).waitFor();
    await shot(page, 'why');
    await accessible(page);
  })],
  ['on the phone the tabs reach the pages and the day moves from the bar', visit('economy', async ({ page }) => {
    await page.goto('/desk');
    await settled(page);
    await page.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name: '应办' }).click();
    await page.getByRole('heading', { level: 1, name: '应办' }).waitFor();
    await page.getByRole('button', { name: /演示日期/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: '下一天' }).waitFor();
    await accessible(page);
  }, { size: phone })],
];
