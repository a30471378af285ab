// A file decided: `yuanqu decide` from a CSV of ten million enterprises to a CSV of outcomes, beside DuckDB's COPY of the same decision
// from the same file, two threads each. The enterprises are a million, written ten times over; the outcomes of the first are compared with the
// exact decision and the others with the first before a time counts. Usage:
//   node bench/decide_file.mjs [--binary build/bench/yuanqu] [--rows 10000000] [--json FILE]
import { spawnSync } from "node:child_process";
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { AS_OF, COLUMN, ROWS, amountText, decide, enterprises } from "./enterprises.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const option = (name, otherwise) => {
  const at = process.argv.indexOf("--" + name);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const binary = option("binary", join(here, "../build/bench/yuanqu"));
const rows = Number(option("rows", 10_000_000)), once = Math.min(rows, 1_000_000);
const folder = mkdtempSync(join(tmpdir(), "yuanqu-decide-file-"));
const word = (value) => (value === null || value === undefined ? "" : String(value));
const input = join(folder, "enterprises.csv"), output = join(folder, "outcomes.csv"), copied = join(folder, "duckdb.csv");

const list = enterprises(once);
const expected = list.map((e) => {
  const r = decide(e);
  return [r["size class"], word(r["small low-profit"]), word(r["high-tech"]), r.rate, word(r.tax)].join(",");
});
const names = ["industry", "employees", "assets", "income", "revenue", "rd expense", "rd staff ratio", "hnte valid until", "registered on", "restricted", "blacklisted"];
const bodies = list.map((e) => [word(e.industry), word(e.employees), amountText(e.assets), amountText(e.income), amountText(e.revenue), amountText(e.research), amountText(e.ratio), word(e.certificate), word(e.registered), word(e.restricted), word(e.blacklisted)].join(","));
const file = openSync(input, "w");
writeSync(file, ["id", ...names.map((name) => "Enterprise." + name)].join(",") + "\n");
for (let first = 0; first < rows; first += 10_000) {
  let part = "";
  for (let i = first; i < Math.min(rows, first + 10_000); i++) part += `${i},${bodies[i % once]}\n`;
  writeSync(file, part);
}
closeSync(file);
const megabytes = statSync(input).size / 1e6;

// What a command spent of the processor and by the clock, in seconds.
function timed(command) {
  const ran = spawnSync("bash", ["-c", `TIMEFORMAT='spent %U %S %R'; time ${command}`], { encoding: "utf8", maxBuffer: 1 << 26 });
  if (ran.status !== 0) throw new Error(ran.stderr);
  const [, user, system, clock] = /spent ([\d.]+) ([\d.]+) ([\d.]+)/.exec(ran.stderr);
  return { processor: Number(user) + Number(system), clock: Number(clock), said: ran.stderr };
}
// `place` tells which enterprise a line is of, where the engine does not keep their order.
async function compare(name, path, header, rewrite, place = (text, at) => at) {
  let at = header ? -1 : 0, wrong = 0;
  for await (const text of createInterface({ input: createReadStream(path) })) {
    if (at >= 0 && rewrite(text) !== expected[place(text, at) % once]) wrong++;
    at++;
  }
  if (at !== rows || wrong !== 0) throw new Error(`${name}: ${wrong} of ${at} outcomes differ from the exact decision`);
}

const results = [];
const ours = timed(`'${binary}' decide '${join(here, "models/reference.dmn")}' --decision Assessment --input '${input}' --output '${output}' --as-of ${AS_OF} --threads 2 --timing`);
await compare("yuanqu", output, true, (text) => text);
console.log(ours.said.split("\n").filter((text) => / s\b/.test(text) && !text.startsWith("spent")).join("\n"));
results.push({ engine: "yuanqu decide", ...ours });

