// The real program on a demo zone of its own, in a folder that is gone afterwards.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const binary = process.env.YUANQU_BINARY ?? join(root, 'build/release/yuanqu');
export const firstDay = '2026-03-02';

export const freePort = () => new Promise((resolve, reject) => {
  const probe = createServer();
  probe.once('error', reject);
  probe.listen(0, '127.0.0.1', () => { const { port } = probe.address(); probe.close(() => resolve(port)); });
});

export async function startServer({ enterprises = 300, clock = firstDay, more = [] } = {}) {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'yuanqu-e2e-'));
  const address = `http://127.0.0.1:${port}`;
  let log = '';
  let child;
  let gone;
  const run = async () => {
    child = spawn(binary, ['demo', '--data', join(folder, 'zone'), '--enterprises', String(enterprises), '--listen', `127.0.0.1:${port}`, '--clock', clock, '--web', join(root, 'web/dist'), ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => { log = (log + part).slice(-20000); });
    gone = new Promise((resolve) => child.once('exit', resolve));
    const patience = Date.now() + 120_000;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`${binary} ended with ${child.exitCode}:\n${log}`);
      try { if ((await fetch(`${address}/readyz`)).ok) break; } catch { /* not yet listening */ }
      if (Date.now() > patience) { child.kill('SIGKILL'); throw new Error(`${binary} was not ready in two minutes:\n${log}`); }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const end = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(timer);
  };
  await run();
  return {
    address,
    log: () => log,
    /** Ended, and begun again on the same zone: what was changed meanwhile (packs) is read anew. */
    async restart() {
      await end();
      await run();
    },
    async stop() {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// A conversation of its own with the interface, as a program has it.
export function client(address) {
  let cookie = '';
  const call = async (method, path, body, headers = {}) => {
    const response = await fetch(`${address}/api/v1${path}`, {
      method,
      headers: { Accept: 'application/json', ...(cookie ? { Cookie: cookie } : {}), ...(method === 'GET' ? {} : { 'X-Yuanqu': '1', 'Content-Type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const given = response.headers.get('set-cookie');
    if (given) cookie = given.split(';')[0];
    const text = await response.text();
    const data = text ? JSON.parse(text) : null;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return data;
  };
  return {
    get: (path) => call('GET', path),
    post: (path, body = {}) => call('POST', path, body),
    patch: (path, body, version) => call('PATCH', path, body, version === undefined ? {} : { 'If-Match': `"${version}"` }),
    signIn: (role) => call('POST', '/session', { role }),
  };
}
