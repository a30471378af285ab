// Every page for everyone who has it: opens, is accessible, fits the screen, in both languages.
import assert from 'node:assert/strict';
import { accessible, fits, open, phone, settled, shot, wide } from '../browser.mjs';
import { client } from '../server.mjs';

const visits = [
  [null, '/', 'front'], [null, '/guides', 'guides'], [null, '/verify', 'verify'],
  ['economy', '/desk', 'overview'], ['economy', '/desk/duties', 'duties'], ['economy', '/desk/duties?by=service', 'duties-by-service'], ['economy', '/desk/records/enterprise', 'enterprises'],
  ['counter', '/desk/records/licence', 'licences'], ['economy', 'file', 'file'], ['economy', 'duty', 'duty'], ['approver', '/desk/cases', 'cases'], ['economy', '/desk/work', 'work'], ['approver', '/desk/exceptions', 'exceptions'], ['counter', '/desk/import', 'import'],
  ['owner', '/my', 'portal'], ['owner', '/my/licences', 'portal-licences'], ['owner', '/my/cases', 'portal-cases'], ['owner', '/my/file', 'portal-file'], ['owner', '/inbox', 'inbox'],
  ['tax', '/desk', 'tax'], ['data', '/desk/duties', 'data-duties'],
  ['data', '/desk/sources', 'sources'], ['data', 'source', 'source'], ['data', '/desk/quality', 'quality'], ['owner', '/my/seen', 'seen'], ['auditor', '/audit', 'audit'], ['administrator', '/desk', 'administrator'], ['administrator', '/audit/backups', 'backups-empty'],
  ['economy', '/desk/rules', 'decisions'], ['economy', '/desk/rules/enterprise_size', 'who-qualifies'], ['economy', '/desk/rules/high_tech_enterprise?view=near&conditions=2', 'near-misses'], ['economy', '/desk/rules/high_tech_enterprise?view=unknown', 'unknowns'],
  ['economy', '/desk/rules/high_tech_enterprise/simulate', 'simulate'], ['economy', '/desk/forecast', 'forecast'], ['economy', '/desk/query', 'query'], ['economy', '/desk/reports', 'reports'],
  ['leader', '/lead', 'leader'], ['auditor', '/desk', 'auditor'], ['public', '/guides', 'public'],
];

async function address(server, path) {
  if (!['file', 'duty', 'source'].includes(path)) return path;
  const api = client(server.address);
  if (path === 'source') {
    await api.signIn('data');
    const late = (await api.get('/sources')).items.find((item) => item.state === 'late');
    assert.ok(late, 'the demo has a source that is late');
    return `/desk/sources/${late.id}`;
  }
  await api.signIn('economy');
  const duty = (await api.get('/duties?state=open&limit=1')).items[0];
  const file = (await api.get('/records/enterprise?limit=1')).items[0];
  return path === 'duty' && duty ? `/desk/duties/${duty.id}` : `/desk/files/${duty?.file?.id ?? file.id}`;
}

const page = ([role, path, name], size, language) => [`${name} ${size.width} ${language}`, async ({ browser, server }) => {
  const visit = await open(browser, server, { role, language, size });
  try {
    await visit.page.goto(await address(server, path));
    await settled(visit.page);
    await visit.page.getByRole('heading', { level: 1 }).first().waitFor();
    await shot(visit.page, `${name}-${size.width}-${language}`);
    assert.equal(await visit.page.getByRole('alert').count(), 0, `a refusal is shown: ${await visit.page.getByRole('alert').allInnerTexts()}`);
    assert.equal(await visit.page.evaluate(() => document.documentElement.lang), language === 'zh' ? 'zh-CN' : 'en');
    assert.ok(await visit.page.getByText(language === 'zh' ? '演示数据 · 虚构' : 'Demo data · fictitious').filter({ visible: true }).count() > 0, 'the page says that the data are fictitious');
    await fits(visit.page);
    await accessible(visit.page);
    assert.deepEqual(visit.faults, []);
  } finally { await visit.close(); }
}];

const menus = ['economy', 'counter', 'approver', 'tax', 'data', 'leader', 'auditor', 'administrator', 'rule_author', 'rule_publisher', 'owner', 'public'].map((role) => [`every menu entry of ${role} leads somewhere`, async ({ browser, server }) => {
  const visit = await open(browser, server, { role });
  try {
    await visit.page.goto('/');
    await settled(visit.page);
    const menu = visit.page.getByRole('navigation', { name: '主菜单' }).first();
    const entries = await menu.getByRole('link').evaluateAll((links) => [...new Set(links.map((link) => link.getAttribute('href')))]);
    assert.ok(entries.length >= 2, `entries: ${entries}`);
    for (const entry of entries) {
      await visit.page.goto(entry);
      await settled(visit.page);
      assert.equal(await visit.page.getByRole('alert').count(), 0, `${entry}: ${await visit.page.getByRole('alert').allInnerTexts()}`);
      assert.equal(await visit.page.getByText('没有这个页面').count(), 0, `${entry} is dead`);
    }
    assert.deepEqual(visit.faults, []);
  } finally { await visit.close(); }
}]);

export const tests = [...[wide, phone].flatMap((size) => ['zh', 'en'].flatMap((language) => visits.map((visit) => page(visit, size, language)))), ...menus];
