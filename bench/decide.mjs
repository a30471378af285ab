// The decision engine beside zen and feelin in one run: the reference decision, and tables of 10 to 5,000 rules with an early, a
// middle and a late hit. Results are compared before a time counts. Usage:
//   node bench/decide.mjs [--binary build/bench/yuanqu] [--rows 20000] [--json FILE]
// Times are microseconds per evaluation with inputs ready in memory (yuanqu: what --timing reports, one thread).
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { AS_OF, COLUMN, ROWS, amount, amountText, decide, enterprises } from "./enterprises.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const option = (name, otherwise) => {
  const at = process.argv.indexOf("--" + name);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const binary = option("binary", join(here, "../build/bench/yuanqu"));
const rows = Number(option("rows", 20000));
if (!existsSync(binary)) {
  console.error(`${binary} is missing; build it (./dev bench) or say --binary`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "yuanqu-bench-"));
const results = [];
const record = (what, engine, microseconds, note = "") => results.push({ what, engine, microseconds, note });

async function peer(name, load) {
  try {
    return await load();
  } catch (error) {
    console.error(`${name} is left out: ${error.message.split("\n")[0]}`);
    return null;
  }
}
delete process.env.RUST_BACKTRACE;
const zen = await peer("zen", async () => new (await import("@gorules/zen-engine")).ZenEngine());
const feelin = await peer("feelin", () => import("feelin"));

// Runs yuanqu, answers its results as lines of JSON and the microseconds of a row; the best of three.
function yuanqu(model, decision, input, extra = []) {
  const output = join(folder, "out.jsonl");
  let best = Infinity;
  for (let i = 0; i < 3; i++) {
    const run = spawnSync(binary, ["decide", model, "--decision", decision, "--input", input, "--output", output, "--threads", "1", "--timing", ...extra], { encoding: "utf8" });
    if (run.status !== 0) throw new Error(run.stderr);
    best = Math.min(best, Number(/([\d.]+) microseconds a row/.exec(run.stderr)[1]));
  }
  return { values: readFileSync(output, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line)), best };
}

const equal = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const since = (start) => Number(process.hrtime.bigint() - start) / 1000;