try {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run("SET threads = 2; SET preserve_insertion_order = true");
  const unit = { X: 1, Y: 100, Z: 100 };
  const cases = ROWS.filter((r) => r.codes).map((r) => `WHEN industry IN (${r.codes.map((c) => `'${c}'`).join(",")})${Object.entries(r.bounds).map(([d, b]) => ` AND ${COLUMN[d]} >= ${b * unit[d]}`).join("")} THEN '${r.size}'`);
  const small = "(NOT restricted AND income <= 30000 AND employees <= 300 AND assets <= 500000)";
  const high = `(certificate IS NOT NULL AND certificate >= DATE '${AS_OF}' AND research * 100 >= revenue * (CASE WHEN revenue <= 500000 THEN 5 WHEN revenue <= 2000000 THEN 4 ELSE 3 END) AND ratio >= 1000 AND registered + INTERVAL 1 YEAR <= DATE '${AS_OF}' AND NOT blacklisted)`;
  const amount = (name) => `CAST(${name} * 100 AS BIGINT) AS ${name}`;
  const read = `SELECT id, industry, employees, ${["assets", "income", "revenue", "research", "ratio"].map(amount).join(", ")}, certificate, registered, restricted, blacklisted FROM read_csv('${input}', header = true, columns = {id: 'BIGINT', industry: 'VARCHAR', employees: 'BIGINT', assets: 'DECIMAL(18,2)', income: 'DECIMAL(18,2)', revenue: 'DECIMAL(18,2)', research: 'DECIMAL(18,2)', ratio: 'DECIMAL(18,2)', certificate: 'DATE', registered: 'DATE', restricted: 'BOOLEAN', blacklisted: 'BOOLEAN'})`;
  const query = `SELECT size, small, high, rate, CASE WHEN income IS NULL THEN NULL WHEN income <= 0 THEN 0 ELSE (income * rate + 50) // 100 END AS tax FROM (SELECT *, CASE WHEN small THEN 5 WHEN high THEN 15 ELSE 25 END AS rate FROM (SELECT id, income, CASE ${cases.join(" ")} ELSE 'UNKNOWN' END AS size, ${small} AS small, ${high} AS high FROM (${read}) e) a) b`;
  const spent = process.cpuUsage(), clock = process.hrtime.bigint();
  await connection.run(`COPY (${query}) TO '${copied}' (HEADER false)`);
  const used = process.cpuUsage(spent);
  const took = Number(process.hrtime.bigint() - clock) / 1e9;
  // A long IN becomes a join, which does not keep the order: once more, untimed, with the id to compare by.
  await connection.run(`COPY (${query.replace("SELECT size,", "SELECT id, size,")}) TO '${copied}' (HEADER false)`);
  const after = (text) => text.indexOf(",");
  await compare("DuckDB", copied, false, (text) => {
    const cells = text.slice(after(text) + 1).trim().split(",");
    cells[4] = cells[4] === "" ? "" : String(Number(cells[4]) / 100);
    return cells.join(",");
  }, (text) => Number(text.slice(0, after(text))));
  results.push({ engine: "DuckDB COPY", processor: (used.user + used.system) / 1e6, clock: took });
} catch (error) {
  console.error(`DuckDB is left out: ${String(error.message).split("\n")[0]}`);
}
rmSync(folder, { recursive: true, force: true });
console.log(`${rows} enterprises, ${megabytes.toFixed(0)} MB, two threads; every outcome equals the exact decision`);
for (const r of results) {
  console.log(`${r.engine.padEnd(16)} ${r.processor.toFixed(2).padStart(8)} s of processor ${(megabytes / r.processor).toFixed(0).padStart(5)} MB/s of one  ${r.clock.toFixed(2).padStart(8)} s by the clock ${(megabytes / r.clock).toFixed(0).padStart(5)} MB/s  ×${(r.processor / results[0].processor).toFixed(2)}`);
}
const json = option("json", "");
if (json) writeFileSync(json, JSON.stringify({ rows, megabytes, results: results.map(({ said, ...rest }) => rest) }, null, 2) + "\n");
