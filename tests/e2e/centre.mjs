// The smart centre with everything it stands on: a broker of its own, the simulated plant, the edge agent, the centre.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { binary, freePort } from './server.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const listening = (port) => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1');
  socket.once('connect', () => { socket.destroy(); resolve(true); });
  socket.once('error', () => resolve(false));
});
export async function until(what, done, patience = 60_000) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await done();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited too long for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The parts that run: `plant` null leaves simulator and agent out. */
export async function startParts({ speed = 25, packs = join(root, 'packs'), pack = 'steel', plant = 'hot_metal', port: wanted = 0, more = [] } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'yuanqu-centre-'));
  const [broker, modbus, port] = [await freePort(), await freePort(), wanted || await freePort()];
  await writeFile(join(folder, 'broker.conf'), `listener ${broker} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  const running = [];
  let log = '';
  const run = (name, program, parameters) => {
    const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => { log = (log + `${name}: ${part}`).slice(-30000); });
    const one = { name, child, gone: new Promise((resolve) => child.once('exit', resolve)) };
    running.push(one);
    return one;
  };
  const stop = async () => {
    for (const { child, gone } of [...running].reverse()) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGCONT');
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
        await gone;
        clearTimeout(timer);
      }
    }
    await rm(folder, { recursive: true, force: true });
  };
  const address = `http://127.0.0.1:${port}`;
  const data = join(folder, 'data');
  const startHouse = () => run('centre', binary, ['centre', '--demo', '--data', data, '--listen', `127.0.0.1:${port}`, '--broker', `127.0.0.1:${broker}`, '--web', join(root, 'web/dist'), '--packs', packs, '--pack', pack, ...more]);
  const startAgent = () => run('agent', binary, ['edge', '--pack', join(packs, pack), '--plant', plant, '--key', join(data, 'centre', plant, 'agent.key'), '--broker', `127.0.0.1:${broker}`, '--data', join(folder, 'edge'), '--modbus', `plc=127.0.0.1:${modbus}`]);
  try {
    run('broker', '/usr/sbin/mosquitto', ['-c', join(folder, 'broker.conf')]);
    await until('the broker', () => listening(broker));
    if (plant) run('plant', binary, ['plant-simulator', '--packs', packs, '--modbus', `127.0.0.1:${modbus}`, '--broker', `127.0.0.1:${broker}`, '--speed', String(speed), '--no-visits']);
    if (plant) await until('the simulated plant', () => listening(modbus));
    startHouse();
    await until('the centre', async () => (await fetch(`${address}/api/v1/centre/health`).catch(() => null))?.ok);
    if (plant) startAgent();
  } catch (problem) {
    await stop();
    throw new Error(`${problem.message}\n${log}`);
  }
  const house = () => running.filter((one) => one.name === 'centre').at(-1);
  return {
    address, broker, modbus, until,
    log: () => log,
    async stopAgent() {
      const agent = running.filter((one) => one.name === 'agent').at(-1);
      agent.child.kill('SIGKILL');
      await agent.gone;
    },
    startAgent,
    freeze: () => house().child.kill('SIGSTOP'),
    thaw: () => house().child.kill('SIGCONT'),
    async restart() {
      const old = house();
      old.child.kill('SIGKILL');
      await old.gone;
      startHouse();
      await until('the centre again', async () => (await fetch(`${address}/api/v1/centre/health`).catch(() => null))?.ok);
    },
    stop,
  };
}

export const startCentre = () => startParts();

/** Somebody at a desk: a context of their own, signed in by a tap. */
export async function sit(browser, server, account, station, { language = 'zh', size = { width: 1440, height: 900 } } = {}) {
  const context = await browser.newContext({ viewport: size, baseURL: server.address, locale: language === 'zh' ? 'zh-CN' : 'en-GB', reducedMotion: 'reduce', acceptDownloads: true });
  await context.addInitScript((value) => { localStorage.setItem('yuanqu.language', value); }, language);
  const answer = await context.request.post('/api/v1/centre/session', { data: { demo: account, station }, headers: { 'X-Yuanqu': '1' } });
  if (!answer.ok()) throw new Error(`sign in as ${account}: ${answer.status()} ${await answer.text()}`);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  return { context, page, faults, api: context.request, close: () => context.close() };
}
