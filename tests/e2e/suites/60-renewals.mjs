// Renewals as people see them: the holder's story of one licence, the officer's weeks and exceptions, the counter, the leader's four zeros.
import assert from 'node:assert/strict';
import { accessible, fits, open, phone, settled, shot } from '../browser.mjs';
import { client } from '../server.mjs';

export const tests = [
  ['an objection to a fact reaches the officer', async ({ browser, server }) => {
    const visit = await open(browser, server, { role: 'owner', size: phone });
    try {
      const { page } = visit;
      await page.goto('/my/licences');
      await settled(page);
      await page.getByRole('link', { name: '食品经营许可证' }).first().click();
      await page.getByLabel('觉得哪项事实不对？').fill('场所照片是旧的，请看最新的检查记录');
      await page.getByRole('button', { name: '提出异议' }).click();
      await page.getByText('待答复').waitFor();
      const api = client(server.address);
      await api.signIn('approver');
      const duties = await api.get('/duties?state=due&limit=100');
      assert.ok(duties.items.some((duty) => duty.service === 'objection_to_answer'), 'the approver has a duty to answer');
    } finally { await visit.close(); }
  }],
  ['a renewed licence is signed, kept as DOCX, and its case prints as one file', async ({ browser, server }) => {
    const api = client(server.address);
    await api.signIn('approver');
    await api.post('/clock/advance', { days: 1 });
    const papers = await api.get('/papers?limit=100');
    const licence = papers.items.find((paper) => paper.template === 'food_business_licence');
    assert.ok(licence, 'a licence was issued');
    const visit = await open(browser, server, { role: 'approver' });
    try {
      const fetched = async (path) => { const answer = await visit.context.request.get(`/api/v1${path}`); assert.equal(answer.status(), 200, path); return answer.body(); };
      const pdf = await fetched(`/papers/${licence.id}.pdf`);
      assert.ok(pdf.includes('/SubFilter /ETSI.CAdES.detached'));
      assert.equal((await fetched(`/papers/${licence.id}.docx`)).subarray(0, 2).toString(), 'PK');
      assert.equal((await fetched(`/cases/${licence.case}/file.pdf`)).subarray(0, 5).toString(), '%PDF-');
      const versions = await api.get(`/papers/${licence.id}/versions`);
      assert.ok(versions.items.length >= 1);
      await visit.page.goto('/lead');
      await settled(visit.page);
      await visit.page.getByRole('heading', { name: '四个零' }).waitFor();
      await shot(visit.page, 'renewal-5-lead');
      await visit.page.goto('/inbox/settings');
      await settled(visit.page);
      await visit.page.getByRole('button', { name: '生成日历地址' }).click();
      const feed = await visit.page.locator('code').filter({ hasText: '/feeds/' }).innerText();
      const calendar = await (await fetch(feed.replace(/^https?:\/\/[^/]+/, server.address))).text();
      assert.match(calendar, /^BEGIN:VCALENDAR\r\n/);
      await visit.page.getByRole('button', { name: '撤回日历地址' }).click();
      await visit.page.locator('code').filter({ hasText: '/feeds/' }).waitFor({ state: 'detached' });
      assert.equal((await fetch(feed.replace(/^https?:\/\/[^/]+/, server.address))).status, 404);
      await accessible(visit.page);
      assert.deepEqual(visit.faults, []);
    } finally { await visit.close(); }
  }],
];
