// The reference decision over a million enterprises, every engine in one run: yuanqu from its DMN file by columns, DuckDB, PostgreSQL
// and SQLite from the same decision as SQL over integers of hundredths. Every outcome of every enterprise is compared with the exact
// decision before a time counts. Times are processor time, so that other work on the machine does not show. What zen and feelin take a row is read from bench/decide.mjs of the same run (--decide FILE). Usage:
//   node bench/population.mjs [--binary build/bench/yuanqu] [--rows 1000000] [--decide build/bench/decide.json] [--json FILE]
// An engine that is not installed is left out and said so. PostgreSQL runs on a socket in a scratch folder.
import { execFileSync, spawnSync } from "node:child_process";
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
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
const rows = Number(option("rows", 1000000));
const folder = mkdtempSync(join(tmpdir(), "yuanqu-population-"));
const results = [];
const record = (engine, seconds, note) => results.push({ engine, nanoseconds: (seconds * 1e9) / rows, note });
const run = (command, args, options = {}) => execFileSync(command, args, { encoding: "utf8", maxBuffer: 1 << 28, ...options });

const spent_since = (start) => {
  const spent = process.cpuUsage(start);
  return (spent.user + spent.system) / 1e6;
};

const list = enterprises(rows);
const word = (value) => (value === null || value === undefined ? "" : String(value));
const line = (r) => [r["size class"], word(r["small low-profit"]), word(r["high-tech"]), r.rate, word(r.tax)].join(",");
const expected = list.map((e) => line(decide(e)));

// Compares a file of outcomes, one a line, with the exact ones.
async function compare(engine, file, header) {
  let at = 0, wrong = 0, first = true;
  for await (const text of createInterface({ input: createReadStream(file) })) {
    if (first && header) {
      first = false;
      continue;
    }
    if (text !== expected[at++]) wrong++;
  }
  if (at !== rows || wrong !== 0) throw new Error(`${engine}: ${wrong} of ${at} outcomes differ from the exact decision`);
  return "all outcomes equal";
}
async function peer(name, work) {
  try {
    await work();
  } catch (error) {
    console.error(`${name} is left out: ${String(error.message).split("\n")[0]}`);
  }
}

// ---- yuanqu, from the DMN file and a CSV
{
  const names = ["industry", "employees", "assets", "income", "revenue", "rd expense", "rd staff ratio", "hnte valid until", "registered on", "restricted", "blacklisted"];
  const input = join(folder, "enterprises.csv"), output = join(folder, "outcomes.csv");
  const lines = [["id", ...names.map((name) => "Enterprise." + name)].join(",")];
  list.forEach((e, i) => lines.push([i, word(e.industry), word(e.employees), amountText(e.assets), amountText(e.income), amountText(e.revenue), amountText(e.research), amountText(e.ratio), word(e.certificate), word(e.registered), word(e.restricted), word(e.blacklisted)].join(",")));
  writeFileSync(input, lines.join("\n") + "\n");
  const megabytes = statSync(input).size / 1e6;
  for (const threads of [1, 2]) {
    let best = Infinity, whole = Infinity, wall = Infinity;
    for (let round = 0; round < 3; round++) {
      const command = `TIMEFORMAT='spent %U %S'; time '${binary}' decide '${join(here, "models/reference.dmn")}' --decision Assessment --input '${input}' --output '${output}' --as-of ${AS_OF} --threads ${threads} --timing`;
      const ran = spawnSync("bash", ["-c", command], { encoding: "utf8" });
      if (ran.status !== 0) throw new Error(ran.stderr);
      best = Math.min(best, Number(/evaluation ([\d.]+) s/.exec(ran.stderr)[1]));
      const [, user, system] = /spent ([\d.]+) ([\d.]+)/.exec(ran.stderr);
      whole = Math.min(whole, Number(user) + Number(system));
      wall = Math.min(wall, Number(/rows in ([\d.]+) s/.exec(ran.stderr)[1]));
    }
    const note = await compare("yuanqu", output, true);
    if (threads === 1) record("yuanqu, evaluation, one thread", best, note);
    record(`yuanqu, CSV in to CSV out, ${threads} thread${threads > 1 ? "s" : ""}`, whole, `${(megabytes / whole).toFixed(0)} MB a second of a core; ${(megabytes / wall).toFixed(0)} MB/s by the clock`);
  }
}