// ---- the reference decision
{
  const list = enterprises(rows);
  const expected = list.map(decide);
  const names = ["industry", "employees", "assets", "income", "revenue", "rd expense", "rd staff ratio", "hnte valid until", "registered on", "restricted", "blacklisted"];
  const csv = [names.map((name) => "Enterprise." + name).join(",")];
  for (const e of list) {
    csv.push([e.industry ?? "", e.employees ?? "", amountText(e.assets), amountText(e.income), amountText(e.revenue), amountText(e.research), amountText(e.ratio), e.certificate ?? "", e.registered ?? "", e.restricted ?? "", e.blacklisted ?? ""].join(","));
  }
  const input = join(folder, "enterprises.csv");
  writeFileSync(input, csv.join("\n") + "\n");
  const ours = yuanqu(join(here, "models/reference.dmn"), "Assessment", input, ["--as-of", AS_OF]);
  const wrong = ours.values.filter((value, i) => !equal(value, expected[i])).length;
  if (wrong !== 0) throw new Error(`yuanqu: ${wrong} of ${rows} rows differ from the exact decision`);
  record("reference decision", "yuanqu", ours.best, "all rows equal the exact decision");

  const plain = list.map((e) => ({
    industry: e.industry, employees: e.employees, assets: amount(e.assets), income: amount(e.income), revenue: amount(e.revenue), research: amount(e.research),
    ratio: amount(e.ratio), certificate: e.certificate, registered: e.registered, restricted: e.restricted, blacklisted: e.blacklisted, today: AS_OF,
  }));
  if (zen) {
    const columns = ["industry", "employees", "revenue", "assets"];
    const content = {
      nodes: [
        { id: "in", type: "inputNode", name: "in", position: { x: 0, y: 0 } },
        { id: "size", type: "decisionTableNode", name: "size", position: { x: 0, y: 0 }, content: {
          hitPolicy: "first", passThrough: true,
          inputs: columns.map((field) => ({ id: field, name: field, field })),
          outputs: [{ id: "size", name: "size", field: "size" }],
          rules: ROWS.map((row, i) => ({
            _id: String(i), industry: row.codes ? row.codes.map((code) => `"${code}"`).join(",") : "",
            ...Object.fromEntries(Object.entries(COLUMN).map(([d, field]) => [field, row.bounds[d] === undefined ? "" : `$ != null and $ >= ${row.bounds[d]}`])),
            size: `"${row.size}"`,
          })),
        } },
        { id: "rest", type: "expressionNode", name: "rest", position: { x: 0, y: 0 }, content: { passThrough: true, expressions: [
          ["slp", "restricted == true or (income != null and income > 300) or (employees != null and employees > 300) or (assets != null and assets > 5000) ? false : restricted == null or income == null or employees == null or assets == null ? null : true"],
          ["factor", "revenue == null ? 3 : revenue <= 5000 ? 5 : revenue <= 20000 ? 4 : 3"],
          ["hnte", "certificate == null or d(certificate) < d(today) or (research != null and revenue != null and research * 100 < revenue * $.factor) or (ratio != null and ratio < 10) or (registered != null and d(registered).add(1, 'year') > d(today)) or blacklisted == true ? false : research == null or revenue == null or ratio == null or registered == null or blacklisted == null ? null : true"],
          ["rate", "$.slp == true ? 5 : $.hnte == true ? 15 : 25"],
          ["tax", "income == null ? null : income <= 0 ? 0 : round(income * $.rate / 100, 2)"],
        ].map(([key, value]) => ({ id: key, key, value })) } },
        { id: "out", type: "outputNode", name: "out", position: { x: 0, y: 0 } },
      ],
      edges: [["in", "size"], ["size", "rest"], ["rest", "out"]].map(([sourceId, targetId]) => ({ id: sourceId + targetId, type: "edge", sourceId, targetId })),
    };
    const decision = zen.createDecision(content);
    const count = Math.min(rows, 3000);
    let different = 0;
    const once = async (check) => {
      const start = process.hrtime.bigint();
      for (let i = 0; i < count; i++) {
        const { result } = await decision.evaluate(plain[i]);
        if (!check) continue;
        const found = { "size class": result.size, "small low-profit": result.slp ?? null, "high-tech": result.hnte ?? null, rate: result.rate, tax: result.tax ?? null };
        if (!equal(found, expected[i])) different++;
      }
      return since(start) / count;
    };
    await once(true);
    record("reference decision", "zen", Math.min(await once(false), await once(false)), different ? `${different} of ${count} rows differ` : `${count} rows equal`);
  }
  if (feelin) {
    const count = Math.min(rows, 200);
    const texts = [
      ["small low-profit", "not(restricted) and income <= 300 and employees <= 300 and assets <= 5000"],
      ["high-tech", "(certificate != null and date(certificate) >= date(today)) and research * 100 >= revenue * (if revenue <= 5000 then 5 else if revenue <= 20000 then 4 else 3) and ratio >= 10 and date(registered) + duration(\"P1Y\") <= date(today) and not(blacklisted)"],
    ];
    const one = (e) => {
      let size = null;
      for (const row of ROWS) {
        const tests = [[row.codes ? row.codes.map((code) => `"${code}"`).join(",") : "-", e.industry], ...Object.entries(COLUMN).map(([d, field]) => [row.bounds[d] === undefined ? "-" : `>= ${row.bounds[d]}`, e[field]])];
        if (tests.every(([test, value]) => test === "-" || feelin.unaryTest(test, { "?": value }).value === true)) {
          size = row.size;
          break;
        }
      }
      const found = { "size class": size };
      for (const [name, expression] of texts) found[name] = feelin.evaluate(expression, e).value;
      found.rate = feelin.evaluate("if slp then 5 else if hnte then 15 else 25", { slp: found["small low-profit"], hnte: found["high-tech"] }).value;
      found.tax = feelin.evaluate("if income = null then null else if income <= 0 then 0 else round half up(income * rate / 100, 2)", { income: e.income, rate: found.rate }).value;
      return found;
    };
    let different = 0;
    for (let i = 0; i < count; i++) if (!equal(one(plain[i]), expected[i])) different++;
    const start = process.hrtime.bigint();
    for (let i = 0; i < count; i++) one(plain[i]);
    record("reference decision", "feelin", since(start) / count, different ? `${different} of ${count} rows differ` : `${count} rows equal`);
  }
}

