// The zone acts: a day passes, a licence's window opens, a case runs, a sample licence is in the owner's inbox, and nobody applied.
import assert from 'node:assert/strict';
import { accessible, fits, open, phone, settled, shot } from '../browser.mjs';
import { client, firstDay } from '../server.mjs';

async function moveDay(page, button) {
  const bar = page.getByRole('group', { name: '演示日期' });
  const before = await bar.locator('b').innerText();
  await bar.getByRole('button', { name: button }).click();
  await page.waitForFunction((text) => document.querySelector('.bar-clock b')?.textContent !== text, before, { timeout: 60_000 });
  await settled(page);
}

export const tests = [
  ['a licence is renewed without an application', async ({ browser, server }) => {
    const owner = await open(browser, server, { role: 'owner', size: phone });
    const officer = await open(browser, server, { role: 'counter' });
    try {
      await officer.page.goto('/desk');
      await settled(officer.page);
      await owner.page.goto('/my');
      await settled(owner.page);
      const papers = owner.page.getByRole('link', { name: '打开 PDF' });
      assert.equal(await papers.count(), 0, `nothing has been done yet on ${firstDay}`);
      const yes = owner.page.getByRole('button', { name: /同意，到期替我续/ });
      if (await yes.count() > 0) {
        const before = await yes.count();
        await shot(owner.page, 'story-1-owner');
        await yes.first().click();
        await owner.page.waitForFunction((count) => [...document.querySelectorAll('button')].filter((item) => /同意，到期替我续/.test(item.textContent ?? '')).length < count, before);
      }
      await moveDay(officer.page, '下一天');
      await shot(officer.page, 'story-2-next-day');
      // The owner's page follows by itself.
      await papers.first().waitFor({ timeout: 20_000 });
      await shot(owner.page, 'story-3-owner');
      await fits(owner.page);
      await accessible(owner.page);
      await owner.page.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name: '消息' }).click();
      await owner.page.getByRole('heading', { level: 1, name: '消息' }).waitFor();
      const paper = owner.page.getByRole('link', { name: '打开样本证照' }).first();
      await paper.waitFor();
      const pdf = await owner.context.request.get(await paper.getAttribute('href'));
      assert.equal(pdf.headers()['content-type'], 'application/pdf');
      assert.equal((await pdf.body()).subarray(0, 5).toString(), '%PDF-');
      await shot(owner.page, 'story-4-inbox');
      await owner.page.goto('/my');
      await settled(owner.page);
      const check = owner.page.getByRole('link', { name: '查验' }).first();
      const address = await check.getAttribute('href');
      const anyone = await open(browser, server, {});
      await anyone.page.goto(address);
      await anyone.page.getByText('样本，无法律效力').first().waitFor();
      await shot(anyone.page, 'story-5-public');
      await accessible(anyone.page);
      await anyone.close();
      await owner.page.goto('/my/cases');
      await settled(owner.page);
      await owner.page.getByRole('link', { name: /续/ }).first().click();
      await owner.page.getByRole('figure').getByText('签发证照').first().waitFor();
      await settled(owner.page);
      await shot(owner.page, 'story-6-case');
      await fits(owner.page);
      await accessible(owner.page);
      assert.deepEqual([...owner.faults, ...officer.faults], []);
    } finally { await owner.close(); await officer.close(); }
  }],
  ['new duties appear on an open page by themselves', async ({ browser, server }) => {
    const looking = await open(browser, server, { role: 'economy' });
    const moving = await open(browser, server, { role: 'counter' });
    try {
      await looking.page.goto('/desk');
      await settled(looking.page);
      const bar = looking.page.getByRole('group', { name: '演示日期' }).locator('b');
      const day = await bar.innerText();
      const cards = () => looking.page.getByRole('article').allInnerTexts();
      const before = await cards();
      await moving.page.goto('/desk');
      await settled(moving.page);
      await moveDay(moving.page, '下一周');
      await looking.page.waitForFunction((text) => document.querySelector('.bar-clock b')?.textContent !== text, day, { timeout: 15_000 });
      await settled(looking.page);
      assert.notDeepEqual(await cards(), before, 'the newest duties changed without a reload');
      await shot(looking.page, 'story-7-live');
    } finally { await looking.close(); await moving.close(); }
  }],
  ['an officer edits a month’s revenue: outcome, since and duty change within a second', async ({ browser, server }) => {
    const api = client(server.address);
    await api.signIn('economy');
    const near = await api.get('/records/enterprise?outcome.threshold_watch=near&limit=60');
    assert.ok(near.items.length > 0, 'a firm is near the threshold');
    const visit = await open(browser, server, { role: 'economy' });
    try {
      let page;
      for (const firm of near.items) {
        const file = await api.get(`/files/${firm.id}`);
        if ((file.children.month_return ?? []).length < 12) continue;  // fewer say nothing of twelve months
        page = visit.page;
        await page.goto(`/desk/files/${firm.id}`);
        break;
      }
      assert.ok(page, 'it has monthly figures');
      await settled(page);
      await shot(page, 'edit-1-before');
      const cell = page.getByRole('button', { name: /^营业收入 20\d\d-\d\d：/ }).first();
      await cell.click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(/^营业收入/).fill('9000');
      await dialog.getByLabel('来源').selectOption({ label: '企业自报' });  // survey data may not decide this
      await shot(page, 'edit-2-dialog', false);
      await accessible(page);
      const began = Date.now();
      await dialog.getByRole('button', { name: '登记' }).click();
      await page.getByText(/刚由“.+”变来/).first().waitFor({ timeout: 10_000 });
      const took = Date.now() - began;
      await shot(page, 'edit-3-after');
      assert.ok(took < 2500, `the outcome changed on the screen after ${took} ms`);
      assert.deepEqual(visit.faults, []);
    } finally { await visit.close(); }
  }],
  ['a stale edit shows both versions and asks', async ({ browser, server }) => {
    const api = client(server.address);
    await api.signIn('economy');
    const month = (await api.get('/records/month_return?limit=1')).items[0];
    const visit = await open(browser, server, { role: 'economy' });
    try {
      const { page } = visit;
      await page.goto(`/desk/files/${month.file}`);
      await settled(page);
      const cell = page.getByRole('button', { name: /^营业收入 20\d\d-\d\d：/ }).first();
      const name = await cell.getAttribute('aria-label');
      const file = await api.get(`/files/${month.file}`);
      const [, year, part] = /(\d{4})-(\d\d)：/.exec(name);
      const record = file.children.month_return.find((item) => item.values.year === Number(year) && item.values.month === Number(part));
      await cell.click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(/^营业收入/).fill('111.5');
      // Stops the page's own refresh from telling it of the other's change before it is sent.
      await page.route('**/api/v1/files/**', (route) => route.abort());
      await api.patch(`/records/month_return/${record.id}`, { values: { revenue: 222.5 }, source: 'statistics', effective_from: '2026-03-02' }, record.version);
      await dialog.getByRole('button', { name: '登记' }).click();
      await dialog.getByText('现在档案里的').waitFor();
      assert.match(await dialog.innerText(), /222\.5/);
      assert.match(await dialog.innerText(), /111\.5/);
      await shot(page, 'conflict', false);
      await page.unroute('**/api/v1/files/**');
      await dialog.getByRole('button', { name: '用我的' }).click();
      await dialog.waitFor({ state: 'detached' });
    } finally { await visit.close(); }
  }],
  ['a duty is taken and withdrawn with a reason', async ({ browser, server }) => {
    const api = client(server.address);
    await api.signIn('economy');
    const ours = new Set((await api.get('/services')).items.filter((item) => item.role === 'economy').map((item) => item.id));
    const duty = (await api.get('/duties?state=due&limit=100')).items.find((item) => !item.case && ours.has(item.service));
    assert.ok(duty, 'a duty is due');
    const visit = await open(browser, server, { role: 'economy' });
    try {
      const { page } = visit;
      await page.goto(`/desk/duties/${duty.id}`);
      await settled(page);
      await page.getByRole('button', { name: '接办' }).click();
      await page.getByText(/在办/).first().waitFor();
      await page.getByRole('button', { name: '撤回' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('撤回的原因').fill('与企业核实，无需办理');
      await dialog.getByRole('button', { name: '撤回' }).click();
      await page.getByText('已撤回').first().waitFor();
      await page.getByText('与企业核实，无需办理').first().waitFor();
    } finally { await visit.close(); }
  }],
];
