// The zone at work: importing a file, evaluating every decision on every record, and answering pages while many ask. Each
// figure stands beside a peer of the same run: the import beside sqlite3 loading the same file into a table with the same
// keys, the pages beside a bare Node server that hands out the same bytes from memory. Usage:
//   node bench/zone.mjs [--binary build/bench/yuanqu] [--enterprises 20000] [--rows 50000] [--clients 16] [--seconds 5] [--json FILE]
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { cpus, loadavg, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { creditCode } from "./credit_code.mjs";

const here = dirname(fileURLToPath(import.meta.url));

async function main() {
  const option = (name, otherwise) => {
    const at = process.argv.indexOf("--" + name);
    return at < 0 ? otherwise : process.argv[at + 1];
  };
  const binary = resolve(option("binary", join(here, "../build/bench/yuanqu")));
  const enterprises = Number(option("enterprises", 20000));
  const rows = Number(option("rows", 50000));
  const clients = Number(option("clients", 16));
  const seconds = Number(option("seconds", 5));
  if (!existsSync(binary)) {
    console.error(`${binary} is missing; build it (./dev bench) or say --binary`);
    process.exit(2);
  }
  const folder = mkdtempSync(join(tmpdir(), "yuanqu-bench-zone-"));
  const report = { machine: `${cpus().length} × ${cpus()[0].model}`, load_before: loadavg()[0], import: [], evaluation: [], pages: [] };
  try {
    imports(binary, folder, rows, report);
    await zone(binary, folder, { enterprises, clients, seconds }, report);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  show(report);
  if (option("json")) writeFileSync(option("json"), JSON.stringify(report, null, 1) + "\n");
}

const english = { ...process.env, LC_ALL: "C.UTF-8" };
const secondsOf = (work) => {
  const start = process.hrtime.bigint();
  const value = work();
  return [Number(process.hrtime.bigint() - start) / 1e9, value];
};

function run(binary, ...args) {
  const done = spawnSync(binary, args, { encoding: "utf8", env: english, maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(`${args[0]} ended with ${done.status}: ${done.stderr.slice(-2000)}`);
  return done.stdout + done.stderr;
}

// ---- import
function imports(binary, folder, rows, report) {
  const firms = [["统一社会信用代码", "企业名称", "注册资本", "成立日期", "经营范围"]];
  const returns = [["统一社会信用代码", "年度", "营业收入（元）", "期末从业人员", "资产总计（元）"]];
  for (let i = 0; i < rows; i++) {
    const code = creditCode(i);
    firms.push([code, `示例市测速${i}有限公司`, `${(i % 900) + 1}万元`, `20${String(i % 20).padStart(2, "0")}-03-15`, `测速，第 ${i} 行`]);
    returns.push([code, 2024, `${i * 100 + 5}.25`, i % 500, `${i * 70}.5`]);
  }
  const data = join(folder, "imported");
  const database = join(folder, "peer.sqlite");
  for (const [name, kind, source, table, keys] of [
    ["enterprises", "enterprise", "market_registration", firms, [[0], [1]]],
    ["annual returns, each finding its enterprise", "annual_return", "tax", returns, [[0, 1]]],
  ]) {
    const file = join(folder, `${kind}.csv`);
    writeFileSync(file, table.map((row) => row.join(",")).join("\n") + "\n");
    const command = ["import", kind, file, "--data", data, "--source", source, "--effective-from", "2024-12-31"];
    const [first, told] = secondsOf(() => run(binary, ...command));
    if (!told.includes(`${rows} created`)) throw new Error(`the import of ${kind} says: ${told.slice(-300)}`);
    const [again, same] = secondsOf(() => run(binary, ...command));
    if (!same.includes(`${rows} unchanged`)) throw new Error(`the second import of ${kind} says: ${same.slice(-300)}`);
    const columns = table[0].map((_, i) => `c${i}`);
    const script = [
      "PRAGMA journal_mode=WAL;", "PRAGMA synchronous=FULL;",
      `CREATE TABLE ${kind} (${columns.join(", ")});`, ...keys.map((key, i) => `CREATE UNIQUE INDEX ${kind}_${i} ON ${kind} (${key.map((at) => `c${at}`).join(", ")});`),
      ".mode csv", `.import --skip 1 ${file} ${kind}`, `SELECT count(*) FROM ${kind};`,
    ].join("\n");
    const [peer, counted] = secondsOf(() => execFileSync("sqlite3", [database], { input: script, encoding: "utf8" }));
    if (!counted.trim().endsWith(String(rows))) throw new Error(`sqlite3 loaded ${counted.trim()} of ${rows}`);
    report.import.push({ what: name, rows, seconds: first, rows_per_second: rows / first, again_seconds: again, peer_seconds: peer, ratio: first / peer });
  }
  // Every decision on every record: a folder whose records were written without the rules looking on.
  const evaluated = timed(binary, data);
  const opened = timed(binary, data);
  report.evaluation.push({ what: "every decision on every record, nothing kept", records: evaluated.records, outcomes: evaluated.outcomes, seconds: evaluated.ready - opened.ready, per_second: evaluated.outcomes / Math.max(1e-3, evaluated.ready - opened.ready) });
  report.evaluation.push({ what: "the same folder opened again", records: opened.records, outcomes: opened.outcomes, seconds: opened.ready });
}

// Serves a folder until it says that it is ready, and stops it.
function timed(binary, data) {
  const served = spawnSync("timeout", ["--signal=TERM", "--preserve-status", "120", "sh", "-c", `"$0" serve --data "$1" --listen 127.0.0.1:0 >"$1.log" & pid=$!; while kill -0 $pid 2>/dev/null && ! grep -q "ready in" "$1.log"; do sleep 0.02; done; kill $pid; wait $pid; cat "$1.log"`, binary, data], { encoding: "utf8", env: english });
  const found = /(\d+) records · (\d+) outcomes · .*ready in ([\d.]+) s/.exec(served.stdout);
  if (!found) throw new Error(`the folder was not served: ${served.stdout} ${served.stderr}`);
  return { records: Number(found[1]), outcomes: Number(found[2]), ready: Number(found[3]) };
}

// ---- the zone over HTTP
async function zone(binary, folder, { enterprises, clients, seconds }, report) {
  const data = join(folder, "zone");
  const web = existsSync(join(here, "../web/dist/index.html")) ? join(here, "../web/dist") : emptyPages(folder);
  const [made] = secondsOf(() => run(binary, "demo", "--data", data, "--enterprises", String(enterprises), "--no-serve"));
  const port = await freePort();
  const started = process.hrtime.bigint();
  const child = spawn(binary, ["demo", "--data", data, "--listen", `127.0.0.1:${port}`, "--web", web], { env: english, stdio: "ignore" });
  const ended = new Promise((done) => child.once("exit", done));
  try {
    const ask = client(port);
    await ask.ready();
    report.evaluation.push({ what: `demo zone of ${enterprises}: made`, seconds: made });
    report.evaluation.push({ what: `demo zone of ${enterprises}: started to the first answer`, seconds: Number(process.hrtime.bigint() - started) / 1e9 });
    await ask.post("/session", { role: "economy" });
    const duties = (await ask.get("/duties?state=open&limit=1")).items[0];
    const firm = (await ask.get("/records/enterprise?limit=1")).items[0];
    const pages = {
      "zone overview": "/api/v1/overview",
      "enterprise list, filtered by outcome": "/api/v1/records/enterprise?outcome.enterprise_size=small&limit=50",
      "enterprise list, sorted by name": "/api/v1/records/enterprise?sort=name&limit=50",
      "enterprise file": `/api/v1/files/${firm.id}`,
      "search by initials": "/api/v1/search?q=sls",
      "duties by week": "/api/v1/duties?state=open&limit=100",
      "one duty with its why": duties ? `/api/v1/duties/${duties.id}` : "/api/v1/duties",
      "catalogue": "/api/v1/catalogue",
      "the page itself (index.html)": "/",
    };
    const bodies = {};
    for (const path of Object.values(pages)) bodies[path] = await ask.bytes(path);
    const peer = new Worker(fileURLToPath(import.meta.url), { workerData: { bodies, type: "application/json" } });
    const peerPort = await new Promise((ready) => peer.once("message", ready));
    for (const [what, path] of Object.entries(pages)) {
      const ours = await load(port, path, ask.cookie(), clients, seconds);
      const theirs = await load(peerPort, path, "", clients, Math.min(2, seconds));
      report.pages.push({ what, bytes: bodies[path].length, clients, ...ours, peer_p50_ms: theirs.p50_ms, peer_per_second: theirs.per_second, ratio: ours.p50_ms / theirs.p50_ms });
    }
    await peer.terminate();
    for (const [what, body] of [["the next day", { days: 1 }], ["the next week", { days: 7 }], ["the next month", { months: 1 }]]) {
      const start = process.hrtime.bigint();
      await ask.post("/clock/advance", body);
      report.evaluation.push({ what: `${what}: duties, cases and papers settled`, seconds: Number(process.hrtime.bigint() - start) / 1e9 });
    }
    const month = (await ask.get("/records/month_return?limit=1")).items[0];
    if (month) {
      const start = process.hrtime.bigint();
      await ask.patch(`/records/month_return/${month.id}`, { values: { revenue: 4321.5 }, source: "statistics", effective_from: "2026-03-02" }, month.version);
      await ask.get(`/files/${month.file}`);
      report.evaluation.push({ what: "a month's revenue edited, outcomes of the file read", seconds: Number(process.hrtime.bigint() - start) / 1e9 });
    }
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

function emptyPages(folder) {
  const web = join(folder, "web");
  mkdirSync(web);
  writeFileSync(join(web, "index.html"), "<!doctype html>");
  return web;
}

function freePort() {
  return new Promise((done) => {
    const probe = http.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });

function request(port, method, path, { body, headers = {} } = {}) {
  return new Promise((done, fail) => {
    const one = http.request({ host: "127.0.0.1", port, method, path, agent, headers: { "X-Yuanqu": "1", ...(body ? { "content-type": "application/json", "content-length": Buffer.byteLength(body) } : {}), ...headers } }, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) }));
    });
    one.on("error", fail);
    one.end(body);
  });
}

function client(port) {
  let cookie = "";
  const call = async (method, path, data, headers = {}) => {
    const answer = await request(port, method, `/api/v1${path}`, { body: data === undefined ? undefined : JSON.stringify(data), headers: { cookie, ...headers } });
    cookie = answer.headers["set-cookie"]?.[0].split(";")[0] ?? cookie;
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    return answer.body.length > 0 ? JSON.parse(answer.body) : null;
  };
  return {
    cookie: () => cookie,
    get: (path) => call("GET", path),
    post: (path, data) => call("POST", path, data),
    patch: (path, data, version) => call("PATCH", path, data, { "if-match": `"${version}"` }),
    bytes: async (path) => (await request(port, "GET", path, { headers: { cookie } })).body,
    ready: async () => {
      for (let i = 0; i < 3000; i++) {
        try {
          if ((await request(port, "GET", "/readyz")).status === 200) return;
        } catch { /* not yet listening */ }
        await new Promise((done) => setTimeout(done, 10));
      }
      throw new Error("the server is not ready");
    },
  };
}

// So many clients ask again as soon as they are answered. Times of all answers, after a first moment.
async function load(port, path, cookie, clients, seconds) {
  const times = [];
  const begin = performance.now(), warm = begin + 300, end = warm + seconds * 1000;
  await Promise.all(Array.from({ length: clients }, async () => {
    while (performance.now() < end) {
      const start = performance.now();
      const answer = await request(port, "GET", path, { headers: { cookie } });
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body.toString().slice(0, 300)}`);
      if (start >= warm) times.push(performance.now() - start);
    }
  }));
  times.sort((a, b) => a - b);
  const at = (part) => times[Math.min(times.length - 1, Math.floor(part * times.length))];
  return { per_second: times.length / seconds, p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99) };
}

// ---- the table
function show(report) {
  const table = (title, head, lines) => {
    console.log(`\n${title}`);
    const all = [head, ...lines];
    const widths = head.map((_, i) => Math.max(...all.map((line) => String(line[i]).length)));
    for (const line of all) console.log("  " + line.map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i]) : String(cell).padStart(widths[i]))).join("  "));
  };
  const s = (value) => (value === undefined ? "" : value.toFixed(2));
  console.log(`${report.machine}; load before it began ${report.load_before.toFixed(1)}`);
  table("Import (CSV, one process, durable)", ["", "rows", "s", "rows/s", "again s", "sqlite3 s", "ratio"], report.import.map((one) => [one.what, one.rows, s(one.seconds), Math.round(one.rows_per_second), s(one.again_seconds), s(one.peer_seconds), s(one.ratio)]));
  table("Evaluation", ["", "records", "outcomes", "s", "outcomes/s"], report.evaluation.map((one) => [one.what, one.records ?? "", one.outcomes ?? "", s(one.seconds), one.per_second ? Math.round(one.per_second) : ""]));
  table(`Pages, ${report.pages[0]?.clients} clients at once, beside a bare Node server with the same bytes`, ["", "bytes", "answers/s", "p50 ms", "p95 ms", "p99 ms", "node p50 ms", "ratio"], report.pages.map((one) => [one.what, one.bytes, Math.round(one.per_second), s(one.p50_ms), s(one.p95_ms), s(one.p99_ms), s(one.peer_p50_ms), s(one.ratio)]));
}

// ---- a peer in a thread of its own: hands out what it is told to
if (!isMainThread) {
  const { bodies, type } = workerData;
  const server = http.createServer((request, response) => {
    const body = bodies[request.url];
    response.writeHead(body ? 200 : 404, { "content-type": type, "content-length": body?.length ?? 0 });
    response.end(body);
  });
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
} else {
  await main();
}
