// A procedure has a newer version while a case runs: the officer says which step stands for one that is gone, sees what would be, and moves it.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accessible, fits, open, phone, settled, shot, wide } from '../browser.mjs';
import { client, startServer } from '../server.mjs';

export async function start(options) {
  const folder = await mkdtemp(join(tmpdir(), 'yuanqu-e2e-packs-'));
  await cp(fileURLToPath(new URL('../../../packs', import.meta.url)), folder, { recursive: true });
  const server = await startServer({ ...options, enterprises: 40, more: ['--packs', folder] });
  return { ...server, packs: folder, async stop() { await server.stop(); await rm(folder, { recursive: true, force: true }); } };
}

export const tests = [
  ['a step that is gone is chosen by its name, previewed, and the case moves', async ({ browser, server }) => {
    const leader = client(server.address);
    await leader.signIn('leader');
    const opened = await leader.post('/cases', { procedure: 'directive', about: { title: '到期证照' }, values: { line: '月底前走一遍', owner: 'economy', due: '2026-03-31' } });
    // The next version of the procedure: carrying out is called handling now, and somebody looks before the leader does.
    const file = join(server.packs, 'core/procedures/directive.bpmn');
    const text = await readFile(file, 'utf8');
    const task = /<bpmn:userTask id="carry_out"[\s\S]*?<\/bpmn:userTask>/.exec(text)[0];
    const handle = task.replace('id="carry_out" name="承办"', 'id="handle" name="办理"').replace('zh="承办" en="Carry out"', 'zh="办理" en="Handle"').replace('>reported<', '>handled<');
    const review = '<bpmn:userTask id="review" name="复核"><bpmn:extensionElements><yuanqu:labels zh="复核" en="Review"/><yuanqu:assignment role="data"/><yuanqu:input name="report" expression="report"/></bpmn:extensionElements><bpmn:incoming>handled</bpmn:incoming><bpmn:outgoing>reported</bpmn:outgoing></bpmn:userTask>';
    const next = text.replace(task, handle + review).replace('version="2026-12"', 'version="2027-01"')
      .replaceAll('bpmnElement="carry_out"', 'bpmnElement="handle"').replace('targetRef="carry_out"', 'targetRef="handle"')
      .replace('sourceRef="carry_out" targetRef="close"/>', 'sourceRef="review" targetRef="close"/><bpmn:sequenceFlow id="handled" sourceRef="handle" targetRef="review"/>');
    const drawn = '<bpmndi:BPMNShape id="shape_review" bpmnElement="review"><dc:Bounds x="350" y="180" width="120" height="80"/></bpmndi:BPMNShape><bpmndi:BPMNEdge id="edge_handled" bpmnElement="handled"><di:waypoint x="320" y="160"/><di:waypoint x="350" y="220"/></bpmndi:BPMNEdge>';
    assert.notEqual(next, text);
    await writeFile(file, next.replace('<bpmndi:BPMNShape id="shape_close"', `${drawn}<bpmndi:BPMNShape id="shape_close"`));
    await server.restart();

    const officer = await open(browser, server, { role: 'economy' });
    const english = await open(browser, server, { role: 'economy', language: 'en', size: phone });
    try {
      const { page } = officer;
      await page.goto(`/desk/cases/${opened.id}`);
      await settled(page);
      await page.getByRole('heading', { name: '流程有新版本' }).waitFor();
      const move = page.getByRole('button', { name: '迁到新版本' });
      assert.ok(await move.isDisabled(), 'nothing is moved while a place is gone');
      await page.getByText('新版流程里没有与“承办”对应的步骤，请指明换到哪一步。').waitFor();
      await accessible(page);
      await shot(page, 'versions-1-gone');
      // Only what may take its place is offered, by name.
      const choice = page.getByLabel('“承办”换到哪一步');
      assert.deepEqual((await choice.getByRole('option').allInnerTexts()).sort(), ['办理 · 人办', '复核 · 人办', '请选择', '销号 · 人办'].sort());
      // A step that needs what this case does not have yet is told before anybody moves it, or shown with what comes of it.
      await choice.selectOption({ label: '办理 · 人办' });
      await page.getByText('在新版本：办理').waitFor();
      await page.getByText(/^可以迁移/).waitFor();
      await settled(page);
      await shot(page, 'versions-2-chosen');
      await page.setViewportSize(phone);
      await fits(page);
      await shot(page, 'versions-2-chosen-phone');
      await page.setViewportSize(wide);

      await english.page.goto(`/desk/cases/${opened.id}`);
      await settled(english.page);
      await english.page.getByText('The new version has no step that stands for "Carry out"; say which one it is.').waitFor();
      await english.page.getByLabel('Which step takes the place of “Carry out”').selectOption({ label: 'Handle · by people' });
      await english.page.getByText('In the new version: Handle').waitFor();
      await fits(english.page);
      await accessible(english.page);
      await shot(english.page, 'versions-3-english');

      await move.click();
      await page.getByText('已迁到新版本').first().waitFor();
      await page.getByRole('heading', { name: '流程有新版本' }).waitFor({ state: 'detached' });
      await page.getByText('流程版本由 2026-12 换到 2027-01').waitFor();
      await page.getByLabel('办理结果').fill('走了十户');
      await page.getByRole('button', { name: '办好，往下走' }).click();
      await page.getByText('复核').first().waitFor();
      assert.deepEqual([...officer.faults, ...english.faults], []);
    } finally { await officer.close(); await english.close(); }
  }],
];
