// Story 3 with a no: the case ends, nothing is issued, and the licence is as it was.
import assert from 'node:assert/strict';
import { fits, open, settled, shot } from '../browser.mjs';
import { client } from '../server.mjs';

export const tests = [
  ['a no ends the case and changes nothing', async ({ browser, server }) => {
    const api = client(server.address);
    await api.signIn('counter');
    const story = (await api.get('/demo/stories')).items.find((item) => item.number === 3);
    const before = await api.get(`/records/licence/${story.record}`);
    await api.post('/clock/advance', { days: 1 });
    const [held] = (await api.get(`/files/${story.file}`)).cases;
    const owner = await open(browser, server, { role: 'owner' });
    try {
      const { page } = owner;
      await page.goto(`/my/cases/${held.id}`);
      await page.getByLabel(/同意本区代为提出这次延续/).selectOption({ label: '否' });
      await page.getByRole('button', { name: '提交' }).click();
      await page.getByText('企业不再续').first().waitFor();
      await settled(page);
      await shot(page, 'refusal-after');
      await fits(page);
      const file = await api.get(`/files/${story.file}`);
      assert.deepEqual(file.papers, []);
      // All that is kept is that this term is not to be renewed.
      assert.deepEqual((await api.get(`/records/licence/${story.record}`)).values, { ...before.values, not_renewed_for: before.values.valid_to });
      assert.deepEqual(owner.faults, []);
    } finally { await owner.close(); }
  }],
];
