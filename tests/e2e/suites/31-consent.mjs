// Story 3: nobody gave a standing authorisation. The window opens, the case waits, filled in; the owner says yes and it goes on.
import assert from 'node:assert/strict';
import { accessible, fits, open, phone, settled, shot } from '../browser.mjs';
import { client } from '../server.mjs';

export const tests = [
  ['without an authorisation the case waits for the owner’s yes, and a yes is enough', async ({ browser, server }) => {
    const api = client(server.address);
    await api.signIn('economy');
    const story = (await api.get('/demo/stories')).items.find((item) => item.number === 3);
    const firm = (await api.get(`/files/${story.file}`)).record.title;
    const owner = await open(browser, server, { role: 'owner', size: phone });
    const officer = await open(browser, server, { role: 'counter' });
    try {
      const { page } = owner;
      await page.goto('/my');
      await settled(page);
      await page.getByLabel('当前企业').selectOption({ label: firm });
      await page.getByRole('heading', { level: 1, name: firm }).waitFor();
      await settled(page);
      await page.getByRole('button', { name: /同意，到期替我续/ }).first().waitFor();
      assert.equal(await page.getByRole('link', { name: '打开 PDF' }).count(), 0);
      await shot(page, 'consent-1-before');
      await fits(page);

      await officer.page.goto('/desk');
      await settled(officer.page);
      await officer.page.getByRole('group', { name: '演示日期' }).getByRole('button', { name: '下一天' }).click();

      // The open page follows by itself: one card asks, and it is the case that waits.
      const card = page.getByRole('article').filter({ hasText: '等企业同意' });
      await card.waitFor({ timeout: 30_000 });
      await settled(page);
      await shot(page, 'consent-2-asked');
      assert.equal(await page.getByRole('button', { name: /同意，到期替我续/ }).count(), 0, 'the same question is not asked twice');
      assert.equal(await page.getByRole('link', { name: '打开 PDF' }).count(), 0, 'nothing is issued without a yes');
      await card.getByRole('link', { name: '去处理' }).click();
      await page.getByLabel(/同意本区代为提出这次延续/).selectOption({ label: '是' });
      await settled(page);
      await shot(page, 'consent-3-form');
      await fits(page);
      await accessible(page);
      await page.getByRole('button', { name: '提交' }).click();
      await page.getByText('已续期').first().waitFor({ timeout: 30_000 });
      await settled(page);
      await shot(page, 'consent-4-done');
      await fits(page);
      await accessible(page);

      await page.goto('/my');
      await settled(page);
      await page.getByRole('heading', { level: 1, name: firm }).waitFor();
      await page.getByRole('link', { name: '打开 PDF' }).first().waitFor();
      await shot(page, 'consent-5-after');
      assert.deepEqual([...owner.faults, ...officer.faults], []);
    } finally { await owner.close(); await officer.close(); }
  }],
];
