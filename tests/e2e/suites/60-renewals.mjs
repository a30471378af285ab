// Renewals as people see them: the holder's story of one licence, the officer's weeks and exceptions, the counter, the leader's four zeros.
import assert from 'node:assert/strict';
import { accessible, fits, open, phone, settled, shot, wide } from '../browser.mjs';
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
  ['the holder says 不再续 on the page of the licence, and takes it back', async ({ browser, server }) => {
    const visit = await open(browser, server, { role: 'owner', size: phone });
    try {
      const { page } = visit;
      const api = client(server.address);
      await api.signIn('counter');
      await page.goto('/my/licences');
      await settled(page);
      await page.getByRole('link', { name: '食品经营许可证' }).first().click();
      await settled(page);
      const licence = page.url().split('/').pop();
      await shot(page, 'renewal-licence-phone');
      await fits(page);
      await accessible(page);
      await page.getByRole('button', { name: '不再续', exact: true }).click();
      await page.locator('.ant-popconfirm, .ant-popover').getByRole('button', { name: '不再续' }).click();
      await page.getByText('您表示本期届满后不再续').waitFor();
      const ends = (await api.get(`/records/licence/${licence}`)).values;
      assert.equal(ends.not_renewed_for, ends.valid_to, 'kept in the file, for this term');
      await page.getByRole('button', { name: '改回：还要续' }).click();
      await page.getByRole('button', { name: '不再续', exact: true }).waitFor();
      assert.equal((await api.get(`/records/licence/${licence}`)).values.not_renewed_for, null);
      assert.deepEqual(visit.faults, []);
    } finally { await visit.close(); }
  }],
  ['an article is confirmed in the name of who is signed in, never in another', async ({ browser, server }) => {
    const visit = await open(browser, server, { role: 'approver' });
    try {
      const { page } = visit;
      await page.goto('/desk/licence-types');
      await settled(page);
      const open_ = page.locator('section.panel').filter({ hasText: '烟草专卖零售许可证' });
      await open_.getByText('条文尚未确认').waitFor();
      await open_.getByRole('button', { name: '我已核对条文原文' }).click();
      await page.locator('.ant-popconfirm, .ant-popover').getByRole('button', { name: '我已核对条文原文' }).click();
      await open_.getByText(/审批人员（演示）.*确认过这一条文/).waitFor();
      await shot(page, 'renewal-types');
      await accessible(page);
      const api = client(server.address);
      await api.signIn('approver');
      const type = (await api.get('/records/licence_type?limit=200')).items.find((item) => item.values.code === 'TOBACCO');
      assert.equal(type.values.article_confirmed, type.values.legal_basis);
      assert.equal(type.values.article_confirmed_on, '2026-03-02');
      await assert.rejects(api.patch(`/records/licence_type/${type.id}`, { values: { article_confirmed_by: '别人' }, source: 'zone_office', effective_from: '2026-03-02', reason: '冒名' }, type.version), /由系统按登录的账号填写/);
      assert.deepEqual(visit.faults, []);
    } finally { await visit.close(); }
  }],
  ['the counter works by keyboard alone: find, authorise with a scan, print, next', async ({ browser, server }) => {
    const api = client(server.address);
    await api.signIn('counter');
    const story = (await api.get('/demo/stories')).items.find((item) => item.number === 3);
    const firm = (await api.get(`/files/${story.file}`)).record;
    const visit = await open(browser, server, { role: 'counter' });
    try {
      const { page } = visit;
      await page.goto('/desk/counter');
      await settled(page);
      assert.equal(await page.evaluate(() => document.activeElement?.id), 'counter-scan', 'the field waits for the scanner');
      await page.keyboard.type(firm.values.uscc.slice(-6));
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: firm.title }).waitFor();
      await page.locator('#counter-paper').setInputFiles({ name: '授权书.png', mimeType: 'image/png', buffer: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64') });
      await page.getByText('已扫描“授权书.png”').waitFor();
      for (let step = 0; step < 40; ++step) {
        await page.keyboard.press('Tab');
        if (await page.evaluate(() => document.activeElement?.textContent?.includes('代录授权') ?? false)) break;
      }
      await shot(page, 'renewal-counter');
      await page.keyboard.press('Enter');
      await page.getByText('已代录授权').first().waitFor();
      const held = (await api.get(`/authorisations?enterprise=${story.file}`)).items;
      assert.equal(held.length, 1);
      assert.equal(held[0].values.scan.name, '授权书.png', 'the scan stays with the authorisation');
      await accessible(page);
      await page.keyboard.press('Escape');
      await page.getByRole('heading', { name: firm.title }).waitFor({ state: 'detached' });
      assert.equal(await page.evaluate(() => document.activeElement?.id), 'counter-scan', 'ready for the next');
      assert.deepEqual(visit.faults, []);
    } finally { await visit.close(); }
  }],
  ['a licence is suspended by two persons, the public page shows it, and it is restored', async ({ browser, server }) => {
    const api = client(server.address);
    await api.signIn('approver');
    await api.post('/clock/advance', { days: 1 });
    const paper = (await api.get('/papers?limit=100')).items.find((item) => item.template === 'food_business_licence');
    const visit = await open(browser, server, { role: 'approver' });
    let number;
    try {
      const { page } = visit;
      await page.goto(`/desk/files/${paper.holder_file.id}`);
      await settled(page);
      await page.getByRole('button', { name: /暂停、恢复、撤销、注销证照/ }).first().click();
      await page.getByLabel('怎么处理').selectOption('suspend');
      await page.getByLabel('依据（文号和条款）').fill('行政处罚法第九条第三项');
      await page.getByLabel('事实和理由').fill('现场检查发现冷藏设备停用，责令整改期间暂扣');
      await shot(page, 'renewal-suspend-ask', false);
      await page.getByRole('button', { name: '提交' }).click();
      await page.waitForURL(/\/desk\/cases\//);
      await settled(page);
      number = page.url().split('/').pop();
      await page.locator('#case-material').setInputFiles({ name: '检查记录.txt.png', mimeType: 'image/png', buffer: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64') });
      await page.getByRole('link', { name: /检查记录/ }).waitFor();
      await shot(page, 'renewal-suspend-case');
      await accessible(page);
      assert.equal((await api.get(`/public/papers/${encodeURIComponent(paper.number)}`)).status, 'valid', 'nothing before the second person');
      assert.deepEqual(visit.faults, []);
    } finally { await visit.close(); }
    const settle = async (values) => {
      const boss = client(server.address);
      await boss.signIn('leader');
      const detail = await boss.get(`/cases/${number}`);
      const task = detail.tasks.find((item) => item.element === 'confirm');
      await boss.post(`/cases/${number}/tasks/${task.id}/complete`, { values });
      return boss.get(`/cases/${number}`);
    };
    const done = await settle({ approved: true, opinion: '同意' });
    assert.deepEqual([done.state, done.outcome.zh], ['completed', '已处理']);
    assert.equal((await api.get(`/public/papers/${encodeURIComponent(paper.number)}`)).status, 'suspended');
    const open_ = await open(browser, server, { size: phone });
    try {
      await open_.page.goto(`/verify/${encodeURIComponent(paper.number)}`);
      await settled(open_.page);
      await open_.page.getByText('暂扣').first().waitFor();
      await shot(open_.page, 'renewal-suspended-public');
    } finally { await open_.close(); }
    const again = await api.post('/cases', { procedure: 'licence_standing', subject: done.subject.id, values: { act: 'resume', basis: '整改完成，恢复', reasons: '复查合格，设备已修复' } });
    number = again.id;
    await settle({ approved: true, opinion: '同意恢复' });
    assert.equal((await api.get(`/public/papers/${encodeURIComponent(paper.number)}`)).status, 'valid');
  }],
  ['templates, issuers, calls, staff: each page at both widths', async ({ browser, server }) => {
    for (const [role, path, heading] of [['approver', '/desk/templates', '文书模板'], ['approver', '/desk/issuers', '发证机关'], ['counter', '/desk/calls', '电话名单'], ['administrator', '/desk/staff', '人员交接'], ['administrator', '/desk/workdays', '工作日与节假日'], ['leader', '/lead', '领导']]) {
      for (const size of [wide, phone]) {
        const visit = await open(browser, server, { role, size });
        try {
          await visit.page.goto(path);
          await settled(visit.page);
          await visit.page.getByRole('heading', { level: 1 }).first().waitFor();
          if (path !== '/lead') await visit.page.getByRole('heading', { name: heading, level: 1 }).waitFor();
          await shot(visit.page, `renewal-page${path.replaceAll('/', '-')}-${size.width}`);
          await fits(visit.page);
          await accessible(visit.page);
          assert.deepEqual(visit.faults, []);
        } finally { await visit.close(); }
      }
    }
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