// ---- the decision as SQL over integers; FIRST hit, three-valued as SQL is
const integers = join(folder, "integers.csv");
writeFileSync(integers, list.map((e, i) => [i, word(e.industry), word(e.employees), word(e.assets), word(e.income), word(e.revenue), word(e.research), word(e.ratio), word(e.certificate), word(e.registered), e.restricted === null ? "" : Number(e.restricted), e.blacklisted === null ? "" : Number(e.blacklisted)].join(",")).join("\n") + "\n");
const unit = { X: 1, Y: 100, Z: 100 };
function sql({ day, later, boolean, divide }) {
  const cases = ROWS.filter((r) => r.codes).map((r) => `WHEN industry IN (${r.codes.map((c) => `'${c}'`).join(",")})${Object.entries(r.bounds).map(([d, b]) => ` AND ${COLUMN[d]} >= ${b * unit[d]}`).join("")} THEN '${r.size}'`);
  const size = `CASE ${cases.join(" ")} ELSE 'UNKNOWN' END`;
  const small = `(NOT ${boolean("restricted")} AND income <= 30000 AND employees <= 300 AND assets <= 500000)`;
  const high = `(certificate IS NOT NULL AND certificate >= ${day} AND research * 100 >= revenue * (CASE WHEN revenue <= 500000 THEN 5 WHEN revenue <= 2000000 THEN 4 ELSE 3 END) AND ratio >= 1000 AND ${later} <= ${day} AND NOT ${boolean("blacklisted")})`;
  const tax = `CASE WHEN income IS NULL THEN NULL WHEN income <= 0 THEN 0 ELSE ${divide("income * rate + 50")} END`;
  return `SELECT id, size, small, high, rate, ${tax} AS tax FROM (SELECT *, CASE WHEN small THEN 5 WHEN high THEN 15 ELSE 25 END AS rate FROM (SELECT id, income, ${size} AS size, ${small} AS small, ${high} AS high FROM enterprises) a) b`;
}
const columns = (text, integer, date, flag) => `id ${integer}, industry ${text}, employees ${integer}, assets ${integer}, income ${integer}, revenue ${integer}, research ${integer}, ratio ${integer}, certificate ${date}, registered ${date}, restricted ${flag}, blacklisted ${flag}`;
// Hundredths as the canonical text.
const cents = (value) => (value === "" ? "" : String(Number(value) / 100));
function rewrite(from, to, truth) {
  const out = readFileSync(from, "utf8").trimEnd().split("\n").map((text) => {
    const [size, small, high, rate, tax] = text.trim().split(",");
    return [size, truth[small] ?? small, truth[high] ?? high, rate, cents(tax)].join(",");
  });
  writeFileSync(to, out.join("\n") + "\n");
}

await peer("DuckDB", async () => {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("SET threads = 1");
  await connection.run(`CREATE TABLE enterprises (${columns("VARCHAR", "BIGINT", "DATE", "BOOLEAN")})`);
  await connection.run(`COPY enterprises FROM '${integers}' (HEADER false)`);
  const codes = [...new Set(ROWS.flatMap((r) => r.codes ?? []))];
  await connection.run(`CREATE TYPE industry_code AS ENUM (${codes.map((c) => `'${c}'`).join(",")}); ALTER TABLE enterprises ALTER industry TYPE industry_code`);
  const query = sql({ day: `DATE '${AS_OF}'`, later: "registered + INTERVAL 1 YEAR", boolean: (name) => name, divide: (text) => `(${text}) // 100` });
  let best = Infinity;
  for (let round = 0; round < 3; round++) {
    await connection.run("DROP TABLE IF EXISTS outcomes");
    const start = process.cpuUsage();
    await connection.run(`CREATE TEMP TABLE outcomes AS ${query}`);
    best = Math.min(best, spent_since(start));
  }
  const raw = join(folder, "duckdb.csv");
  await connection.run(`COPY (SELECT size, small, high, rate, tax FROM outcomes ORDER BY id) TO '${raw}' (HEADER false)`);
  rewrite(raw, raw, {});
  record("DuckDB, one thread", best, await compare("DuckDB", raw, false));
  await connection.run("SET threads = 2");
  const copy = join(folder, "duckdb-copy.csv");
  const start = process.cpuUsage();
  await connection.run(`COPY (${query.replace("FROM enterprises", `FROM read_csv('${integers}', header = false, columns = {${columns("'VARCHAR'", "'BIGINT'", "'DATE'", "'BOOLEAN'").split(", ").map((c) => c.replace(" ", ": ")).join(", ")}})`)}) TO '${copy}' (HEADER false)`);
  record("DuckDB, CSV in to CSV out, 2 threads", spent_since(start), "");
});

