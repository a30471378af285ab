// Pages as people use them: found by role and name, checked with axe, never wider than the screen.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = fileURLToPath(new URL('./shots/', import.meta.url));
const onTheWay = new WeakMap();  // page → requests that are not answered yet
export const wide = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--lang=zh-CN'],
});

export async function open(browser, server, { role, language = 'zh', size = wide } = {}) {
  const context = await browser.newContext({ viewport: size, baseURL: server.address, locale: language === 'zh' ? 'zh-CN' : 'en-GB', reducedMotion: 'reduce', acceptDownloads: true });
  await context.addInitScript((value) => { localStorage.setItem('yuanqu.language', value); }, language);
  if (role) {
    const answer = await context.request.post('/api/v1/session', { data: { role }, headers: { 'X-Yuanqu': '1' } });
    assert.ok(answer.ok(), `sign in as ${role}: ${answer.status()} ${await answer.text()}`);
  }
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const asked = new Set();
  onTheWay.set(page, asked);
  page.on('request', (request) => { if (request.resourceType() !== 'eventsource') asked.add(request); });
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => asked.delete(request));
  const faults = [];
  page.on('request', (request) => { if (/^(https?|wss?):/.test(request.url()) && !request.url().startsWith(server.address)) faults.push(`asks elsewhere: ${request.url()}`); });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => { if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) faults.push(message.text()); });
  return { context, page, faults, close: () => context.close() };
}

/** Nothing is on its way any more and no skeleton is left, for a few frames one after the other. */
export async function settled(page) {
  const asked = onTheWay.get(page) ?? new Set();  // a page that was opened elsewhere: its drawing alone is waited for
  const patience = Date.now() + 30_000;
  for (let quiet = 0; quiet < 4;) {
    const still = await page.evaluate(() => new Promise((done) => {
      requestAnimationFrame(() => requestAnimationFrame(() => done(document.querySelector('main') !== null && document.querySelector('.skeleton') === null)));
    }));
    quiet = still && asked.size === 0 ? quiet + 1 : 0;
    if (Date.now() > patience) throw new Error(`the page does not come to rest: ${[...asked].map((request) => request.url()).join(', ') || 'a skeleton is left'}`);
  }
}

export async function fits(page) {
  const wider = await page.evaluate(() => {
    const over = document.documentElement.scrollWidth - window.innerWidth;
    return over > 0 ? `${over} px: ${[...document.querySelectorAll('body *')].filter((item) => item.getBoundingClientRect().right > window.innerWidth + 1).slice(0, 4).map((item) => `${item.tagName.toLowerCase()}.${item.className}`).join(', ')}` : '';
  });
  assert.equal(wider, '', 'the page scrolls sideways');
}

export async function accessible(page) {
  await settled(page);
  await page.locator('h1').first().waitFor({ timeout: 5000 }).catch(() => undefined);  // axe tells of a page that has none
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const result = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return result.violations.map((item) => `${item.id}: ${item.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} (${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''})`).join('; ')}`);
  });
  assert.deepEqual(found, [], 'axe');
}

export async function shot(page, name, whole = true) {
  await mkdir(shots, { recursive: true });
  await page.screenshot({ path: `${shots}${name}.png`, fullPage: whole });
}
