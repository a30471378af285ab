// Work as people do it: a leader's line on a figure becomes a supervised case; what a rule could not decide is answered with the facts side by side.
import assert from 'node:assert/strict';
import { accessible, fits, open, phone, settled, shot } from '../browser.mjs';

const form = (page) => page.getByRole('dialog').filter({ visible: true });

export const tests = [
  ['a leader writes a line, it is carried out, sent back and closed', async ({ browser, server }) => {
    const leader = await open(browser, server, { role: 'leader' });
    const officer = await open(browser, server, { role: 'economy', size: phone });
    try {
      await leader.page.goto('/lead');
      await settled(leader.page);
      await leader.page.getByRole('button', { name: /^批示：/ }).first().click();
      await form(leader.page).getByLabel('批示', { exact: true }).fill('月底前把到期的证照走一遍');
      await form(leader.page).getByLabel('交给').selectOption({ label: '经发局' });
      await form(leader.page).getByLabel('何时办结').fill('2026-03-31');
      await shot(leader.page, 'work-1-line');
      await form(leader.page).getByRole('button', { name: '批给' }).click();
      await leader.page.getByRole('heading', { level: 1, name: '督办' }).waitFor();
      await settled(leader.page);
      const number = await leader.page.locator('.code').first().innerText();

      await officer.page.goto('/desk/work?view=directives');
      await settled(officer.page);
      await officer.page.getByText(number).waitFor();
      assert.match(await officer.page.getByRole('main').innerText(), /月底前把到期的证照走一遍/, 'the line itself stands in the list');
      await fits(officer.page);
      await accessible(officer.page);
      await shot(officer.page, 'work-2-worklist');
      await officer.page.getByRole('link', { name: '督办' }).first().click();
      await officer.page.getByLabel('办理结果').fill('走了十户');
      await officer.page.getByRole('button', { name: '办好，往下走' }).click();
      await officer.page.getByRole('button', { name: /^取回/ }).waitFor();

      await leader.page.getByRole('button', { name: '退回', exact: true }).click();
      await form(leader.page).getByLabel('理由').fill('请附名单');
      await form(leader.page).getByRole('button', { name: '退回' }).click();
      await officer.page.getByText('请附名单').first().waitFor();
      await accessible(officer.page);
      await shot(officer.page, 'work-3-sent-back');
      assert.equal(await officer.page.getByLabel('办理结果').inputValue(), '走了十户');
      await officer.page.getByLabel('办理结果').fill('走了十户，名单已附');
      await officer.page.getByRole('button', { name: '办好，往下走' }).click();
      await leader.page.getByRole('button', { name: '办好，往下走' }).click();
      await leader.page.getByText('已销号').first().waitFor();
      await accessible(leader.page);
      await shot(leader.page, 'work-4-closed');
      assert.deepEqual([...leader.faults, ...officer.faults], []);
    } finally { await leader.close(); await officer.close(); }
  }],

  ['what a rule could not decide is answered together, with a reason', async ({ browser, server }) => {
    const officer = await open(browser, server, { role: 'approver' });
    try {
      await officer.page.goto('/desk');
      await settled(officer.page);
      for (let day = 0; day < 3; day += 1) {
        await officer.context.request.post('/api/v1/clock/advance', { data: { days: 7 }, headers: { 'X-Yuanqu': '1' } });
        const waiting = await (await officer.context.request.get('/api/v1/exceptions')).json();
        if (waiting.items.length > 0) break;
      }
      await officer.page.goto('/desk/exceptions');
      await settled(officer.page);
      await officer.page.getByRole('table').first().waitFor();
      await fits(officer.page);
      await accessible(officer.page);
      await shot(officer.page, 'work-5-exceptions');
      const choices = officer.page.getByRole('checkbox');
      const before = await choices.count();
      assert.ok(before > 0, 'somebody has to decide something');
      await choices.first().check();
      await officer.page.getByLabel('核定意见').first().selectOption({ index: 1 });
      await officer.page.getByLabel('理由').first().fill('经营条件须重新确认');
      await officer.page.getByRole('button', { name: '一起办 1 件' }).click();
      await officer.page.waitForFunction((count) => document.querySelectorAll('input[type=checkbox]').length < count, before);
      await officer.page.setViewportSize(phone);
      await settled(officer.page);
      await fits(officer.page);
      await shot(officer.page, 'work-6-exceptions-phone');
      assert.deepEqual(officer.faults, []);
    } finally { await officer.close(); }
  }],
];