await peer("SQLite", async () => {
  const database = join(folder, "sqlite.db"), raw = join(folder, "sqlite.csv");
  const query = sql({ day: `'${AS_OF}'`, later: "date(registered, '+1 year', CASE WHEN strftime('%m-%d', registered) = '02-29' THEN '-1 day' ELSE '+0 day' END)", boolean: (name) => name, divide: (text) => `(${text}) / 100` });
  const empty = ["industry", "employees", "assets", "income", "revenue", "research", "ratio", "certificate", "registered", "restricted", "blacklisted"];
  const script = `.mode csv
CREATE TABLE enterprises (${columns("TEXT", "INTEGER", "TEXT", "INTEGER")});
.import ${integers} enterprises
${empty.map((name) => `UPDATE enterprises SET ${name} = NULL WHERE ${name} = '';`).join("\n")}
.timer on
CREATE TEMP TABLE outcomes AS ${query};
.timer off
.output ${raw}
SELECT size, small, high, rate, tax FROM outcomes ORDER BY id;
`;
  const out = run("sqlite3", [database], { input: script });
  rewrite(raw, raw, { 1: "true", 0: "false" });
  const [, user, system] = /user ([\d.]+) sys ([\d.]+)/.exec(out);
  record("SQLite", Number(user) + Number(system), await compare("SQLite", raw, false));
});

await peer("PostgreSQL", async () => {
  const versions = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql") : [];
  if (versions.length === 0) throw new Error("no server is installed");
  const bin = join("/usr/lib/postgresql", versions.sort().at(-1), "bin");
  const home = join(folder, "postgresql");
  mkdirSync(home);
  const root = process.getuid() === 0;
  if (root) run("chown", ["-R", "postgres", folder]);
  const as = (command) => (root ? run("su", ["postgres", "-s", "/bin/sh", "-c", command]) : run("/bin/sh", ["-c", command]));
  as(`${bin}/initdb -D ${home}/data -A trust >/dev/null && ${bin}/pg_ctl -D ${home}/data -w -l ${home}/log -o "-c listen_addresses='' -k ${home} -c shared_buffers=512MB -c max_parallel_workers_per_gather=0 -c jit=on" start >/dev/null`);
  try {
    const query = sql({ day: `DATE '${AS_OF}'`, later: "registered + INTERVAL '1 year'", boolean: (name) => name, divide: (text) => `(${text}) / 100` });
    const file = join(folder, "postgresql.sql"), raw = join(folder, "postgresql.csv");
    writeFileSync(file, `CREATE UNLOGGED TABLE enterprises (${columns("text", "bigint", "date", "boolean")});
\\copy enterprises from '${integers}' csv
ANALYZE enterprises;
SELECT pg_backend_pid() AS backend \\gset
\\setenv BACKEND :backend
\\! echo spent $(cut -d' ' -f14,15 /proc/$BACKEND/stat)
CREATE UNLOGGED TABLE outcomes AS ${query};
\\! echo spent $(cut -d' ' -f14,15 /proc/$BACKEND/stat)
\\copy (SELECT size, small, high, rate, tax FROM outcomes ORDER BY id) to '${raw}' csv
`);
    const out = as(`psql -X -q -h ${home} -d postgres -f ${file}`);
    rewrite(raw, raw, { t: "true", f: "false" });
    const ticks = [...out.matchAll(/spent (\d+) (\d+)/g)].map((match) => Number(match[1]) + Number(match[2]));
    record("PostgreSQL", (ticks[1] - ticks[0]) / 100, await compare("PostgreSQL", raw, false));
  } finally {
    as(`${bin}/pg_ctl -D ${home}/data -m immediate stop >/dev/null`);
  }
});

const other = option("decide", "");
if (other && existsSync(other)) {
  for (const one of JSON.parse(readFileSync(other, "utf8")).results) {
    if (one.what !== "reference decision" || one.engine === "yuanqu") continue;
    results.push({ engine: `${one.engine}, one row a call`, nanoseconds: one.microseconds * 1000, note: one.note });
  }
}
rmSync(folder, { recursive: true, force: true });
const base = results[0].nanoseconds;
console.log(`${rows} enterprises; nanoseconds of processor time an enterprise; under 25 % is a tie`);
for (const r of results) console.log(`${r.engine.padEnd(44)} ${r.nanoseconds.toFixed(1).padStart(12)}  ×${(r.nanoseconds / base).toFixed(1).padStart(8)}  ${r.note}`);
const file = option("json", "");
if (file) writeFileSync(file, JSON.stringify({ rows, node: process.version, results }, null, 2) + "\n");
