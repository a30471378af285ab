// One net: a zone and a plant's smart centre side by side. Monthly figures become facts of the enterprise's file; history is mirrored for dashboards.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessible, fits, open, shot } from '../browser.mjs';
import { sit, startParts, until } from '../centre.mjs';
import { client, freePort, startServer } from '../server.mjs';

const plant = '/api/v1/centre/plants/hot_metal';

export async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'yuanqu-net-'));
  const [port, mirrorPort] = [await freePort(), await freePort()];
  const zone = await startServer({ enterprises: 40, clock: 'today', more: ['--centre', `http://127.0.0.1:${port}/centre`] });
  let mirror = null;
  let lives = 0;
  const startMirror = () => {
    lives += 1;
    mirror = spawn('victoria-metrics', [`-storageDataPath=${join(folder, `vm${lives}`)}`, `-httpListenAddr=127.0.0.1:${mirrorPort}`, '-retentionPeriod=10y'], { stdio: 'ignore' });
  };
  const killMirror = () => new Promise((resolve) => { mirror.once('exit', resolve); mirror.kill('SIGKILL'); });
  startMirror();
  try {
    const centre = await startParts({ port, more: ['--zone', zone.address, '--mirror', `127.0.0.1:${mirrorPort}`] });
    return {
      zone, centre, log: centre.log,
      mirror: { address: `http://127.0.0.1:${mirrorPort}`, async empty() { await killMirror(); startMirror(); } },
      async stop() { await centre.stop(); await zone.stop(); await killMirror(); await rm(folder, { recursive: true, force: true }); },
    };
  } catch (problem) {
    await killMirror();
    await zone.stop();
    throw problem;
  }
}

export const tests = [
  ['a month is told, signed, stored with its source, corrected, and read by rules', async ({ browser, server }) => {
    const { zone, centre } = server;
    const leader = await sit(browser, centre, 'demo.shift', '班长台');
    const months = async () => (await leader.api.get(`${plant}/months`)).json();
    await until('figures of the month', async () => (await months()).months[0].values.slice(0, 2).every((one) => one !== null));
    await leader.page.goto('/centre/months');
    await leader.page.getByRole('button', { name: '立即报送' }).first().click();
    // Nobody entered the key yet: refused, and the page says what to do.
    await leader.page.getByText('未被接收').waitFor();
    await leader.page.getByText('请数据管理岗核对报送公钥').waitFor();

    const steward = client(zone.address);
    await steward.signIn('data');
    const source = (await steward.get('/sources')).items.find((one) => one.code === 'ZHZX-TSX');
    assert.ok(source, 'the zone has the data source');
    const today = (await steward.get('/clock')).today;
    const record = await steward.get(`/records/data_source/${source.id}`);
    const { key } = await months();
    await steward.patch(`/records/data_source/${source.id}`, { values: { delivery_key: key }, source: 'zone_office', effective_from: today, reason: '登记报送公钥' }, record.version);

    await leader.page.getByRole('button', { name: '立即报送' }).first().click();
    await leader.page.getByText('园区已收').waitFor({ timeout: 30_000 });
    await fits(leader.page);
    await accessible(leader.page);
    await shot(leader.page, 'centre-months-1440', false);
    const told = (await months()).months[0];
    assert.match(told.delivery, /^ZHZX-TSX \d{4}-\d\d 1$/);
    assert.equal(told.corrections, 0, 'what was refused was no delivery');

    // The fact stands in the enterprise's file, with its source.
    const economy = client(zone.address);
    await economy.signIn('economy');
    const of = { year: Number(told.month.slice(0, 4)), month: Number(told.month.slice(5)) };
    const filter = encodeURIComponent(`year = ${of.year} and month = ${of.month}`);
    const [fact] = (await economy.get(`/records/plant_month?filter=${filter}`)).items;
    assert.ok(fact, 'the month is in the file');
    const whole = await economy.get(`/records/plant_month/${fact.id}`);
    assert.equal(whole.values.plant, 'hot_metal');
    assert.ok(Number(whole.values.electricity) >= 0, JSON.stringify(whole.values));
    assert.equal(whole.facts?.electricity?.source ?? whole.sources?.electricity ?? 'smart_centre', 'smart_centre');
    const asked = await economy.post('/query', { kind: 'enterprise', filter: `count(plant months[year = ${of.year} and month = ${of.month} and output >= 0]) = 1`, columns: ['sum(plant months.electricity)'] });
    assert.equal(asked.total, 1, 'a rule finds the enterprise by it');

    // More was measured since: told again, it is a correction, not a second month.
    const { decimals } = (await months()).columns[1];
    const stored = Number(whole.values.electricity).toFixed(decimals);
    await until('a figure that moved', async () => (await months()).months[0].values[1].toFixed(decimals) !== stored, 90_000);
    await leader.page.getByRole('button', { name: '立即报送' }).first().click();
    await leader.page.getByText('更正 1 次').waitFor({ timeout: 30_000 });
    assert.equal((await economy.get(`/records/plant_month?filter=${filter}`)).items.length, 1);
    const later = await economy.get(`/records/plant_month/${fact.id}`);
    assert.ok(Number(later.values.electricity) > Number(whole.values.electricity), `${later.values.electricity} after ${whole.values.electricity}`);
    assert.deepEqual(leader.faults, []);
    await leader.close();
  }],

  ['the way from the zone to its centre and back', async ({ browser, server }) => {
    const seat = await open(browser, server.zone, { role: 'economy' });
    await seat.page.goto('/desk');
    await seat.page.getByRole('navigation').getByRole('link', { name: '智慧中心' }).click();
    await seat.page.getByRole('heading', { name: '智慧中心' }).waitFor();
    await seat.page.getByRole('button', { name: '参观（只看）' }).click();
    await seat.page.getByText('通信正常').waitFor();
    await seat.page.getByRole('link', { name: '园区首页' }).click();
    await seat.page.waitForURL((url) => url.origin === server.zone.address);
    await seat.close();
  }],

  ['the mirror holds the history, is emptied, and is filled again by itself', async ({ server }) => {
    const { mirror } = server;
    const count = async () => {
      const answer = await fetch(`${mirror.address}/api/v1/export?match[]=${encodeURIComponent('yuanqu_tag{plant="hot_metal",tag="能源.总功率"}')}`).catch(() => null);
      const text = answer?.ok ? await answer.text() : '';
      return text.split('\n').filter(Boolean).reduce((sum, line) => sum + JSON.parse(line).values.length, 0);
    };
    await until('the mirror filled', async () => (await count()) > 20, 90_000);
    const before = await count();
    await mirror.empty();
    await until('the mirror filled again', async () => (await count()) >= before, 180_000);
    assert.match(server.log(), /the mirror at .* is filled again/);
  }],
];
