// The leader's page on a wall: nothing scrolls in full HD or 4K, the figures are those of the records, and it follows the zone by itself.
import assert from 'node:assert/strict';
import { accessible, fits, open, phone, settled, shot } from '../browser.mjs';
import { client } from '../server.mjs';

const fullHd = { width: 1920, height: 1080 };
const fourK = { width: 3840, height: 2160 };
const figure = (page, name) => page.getByRole('region', { name: '四个数' }).locator('.wall-big', { hasText: name }).locator('.much').innerText();

const wall = (size, language) => [`the wall fills ${size.width} × ${size.height} ${language} and says that the data are fictitious`, async ({ browser, server }) => {
  const { page, faults, close } = await open(browser, server, { role: 'leader', size, language });
  try {
    await page.goto('/lead/wall');
    await settled(page);
    await page.getByText(language === 'zh' ? '演示数据 · 虚构' : 'Demo data · fictitious').first().waitFor();
    assert.equal(await page.getByRole('navigation').count(), 0, 'no menu on a wall');
    assert.equal(await page.locator('.wall-read.lost').count(), 0, 'everything could be read');
    await fits(page);
    if (size.width >= 1920) {
      assert.equal(await page.evaluate(() => document.documentElement.scrollHeight <= window.innerHeight), true, 'nothing below the edge');
      const small = await page.evaluate((least) => [...document.querySelectorAll('.wall-page *')].filter((item) => item.childElementCount === 0 && item.textContent.trim() && parseFloat(getComputedStyle(item).fontSize) < least).map((item) => item.textContent), 16 * (size.width / 1920) - 0.5);
      assert.deepEqual(small, [], 'letters to be read from afar');
    }
    await accessible(page);
    await shot(page, `wall-${size.width}-${language}`, false);
    assert.deepEqual(faults, []);
  } finally { await close(); }
}];

export const tests = [
  wall(fullHd, 'zh'), wall(fullHd, 'en'), wall(fourK, 'zh'), wall(phone, 'zh'),
  ['one press on the leader page opens it, and it follows what happens without being touched', async ({ browser, server }) => {
    const api = client(server.address);
    await api.signIn('leader');
    const { page, faults, close } = await open(browser, server, { role: 'leader', size: fullHd });
    try {
      await page.goto('/lead');
      await settled(page);
      await page.getByRole('button', { name: /^批示：/ }).first().click();
      const form = page.getByRole('dialog');
      await form.getByLabel('批示', { exact: true }).fill('月底前把到期的证照走一遍');
      await form.getByLabel('交给').selectOption({ label: '经发局' });
      await form.getByLabel('何时办结').fill('2026-03-31');
      await form.getByRole('button', { name: '批给' }).click();
      await page.getByRole('heading', { level: 1, name: '督办' }).waitFor();
      const number = await page.locator('.code').first().innerText();

      await page.goto('/lead');
      await settled(page);
      await page.getByRole('button', { name: '大屏' }).click();
      await page.waitForURL('**/lead/wall');
      await settled(page);
      assert.match(await figure(page, '督办未结'), /^1/);
      await page.getByText(number).waitFor();
      const before = await api.get('/cases?state=waiting&limit=200');
      assert.match(await figure(page, '等人办'), new RegExp(`^${before.items.filter((item) => !item.waits_for_applicant).length}\\D`));
      assert.match(await page.getByRole('main').innerText(), /还没有办结的续证/);

      const officer = client(server.address);
      await officer.signIn('approver');
      await officer.post('/clock/advance', { days: 1 });
      await page.getByText('2026年3月3日 周二').first().waitFor({ timeout: 60_000 });
      await page.waitForFunction(() => /^\s*[1-9]/.test(document.querySelector('.wall-big .much')?.textContent ?? ''), undefined, { timeout: 60_000 });
      const renewed = (await api.get('/records/renewal?limit=500')).items.filter((item) => item.values.four_zeros === true).length;
      assert.match(await figure(page, '四个零续证'), new RegExp(`^${renewed}\\D`));
      await settled(page);
      await accessible(page);
      await shot(page, 'wall-a-day-later', false);

      await page.getByRole('button', { name: '浅色' }).click();
      await accessible(page);
      await shot(page, 'wall-light', false);
      await page.getByRole('link', { name: '返回' }).click();
      await page.getByRole('heading', { level: 1, name: '全区一页' }).waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.className), '', 'the page is as it was');
      assert.deepEqual(faults, []);
    } finally { await close(); }
  }],
];
