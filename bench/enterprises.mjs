// Deterministic synthetic enterprises for the reference decision, amounts as integers of 1/100; and the decision itself in
// exact integers, the referee every engine is compared with before its time counts.

const CODES = ["A01", "A04", "B06", "C13", "C26", "C27", "C34", "C39", "D44", "E47", "E50", "F51", "F52", "H61", "H62", "I65", "K70", "L72", "M73", "N77"];
const GROUPS = [
  [["A01", "A04"], "Y", [[20000], [500], [50]]],
  [["B06", "C13", "C26", "C27", "C34", "C39", "D44"], "XY", [[1000, 40000], [300, 2000], [20, 300]]],
  [["E47", "E50"], "YZ", [[80000, 80000], [6000, 5000], [300, 300]]],
  [["F51"], "XY", [[200, 40000], [20, 5000], [5, 1000]]],
  [["F52"], "XY", [[300, 20000], [50, 500], [10, 100]]],
  [["H61", "H62"], "XY", [[300, 10000], [100, 2000], [10, 100]]],
  [["I65"], "XY", [[300, 10000], [100, 1000], [10, 50]]],
  [["K70"], "YZ", [[200000, 10000], [1000, 5000], [100, 2000]]],
  [["L72"], "XZ", [[300, 120000], [100, 8000], [10, 100]]],
  [["M73", "N77"], "X", [[300], [100], [10]]],
];
const CLASSES = ["LARGE", "MEDIUM", "SMALL"];
export const ROWS = (() => {
  const rows = [];
  for (const [codes, dims, bounds] of GROUPS) {
    bounds.forEach((bound, level) => rows.push({ codes, size: CLASSES[level], bounds: Object.fromEntries([...dims].map((d, i) => [d, bound[i]])) }));
  }
  const byDims = new Map();
  for (const [codes, dims] of GROUPS) byDims.set(dims, [...(byDims.get(dims) ?? []), ...codes]);
  for (const [dims, codes] of byDims) rows.push({ codes, size: "MICRO", bounds: Object.fromEntries([...dims].map((d) => [d, 0])) });
  rows.push({ codes: null, size: "UNKNOWN", bounds: {} });
  return rows;
})();
export const COLUMN = { X: "employees", Y: "revenue", Z: "assets" };

const DAY = 86_400_000;
const day = (text) => Date.parse(text + "T00:00:00Z") / DAY;
const text = (days) => new Date(days * DAY).toISOString().slice(0, 10);
export const AS_OF = "2025-12-31";

// n enterprises; amounts in hundredths, null where unknown.
export function enterprises(n) {
  let state = 20251231n;
  const below = (m) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number(((state >> 32n) * BigInt(m)) >> 32n);
  };
  const scales = [10, 100, 1000, 10000, 100000, 400000];
  const made = [];
  for (let i = 0; i < n; i++) {
    const industry = below(100) < 5 ? null : CODES[below(20)];
    let revenue = below(scales[below(6)] * 2) * 100;
    if (below(2)) revenue += below(100);
    if (below(100) < 3) revenue = [5000, 20000, 300, 2000, 40000, 500][below(6)] * 100; // exactly on a bound
    const employees = 1 + Math.trunc(Math.trunc(revenue / 100) / (20 + below(100))) + below(60);
    const assets = Math.trunc((revenue * (20 + below(280))) / 100) + below(10000);
    let income = Math.trunc((revenue * (below(40) - 10)) / 100) + below(100);
    if (below(100) < 2) income = 30000;
    const percent = revenue <= 500000 ? 5 : revenue <= 2000000 ? 4 : 3;
    let research = Math.trunc((revenue * below(1000)) / 10000);
    if (below(100) < 20) research = Math.trunc((revenue * percent) / 100); // on the threshold
    const ratio = below(100) < 5 ? 1000 : below(4000);
    const registered = below(200) === 0 ? day(AS_OF) - 365 : day("1990-01-01") + below(day(AS_OF) - day("1990-01-01") + 1);
    const certificate = below(100) < 60 ? null : below(200) === 0 ? day(AS_OF) : day("2023-01-01") + below(2190);
    const maybe = (value) => (below(100) < 5 ? null : value);
    made.push({
      industry, employees: maybe(employees), assets: maybe(assets), income: maybe(income), revenue: maybe(revenue), research: maybe(research),
      ratio: maybe(ratio), certificate: certificate === null ? null : text(certificate), registered: maybe(text(registered)),
      restricted: maybe(below(100) < 5), blacklisted: maybe(below(100) < 3),
    });
  }
  return made;
}

const and = (...terms) => (terms.includes(false) ? false : terms.includes(null) ? null : true);
const le = (a, b) => (a === null ? null : a <= b);
const ge = (a, b) => (a === null ? null : a >= b);
const not = (a) => (a === null ? null : !a);

// A year later; 29 February becomes 28 February.
function yearLater(date) {
  const [y, m, d] = date.split("-").map(Number);
  return text(day(`${y + 1}-${String(m).padStart(2, "0")}-${m === 2 && d === 29 ? 28 : String(d).padStart(2, "0")}`));
}

export function decide(e) {
  const scaled = { X: e.employees, Y: e.revenue, Z: e.assets };
  const unit = { X: 1, Y: 100, Z: 100 };
  const row = ROWS.find((r) => (r.codes === null || r.codes.includes(e.industry)) && Object.entries(r.bounds).every(([d, b]) => scaled[d] !== null && scaled[d] >= b * unit[d]));
  const small = and(not(e.restricted), le(e.income, 30000), le(e.employees, 300), le(e.assets, 500000));
  const factor = e.revenue !== null && e.revenue <= 500000 ? 5 : e.revenue !== null && e.revenue <= 2000000 ? 4 : 3;
  const research = e.research === null || e.revenue === null ? null : e.research * 100 >= e.revenue * factor;
  const high = and(e.certificate !== null && e.certificate >= AS_OF, research, ge(e.ratio, 1000), e.registered === null ? null : yearLater(e.registered) <= AS_OF, not(e.blacklisted));
  const rate = small === true ? 5 : high === true ? 15 : 25;
  const tax = e.income === null ? null : e.income <= 0 ? 0 : Math.floor((e.income * rate + 50) / 100) / 100;
  return { "size class": row.size, "small low-profit": small, "high-tech": high, rate, tax };
}

export const amount = (hundredths) => (hundredths === null ? null : Number((hundredths / 100).toFixed(2)));
export const amountText = (hundredths) => {
  if (hundredths === null) return "";
  const sign = hundredths < 0 ? "-" : "", size = Math.abs(hundredths);
  return `${sign}${Math.trunc(size / 100)}.${String(size % 100).padStart(2, "0")}`;
};
