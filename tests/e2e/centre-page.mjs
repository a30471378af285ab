// A page of 1,000 values that all change ten times a second: frames keep coming, memory stays flat.
// node centre-page.mjs SECONDS; exit 1 when it does not hold.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './browser.mjs';
import { startParts } from './centre.mjs';

const count = 1000;
const columns = 25;

async function writePack(folder) {
  for (const part of ['plants', 'screens']) await mkdir(join(folder, 'wall', part), { recursive: true });
  await writeFile(join(folder, 'wall/pack.yaml'), 'pack: wall\nversion: 1.0.0\nlabels: {zh: 墙, en: Wall}\nneeds: []\nlanguages: [zh, en]\n');
  const tags = Array.from({ length: count }, (_, i) => `          - {name: V.${i}, labels: {zh: 值 ${i}, en: Value ${i}}, type: number, decimals: 2, source: {topic: wall/values, value: /v/${i}, time: /t}}`);
  await writeFile(join(folder, 'wall/plants/wall.yaml'), `plant: wall\nlabels: {zh: 墙, en: Wall}\nsimulated: true\nlinks:\n  - {name: meters, json: {}, heartbeat_ms: 1000}\nareas:\n  - name: all\n    labels: {zh: 全部, en: All}\n    equipment:\n      - name: wall\n        labels: {zh: 墙, en: Wall}\n        link: meters\n        tags:\n${tags.join('\n')}\n`);
  const shapes = Array.from({ length: count }, (_, i) => `      - {kind: value, tag: V.${i}, x: ${(i % columns) * 150}, y: ${Math.floor(i / columns) * 40 + 20}, w: 100}`);
  await writeFile(join(folder, 'wall/screens/wall.yaml'), `plant: wall\nmimics:\n  - page: wall\n    labels: {zh: 墙, en: Wall}\n    width: ${columns * 150}\n    height: ${(count / columns) * 40 + 40}\n    shapes:\n${shapes.join('\n')}\n`);
}

export async function watchPage(browser, seconds) {
  const folder = await mkdtemp(join(tmpdir(), 'yuanqu-wall-'));
  await writePack(folder);
  const server = await startParts({ packs: folder, pack: 'wall', plant: null });
  const source = spawn('mosquitto_pub', ['-p', String(server.broker), '-t', 'wall/values', '-q', '0', '-l'], { stdio: ['pipe', 'ignore', 'ignore'] });
  let sent = 0;
  const timer = setInterval(() => {
    const now = Date.now();
    sent += 1;
    source.stdin.write(`${JSON.stringify({ t: now, v: Array.from({ length: count }, (_, i) => Math.round(1e4 * Math.sin(now / 900 + i)) / 100) })}\n`);
  }, 100);
  try {
    const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, baseURL: server.address, reducedMotion: 'reduce' });
    const answer = await context.request.post('/api/v1/centre/session', { data: { demo: 'demo.viewer', station: 'wall' }, headers: { 'X-Yuanqu': '1' } });
    if (!answer.ok()) throw new Error(await answer.text());
    const page = await context.newPage();
    let frames = 0;
    let bytes = 0;
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => { frames += 1; bytes += payload.length; }));
    await page.goto('/centre/mimic/wall');
    await page.locator('.figure.good').nth(count - 1).waitFor({ timeout: 30_000 });
    const tools = await context.newCDPSession(page);
    const heap = async () => { await tools.send('HeapProfiler.collectGarbage'); return (await tools.send('Runtime.getHeapUsage')).usedSize / 1e6; };
    const samples = [];
    const began = Date.now();
    const framesAtStart = frames;
    const every = Math.max(2000, (seconds * 1000) / 20);
    while (Date.now() - began < seconds * 1000) {
      samples.push(await heap());
      await page.waitForTimeout(every);
    }
    samples.push(await heap());
    const took = (Date.now() - began) / 1000;
    const stale = await page.locator('.figure.stale').count();
    await context.close();
    const settled = samples.slice(Math.floor(samples.length / 4));
    return { seconds: Math.round(took), messages: sent, frames_per_second: (frames - framesAtStart) / took, megabytes_per_second: bytes / 1e6 / took, heap_first_mb: settled[0], heap_last_mb: settled.at(-1), heap_most_mb: Math.max(...samples), stale };
  } finally {
    clearInterval(timer);
    source.stdin.end();
    source.kill('SIGTERM');
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const browser = await launch();
  try {
    const seen = await watchPage(browser, Number(process.argv[2] ?? 600));
    console.log(JSON.stringify(seen));
    const flat = seen.heap_last_mb < seen.heap_first_mb * 1.1 + 1;
    console.log(flat ? 'memory is flat' : 'memory grows');
    process.exitCode = flat && seen.frames_per_second > 4 && seen.stale === 0 ? 0 : 1;
  } finally {
    await browser.close();
  }
}
