// Several cases decided at once: each is its own, what was refused is told with its reason and unchanged, the others are done.
import assert from 'node:assert/strict';
import { accessible, fits, open, phone, settled, shot } from '../browser.mjs';
import { client } from '../server.mjs';

/** At least three renewals wait at one step for a person. */
async function threeWait(server) {
  const api = client(server.address);
  const { items: licences } = await (async () => { await api.signIn('data'); return api.get('/records/licence?limit=500'); })();
  // Firms on the list of abnormal operations: whatever of theirs comes up for renewal waits for a person.
  for (const id of new Set(licences.map((item) => item.values.enterprise.id))) {
    const { version } = await api.get(`/records/enterprise/${id}`);
    await api.patch(`/records/enterprise/${id}`, { source: 'credit_publicity', effective_from: '2026-03-01', reason: '公示', values: { abnormal_listed: true } }, version);
  }
  await api.signIn('approver');
  const alike = async () => (await api.get('/exceptions?limit=100')).items.filter((item) => item.task.element === 'approve' && item.task.can_complete);
  for (let month = 0; month < 10 && (await alike()).length < 3; month += 1) await api.post('/clock/advance', { days: 30 });
  const waiting = await alike();
  assert.ok(waiting.length >= 3, `${waiting.length} wait for a person`);
  return { api, waiting };
}

export const tests = [
  ['what a step was given is told in English on English pages', async ({ browser, server }) => {
    await threeWait(server);
    const officer = await open(browser, server, { role: 'approver', language: 'en' });
    try {
      const { page, context } = officer;
      const { items } = await (await context.request.get('/api/v1/exceptions')).json();
      assert.ok(items.length > 0, 'somebody has to decide something');
      await page.goto('/desk/exceptions');
      await settled(page);
      const reasons = page.getByRole('row').filter({ hasText: 'Why a person' }).first();
      assert.doesNotMatch(await reasons.innerText(), /[\u4e00-\u9fff]/);
      await shot(page, 'together-3-exceptions-english');
      await page.goto(`/desk/cases/${items[0].case.id}`);
      await settled(page);
      const given = page.getByRole('term').filter({ hasText: 'Finding of each condition' }).first();
      await given.waitFor();
      assert.doesNotMatch(await page.locator('dl.given').first().innerText(), /[\u4e00-\u9fff]/);
      await shot(page, 'together-3-case-english');
      assert.deepEqual(officer.faults, []);
    } finally { await officer.close(); }
  }],

  ['several are answered at once; one that somebody has just answered is told with its reason, the others are done', async ({ browser, server }) => {
    const { api, waiting } = await threeWait(server);
    const [first, second, third] = waiting;

    const officer = await open(browser, server, { role: 'approver' });
    try {
      const { page } = officer;
      await page.route('**/api/v1/events*', (route) => route.abort());  // a page that has not heard the news yet
      await page.goto('/desk/exceptions');
      await settled(page);
      const desk = page.getByRole('region').filter({ has: page.getByLabel(`选 ${first.case.number}`) }).or(page.locator('section.panel', { has: page.getByLabel(`选 ${first.case.number}`) })).first();
      for (const item of [first, second, third]) await page.getByLabel(`选 ${item.case.number}`).check();
      await desk.getByLabel('核定意见').selectOption({ index: 1 });
      await desk.getByLabel('理由').fill('经营条件须重新确认');
      await shot(page, 'together-1-chosen');
      // Meanwhile the second is answered elsewhere.
      const answer = await desk.getByLabel('核定意见').inputValue();
      await api.post(`/cases/${second.case.id}/tasks/${second.task.id}/complete`, { values: { decision: answer, comment: '已电话核实' } });
      await desk.getByRole('button', { name: '一起办 3 件' }).click();
      const told = page.getByRole('alert').filter({ hasText: '没办成 1 件' });
      await told.waitFor();
      await settled(page);
      await accessible(page);
      await shot(page, 'together-2-told');
      const lines = await told.getByRole('listitem').allInnerTexts();
      assert.equal(lines.length, 3, 'each of the three is told');
      assert.match(lines[0], new RegExp(`没办成[\\s\\S]*${second.case.number}`));
      assert.match(lines[0], /已/, 'with the reason');
      for (const item of [first, third]) assert.ok(lines.some((line) => line.includes(item.case.number) && line.startsWith('已办')), item.case.number);
      // Done means done, and the one that was refused kept the answer it had.
      const kept = await api.get(`/cases/${second.case.id}`);
      assert.deepEqual(kept.tasks.filter((task) => task.id === second.task.id).map((task) => [task.state, task.values.comment]), [['done', '已电话核实']]);
      for (const item of [first, third]) {
        const after = await api.get(`/cases/${item.case.id}`);
        assert.deepEqual(after.tasks.filter((task) => task.id === item.task.id).map((task) => [task.state, task.comment]), [['done', '经营条件须重新确认']]);
      }
      for (const item of [first, second, third]) assert.equal(await page.getByLabel(`选 ${item.case.number}`).count(), 0, 'what is decided is gone from the desk');
      await page.setViewportSize(phone);
      await settled(page);
      await fits(page);
      await shot(page, 'together-2-told-phone');
      assert.deepEqual(officer.faults.filter((fault) => !/events|ERR_FAILED/.test(fault)), []);
    } finally { await officer.close(); }
  }],
];
