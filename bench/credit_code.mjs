// Unified social credit codes with both check characters (GB 32100-2015, GB 11714-1997), in the region that no real code has.
const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

export function creditCode(serial) {
  const organisation = `MA${String(serial).padStart(6, "0")}`;
  const values = [...organisation].map((c) => (c <= "9" ? Number(c) : c.charCodeAt(0) - 55));
  const check = 11 - ([3, 7, 9, 10, 5, 8, 4, 2].reduce((sum, weight, i) => sum + weight * values[i], 0) % 11);
  const code = `91980171${organisation}${check === 10 ? "X" : check === 11 ? "0" : check}`;
  let power = 1, total = 0;
  for (const c of code) {
    total += alphabet.indexOf(c) * power;
    power = (power * 3) % 31;
  }
  return code + alphabet[(31 - (total % 31)) % 31];
}
