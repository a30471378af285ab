// Story 3 the other way: the owner gives the standing authorisation while the case waits, and the case goes on by itself.
import assert from 'node:assert/strict';
import { open, phone, settled, shot } from '../browser.mjs';
import { client } from '../server.mjs';

export const tests = [
  ['a standing authorisation given while the case waits answers it', async ({ browser, server }) => {
    const api = client(server.address);
    await api.signIn('counter');
    const story = (await api.get('/demo/stories')).items.find((item) => item.number === 3);
    await api.post('/clock/advance', { days: 1 });
    const held = (await api.get(`/files/${story.file}`)).cases;
    assert.deepEqual(held.map((item) => item.state), ['waiting']);
    const officer = await open(browser, server, { role: 'counter' });
    try {
      await officer.page.goto(`/desk/cases/${held[0].id}`);
      await settled(officer.page);
      await officer.page.getByText('这一步由企业办理').waitFor();
      assert.equal(await officer.page.getByRole('button', { name: /办好，往下走|提交/ }).count(), 0, 'nobody says yes in the owner’s place');
      assert.deepEqual(officer.faults, []);
    } finally { await officer.close(); }
    const owner = await open(browser, server, { role: 'owner', size: phone });
    try {
      const { page } = owner;
      await page.goto('/my/licences');
      await settled(page);
      await page.getByLabel('当前企业').selectOption(story.file);
      await page.getByRole('button', { name: /同意，到期替我续/ }).first().click();
      await page.getByText('到期替办').first().waitFor();
      await page.goto('/my');
      await page.getByRole('link', { name: '打开 PDF' }).first().waitFor({ timeout: 30_000 });
      await settled(page);
      await shot(page, 'standing-after');
      const after = (await api.get(`/files/${story.file}`)).cases;
      assert.deepEqual(after.map((item) => [item.state, item.outcome.zh]), [['completed', '已续期']]);
      assert.deepEqual(owner.faults, []);
    } finally { await owner.close(); }
  }],
];
