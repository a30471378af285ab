// The stories the README walks through that no other suite tells, each on the pages of who it is for. The day moves in the last one.
import assert from 'node:assert/strict';
import { accessible, fits, open, phone, settled, shot, wide } from '../browser.mjs';
import { client } from '../server.mjs';

const story = (number, role, work) => async ({ browser, server }) => {
  const api = client(server.address);
  await api.signIn('counter');
  const told = (await api.get('/demo/stories')).items.find((item) => item.number === number);
  const { page, faults, close } = await open(browser, server, { role });
  try {
    await page.goto(`/desk/files/${told.file}`);
    await settled(page);
    await work({ page, told, text: () => page.getByRole('main').innerText() });
    assert.deepEqual(faults, []);
  } finally { await close(); }
};

/** Opens the reasons of one outcome on a file's page and answers their text. */
async function why(page, name) {
  await page.locator('.outcome-head', { has: page.getByText(name, { exact: true }) }).first().click();
  const tree = page.locator('.why').first();
  await tree.waitFor();
  await settled(page);
  return tree.innerText();
}

export const tests = [
  ['④ seven working days are left before it must be applied for anew', story(4, 'counter', async ({ page, text }) => {
    const said = await text();
    assert.match(said, /还有7个工作日/);
    assert.match(said, /2026年3月11日后须重新申请/);
    assert.match(said, /总局令第54号/);
    await shot(page, 'stories-4');
    await page.goto('/desk/duties');
    await settled(page);
    assert.match(await text(), /医疗器械许可即将不再受理延续/);
  })],
  ['⑤ 18.8 of 20 million: near, and how near', story(5, 'economy', async ({ page, text }) => {
    assert.match(await text(), /升规关注 临近/);
    const reasons = await why(page, '升规关注');
    assert.match(reasons, /与起点之比/);
    assert.match(reasons, /0\.94/);
    assert.match(reasons, /主营业务收入 · 企业自报/);
    await shot(page, 'stories-5');
  })],
  ['⑥ the cliff of the small low-profit rule is shown and nothing is advised', story(6, 'tax', async ({ page, text }) => {
    assert.match(await text(), /小型微利企业 不符合/);
    const reasons = await why(page, '小型微利企业');
    assert.match(reasons, /300\.1/);
    assert.match(reasons, /300/);
    assert.doesNotMatch(reasons, /建议(减少|降低)/);
    await shot(page, 'stories-6');
  })],
  ['⑦ a small wholesaler, and the table that says how many people make it medium', story(7, 'economy', async ({ page, text }) => {
    assert.match(await text(), /企业划型 小型/);
    const reasons = await why(page, '企业划型');
    assert.match(reasons, /18/);
    assert.match(reasons, /20/);
    await shot(page, 'stories-7');
  })],
  ['⑧ tax and self-report disagree: both values with source and date', story(8, 'data', async ({ page, text }) => {
    const said = await text();
    assert.match(said, /2025 年数据来源不一致/);
    // The row itself shows both, each with who said it and when, and the page counts it.
    const row = page.locator('#annual_return').getByRole('row').filter({ hasText: '2025' }).first();
    const shown = await row.innerText();
    assert.match(shown, /1,216\.5[\s\S]*税务 · [\s\S]*1,482[\s\S]*企业自报 · /);
    assert.match(await page.locator('#annual_return').innerText(), /2 处来源不一致/);
    assert.doesNotMatch(said, /(^|\D)0 处来源不一致/);
    await page.getByRole('link', { name: '2 处来源不一致' }).waitFor();
    await accessible(page);
    await shot(page, 'stories-8-row');
    await page.setViewportSize(phone);
    await settled(page);
    await fits(page);
    await row.scrollIntoViewIfNeeded();
    await shot(page, 'stories-8-row-phone', false);
    await page.setViewportSize(wide);
    await page.getByRole('button', { name: /^变动记录 / }).or(page.locator('#annual_return').getByRole('button', { name: /变动/ })).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await settled(page);
    const history = await dialog.innerText();
    for (const part of [/1,?216\.5/, /1,?482/, /税务/, /企业自报/]) assert.match(history, part);
    await shot(page, 'stories-8', false);
  })],
  ['⑨ the same firm twice is a suspicion, and the other one is offered for merging', story(9, 'data', async ({ page, text }) => {
    assert.match(await text(), /疑似重复企业/);
    assert.match(await text(), /核实前不合并/);
    // The duty leads to the merge of these two, with what it would do.
    await page.getByRole('link', { name: '比对两份档案' }).first().click();
    await page.getByRole('heading', { level: 1, name: '与另一份合并' }).or(page.getByRole('heading', { level: 1 })).first().waitFor();
    await settled(page);
    assert.match(page.url(), /\/merge\?into=\d+/);
    const preview = await text();
    assert.match(preview, /生物医药（筹）/);
    assert.match(preview, /生物医药有限公司/);
    await accessible(page);
    await shot(page, 'stories-9');
    await page.goto('/desk/duties');
    await settled(page);
    await page.getByRole('listitem').filter({ hasText: '疑似同一主体' }).getByRole('link', { name: '比对两份档案' }).waitFor();
  })],
  ['⑩ a superior authority decides: the zone reminds and prepares', story(10, 'counter', async ({ page, text }) => {
    const said = await text();
    assert.match(said, /示例省药品监督管理局（合成）决定/);
    assert.match(said, /本区没有该许可的权限/);
    assert.equal((await page.getByRole('button', { name: /签发|准予/ }).count()), 0);
    await shot(page, 'stories-10');
  })],
  ['② one fact is too old: the case waits for a person who sees which condition is not known', story(2, 'approver', async ({ page, told }) => {
    const bar = page.getByRole('group', { name: '演示日期' });
    const before = await bar.locator('b').innerText();
    await bar.getByRole('button', { name: '下一天' }).click();
    await page.waitForFunction((text) => document.querySelector('.bar-clock b')?.textContent !== text, before, { timeout: 60_000 });
    await page.goto(`/desk/files/${told.file}`);
    await settled(page);
    await page.locator('#cases').getByRole('link').first().click();
    await settled(page);
    assert.match(await page.getByRole('main').innerText(), /待办：人工核定/);
    assert.ok(await page.getByRole('button', { name: '接手', exact: true }).count() > 0, 'a person can take it');
    await page.goto('/desk/exceptions');
    await settled(page);
    await page.getByText(/食品经营许可/).first().waitFor();
    const desk = await page.getByRole('main').innerText();
    assert.match(desk, /不知道/);
    await shot(page, 'stories-2');
  })],
];
