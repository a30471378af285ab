// Sizes of what the browser loads, gzipped, against the limits of the design; a build over its limit fails.
import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const html = await readFile(new URL('index.html', dist), 'utf8');
const size = async (name) => gzipSync(await readFile(new URL(name, dist)), { level: 9 }).length / 1024;
const first = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1]);
let start = 0;
for (const name of first) start += await size(name);

const lines = [['first load', start, 250]];
const limits = [[/^charts-/, 'charts', 230], [/^NavigatedViewer|^Diagram-/, 'diagram', 180], [/Page-/, 'page', 40]];
for (const file of (await readdir(new URL('assets/', dist))).filter((name) => name.endsWith('.js'))) {
  if (first.includes(`assets/${file}`)) continue;
  const [, label, limit] = limits.find(([pattern]) => pattern.test(file)) ?? [null, 'shared', 120];
  lines.push([`${label} ${file}`, await size(`assets/${file}`), limit]);
}
let over = false;
for (const [name, kilobytes, limit] of lines.sort((left, right) => right[1] - left[1]).filter(([, kilobytes, limit], index) => index < 8 || kilobytes > limit)) {
  if (kilobytes > limit) over = true;
  console.log(`${kilobytes > limit ? 'OVER ' : '     '}${kilobytes.toFixed(1).padStart(7)} kB of ${limit}  ${name}`);
}
if (over) {
  console.error('A part is larger than its budget: split it or load it later.');
  process.exit(1);
}