// ---- tables
for (const size of [10, 100, 1000, 5000]) {
  const rules = Array.from({ length: size }, (_, r) => ({ amount: `[${r * 10}..${r * 10 + 10})`, kind: `"k${r % 7}"`, result: r }));
  const model = join(folder, `table-${size}.dmn`);
  writeFileSync(model, `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="table" namespace="urn:table">
<inputData id="a" name="amount"><variable name="amount" typeRef="number"/></inputData><inputData id="k" name="kind"><variable name="kind" typeRef="string"/></inputData>
<decision id="d" name="result"><variable name="result" typeRef="number"/><informationRequirement><requiredInput href="#a"/></informationRequirement><informationRequirement><requiredInput href="#k"/></informationRequirement>
<decisionTable hitPolicy="FIRST"><input><inputExpression typeRef="number"><text>amount</text></inputExpression></input><input><inputExpression typeRef="string"><text>kind</text></inputExpression></input><output typeRef="number"/>
${rules.map((r) => `<rule><inputEntry><text>${r.amount}</text></inputEntry><inputEntry><text>${r.kind}</text></inputEntry><outputEntry><text>${r.result}</text></outputEntry></rule>`).join("\n")}
</decisionTable></decision></definitions>`);
  const decision = zen?.createDecision({
    nodes: [
      { id: "in", type: "inputNode", name: "in", position: { x: 0, y: 0 } },
      { id: "t", type: "decisionTableNode", name: "t", position: { x: 0, y: 0 }, content: {
        hitPolicy: "first", inputs: ["amount", "kind"].map((field) => ({ id: field, name: field, field })), outputs: [{ id: "result", name: "result", field: "result" }],
        rules: rules.map((r, i) => ({ _id: String(i), amount: r.amount, kind: r.kind, result: String(r.result) })) } },
      { id: "out", type: "outputNode", name: "out", position: { x: 0, y: 0 } },
    ],
    edges: [["in", "t"], ["t", "out"]].map(([sourceId, targetId]) => ({ id: sourceId + targetId, type: "edge", sourceId, targetId })),
  });
  for (const [where, share] of [["early", 0], ["middle", 0.5], ["late", 1]]) {
    const what = `table of ${size} rules, ${where} hit`;
    const hit = Math.floor((size - 1) * share);
    const row = { amount: hit * 10 + 3, kind: `k${hit % 7}` };
    const input = join(folder, "rows.jsonl");
    writeFileSync(input, (JSON.stringify(row) + "\n").repeat(20000));
    const ours = yuanqu(model, "result", input);
    if (!ours.values.every((value) => value === hit)) throw new Error(`yuanqu: wrong result for ${what}`);
    record(what, "yuanqu", ours.best);
    if (decision) {
      const { result } = await decision.evaluate(row);
      const same = result.result === hit ? "" : "a different result";
      const count = size >= 1000 ? 100 : 1000;
      const start = process.hrtime.bigint();
      for (let i = 0; i < count; i++) await decision.evaluate(row);
      record(what, "zen", since(start) / count, same);
    }
    if (feelin && size <= 1000) {
      const run = () => rules.find((r) => feelin.unaryTest(r.amount, { "?": row.amount }).value === true && feelin.unaryTest(r.kind, { "?": row.kind }).value === true)?.result;
      const same = run() === hit ? "" : "a different result";
      const count = Math.max(1, Math.min(200, Math.floor(2000 / (hit + 1))));
      const start = process.hrtime.bigint();
      for (let i = 0; i < count; i++) run();
      record(what, "feelin", since(start) / count, same);
    }
  }
}

rmSync(folder, { recursive: true, force: true });
const version = (name) => JSON.parse(readFileSync(join(here, "node_modules", name, "package.json"), "utf8")).version;
console.log(`node ${process.version}${zen ? `, zen ${version("@gorules/zen-engine")}` : ""}${feelin ? `, feelin ${version("feelin")}` : ""}; microseconds per evaluation; under 25 % is a tie`);
const base = new Map(results.filter((r) => r.engine === "yuanqu").map((r) => [r.what, r.microseconds]));
for (const r of results) {
  console.log(`${r.what.padEnd(36)} ${r.engine.padEnd(7)} ${r.microseconds.toFixed(2).padStart(12)}  ×${(r.microseconds / base.get(r.what)).toFixed(0).padStart(7)}  ${r.note}`);
}
const file = option("json", "");
if (file) writeFileSync(file, JSON.stringify({ commit: commit(), node: process.version, results }, null, 2) + "\n");
function commit() {
  try {
    return execFileSync("git", ["-C", here, "rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}
