// The smart centre at work, with the real processes: mosquitto, `yuanqu centre`, a WebSocket as a screen has it.
//   1. points through the broker at QoS 1 in messages of 100 tags: offered, taken in, and every acknowledged one found again in the history;
//   2. an alarm raised among 10,000 tags a second: from the message that raises it to the frame that shows it, 99th percentile;
//   3. one tag's day (86,400 points) over HTTP, by interval and raw as CSV.
// node bench/centre.mjs [--binary build/bench/yuanqu] [--seconds 10] [--rate 100000] [--alarms 300] [--json FILE]
// The partners of the tests (tests/partners) must be installed: mqtt.js publishes, ws is the screen.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { cpus, loadavg, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(join(here, "../tests/partners/bench.mjs"));
const option = (name, otherwise) => {
  const at = process.argv.indexOf("--" + name);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const binary = resolve(option("binary", join(here, "../build/bench/yuanqu")));
const seconds = Number(option("seconds", 10)), rate = Number(option("rate", 100_000)), alarms = Number(option("alarms", 300));
const tags = 1000, group = 100;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const freePort = () => new Promise((done) => { const probe = createServer(); probe.listen(0, "127.0.0.1", () => { const { port } = probe.address(); probe.close(() => done(port)); }); });
const quantile = (list, part) => list.sort((a, b) => a - b)[Math.min(list.length - 1, Math.ceil(part * list.length) - 1)];

function writePack(folder) {
  mkdirSync(join(folder, "wall/plants"), { recursive: true });
  writeFileSync(join(folder, "wall/pack.yaml"), "pack: wall\nversion: 1.0.0\nlabels: {zh: 墙, en: Wall}\nneeds: []\nlanguages: [zh, en]\n");
  const rows = Array.from({ length: tags }, (_, i) => `          - {name: V.${i}, labels: {zh: 值 ${i}, en: Value ${i}}, type: number, decimals: 2, source: {topic: wall/${Math.floor(i / group)}, value: /v/${i % group}, time: /t}}`);
  rows.push("          - {name: A, labels: {zh: 警, en: Alarmed}, type: number, source: {topic: wall/alarm, value: /v, time: /t}, alarms: [{name: high, kind: high, priority: high, limit: 0.5, labels: {zh: 高, en: High}}]}");
  rows.push("          - {name: D, labels: {zh: 天, en: Day}, type: number, decimals: 2, source: {manual: true}}");
  writeFileSync(join(folder, "wall/plants/wall.yaml"), `plant: wall\nlabels: {zh: 墙, en: Wall}\nsimulated: true\nlinks:\n  - {name: meters, json: {}, heartbeat_ms: 0}\nareas:\n  - name: all\n    labels: {zh: 全部, en: All}\n    equipment:\n      - name: wall\n        labels: {zh: 墙, en: Wall}\n        link: meters\n        tags:\n${rows.join("\n")}\n`);
}

async function main() {
  if (!existsSync(binary)) { console.error(`${binary} is missing; build it (./dev bench) or say --binary`); process.exit(2); }
  const mqtt = require("mqtt"), WebSocket = require("ws");
  const folder = mkdtempSync(join(tmpdir(), "yuanqu-bench-centre-"));
  const running = [];
  const report = { machine: `${cpus().length} × ${cpus()[0].model}`, load_before: loadavg()[0].toFixed(1) };
  try {
    writePack(join(folder, "packs"));
    // A day of one tag, by the way files come in.
    const began = Date.parse("2026-03-02T00:00:00+08:00"), day = ["source_time_ms,tag,value"];
    for (let i = 0; i < 86_400; i++) day.push(`${began + i * 1000},D,${(1500 + 20 * Math.sin(i / 500)).toFixed(2)}`);
    writeFileSync(join(folder, "day.csv"), day.join("\n") + "\n");
    execFileSync(binary, ["replay", join(folder, "day.csv"), "--data", join(folder, "data"), "--packs", join(folder, "packs"), "--pack", "wall"], { stdio: ["ignore", "ignore", "inherit"] });

    const [broker, port] = [await freePort(), await freePort()];
    writeFileSync(join(folder, "broker.conf"), `listener ${broker} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_queued_messages 0\nmax_inflight_messages 0\n`);
    const run = (program, ...more) => { const child = spawn(program, more, { stdio: ["ignore", "ignore", "inherit"] }); running.push(child); return child; };
    run("/usr/sbin/mosquitto", "-c", join(folder, "broker.conf"));
    await sleep(500);
    const centre = run(binary, "centre", "--demo", "--data", join(folder, "data"), "--listen", `127.0.0.1:${port}`, "--broker", `127.0.0.1:${broker}`, "--packs", join(folder, "packs"), "--pack", "wall");
    const base = `http://127.0.0.1:${port}/api/v1/centre`;
    for (let i = 0; ; i++) { if ((await fetch(`${base}/health`).catch(() => null))?.ok) break; if (i > 300) throw new Error("the centre does not start"); await sleep(100); }
    const signed = await fetch(`${base}/session`, { method: "POST", headers: { "X-Yuanqu": "1", "Content-Type": "application/json" }, body: JSON.stringify({ demo: "demo.operator", station: "bench" }) });
    const cookie = signed.headers.get("set-cookie").split(";")[0];
    const get = (path) => fetch(`${base}/plants/wall${path}`, { headers: { cookie } });
    const client = mqtt.connect(`mqtt://127.0.0.1:${broker}`, { protocolVersion: 5, clean: true });
    await new Promise((done) => client.once("connect", done));
    await sleep(1000);

    // ---- 1
    const cpu = () => { const text = execFileSync("cat", [`/proc/${centre.pid}/stat`], { encoding: "utf8" }).split(") ")[1].split(" "); return (Number(text[11]) + Number(text[12])) / 100; };
    let published = 0, acknowledged = 0, time = Date.now();
    const from = time, started = process.hrtime.bigint(), before = cpu();
    const elapsed = () => Number(process.hrtime.bigint() - started) / 1e9;
    const message = (at) => JSON.stringify({ t: at, v: Array.from({ length: group }, (_, i) => Math.round(1e4 * Math.sin(at / 900 + i)) / 100) });
    let waiting = [];
    while (elapsed() < seconds) {
      if (published * group > rate * elapsed()) { await sleep(1); continue; }
      const at = time++, text = message(at);
      for (let part = 0; part < tags / group; part++) {
        waiting.push(client.publishAsync(`wall/${part}`, text, { qos: 1 }).then(() => { acknowledged += 1; }));
        published += 1;
      }
      if (waiting.length >= 2000) { await Promise.all(waiting); waiting = []; }
    }
    await Promise.all(waiting);
    const offered = elapsed();
    // Each acknowledged point is looked for: the counts of every tag must be the number of messages its topic had.
    const counts = async () => {
      let sum = 0;
      for (let at = 0; at < tags; at += 10) {
        const query = Array.from({ length: 10 }, (_, i) => `tag=V.${at + i}`).join("&");
        const { series } = await (await get(`/history?${query}&from=${from - 1}&to=${time + 1}&points=1`)).json();
        for (const one of series) for (const point of one.points) sum += point.count;
      }
      return sum;
    };
    let held = 0, taken = 0;
    for (let last = -1; held !== last || held < published * group; ) { last = held; held = await counts(); taken = elapsed(); if (taken > offered + 120) break; if (held < published * group) await sleep(200); }
    report.ingest = { points_offered: published * group, points_acknowledged_to_the_publisher: acknowledged * group, offered_per_second: Math.round((published * group) / offered), held, lost: published * group - held, points_per_cpu_second_of_the_centre: Math.round(held / (cpu() - before)) };

    // ---- 2
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/centre/live`, { headers: { cookie, origin: `http://127.0.0.1:${port}` } });
    await new Promise((done, fail) => { socket.once("open", done); socket.once("error", fail); });
    socket.send(JSON.stringify({ subscribe: { plant: "wall", tags: Array.from({ length: 400 }, (_, i) => i) } }));
    let state = null, told = null;
    socket.on("message", (data) => {
      const frame = JSON.parse(data);
      for (const alarm of frame.alarms?.changed ?? []) if (alarm.tag === "A") { state = alarm.active; told?.(alarm.active); }
      if (frame.alarms?.whole && !frame.alarms.changed.some((one) => one.tag === "A")) state = false;
      if ((frame.alarms?.gone ?? []).length > 0) { state = false; told?.(false); }
    });
    const flood = setInterval(() => { const at = time++, text = message(at); for (let part = 0; part < tags / group; part++) client.publish(`wall/${part}`, text, { qos: 0 }); }, 100);  // 10,000 points a second
    const latencies = [];
    for (let i = 0; i < alarms; i++) {
      for (const value of [1, 0]) {
        const sent = performance.now();
        const seen = new Promise((done, fail) => { const late = setTimeout(() => fail(new Error("an alarm was not shown within 10 s")), 10_000); told = (active) => { if (active === (value === 1)) { clearTimeout(late); done(); } }; });
        client.publish("wall/alarm", JSON.stringify({ t: Date.now(), v: value }), { qos: 1 });
        await seen;
        if (value === 1) latencies.push(performance.now() - sent);
        await sleep(Math.random() * 100);
      }
    }
    clearInterval(flood);
    socket.close();
    report.alarm_to_screen_ms = { alarms: latencies.length, median: Math.round(quantile(latencies, 0.5)), p99: Math.round(quantile(latencies, 0.99)), most: Math.round(Math.max(...latencies)) };

    // ---- 3
    const timed = async (path) => { const list = []; let bytes = 0; for (let i = 0; i < 20; i++) { const start = performance.now(); const answer = await get(path); bytes = (await answer.arrayBuffer()).byteLength; if (!answer.ok) throw new Error(path); list.push(performance.now() - start); } return { median_ms: Number(quantile(list, 0.5).toFixed(1)), p95_ms: Number(quantile(list, 0.95).toFixed(1)), bytes }; };
    report.day_of_one_tag = { by_minute: await timed(`/history?tag=D&from=${began}&to=${began + 86_400_000}&points=1440`), raw_csv: await timed(`/history.csv?tag=D&from=${began}&to=${began + 86_399_999}`) };
    const files = (path) => statSync(path).isDirectory() ? readdirSync(path).reduce((sum, name) => sum + files(join(path, name)), 0) : statSync(path).size;
    report.data_bytes = files(join(folder, "data"));
    report.load_after = loadavg()[0].toFixed(1);
    client.end(true);
  } finally {
    for (const child of running.reverse()) child.kill("SIGTERM");
    await sleep(1000);
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(JSON.stringify(report, null, 1));
  if (option("json")) writeFileSync(option("json"), JSON.stringify(report, null, 1) + "\n");
  if (report.ingest.lost !== 0) process.exit(1);
}

await main();
