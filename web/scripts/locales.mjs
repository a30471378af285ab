// Every word exists in both languages with the same placeholders, every key used exists, every key that exists is used.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src/', import.meta.url));
const problems = [];

function flatten(value, prefix, into) {
  for (const [key, item] of Object.entries(value)) {
    const path = `${prefix}.${key}`;
    if (typeof item === 'string') into.set(path, item);
    else flatten(item, path, into);
  }
}

async function words(language) {
  const all = new Map();
  const folder = join(source, 'locales', language);
  for (const file of await readdir(folder)) flatten(JSON.parse(await readFile(join(folder, file), 'utf8')), file.replace('.json', ''), all);
  return all;
}

const stem = (key) => key.replace(/_(one|other)$/, '');
const holes = (text) => [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]))].sort().join();

const [zh, en] = await Promise.all([words('zh'), words('en')]);
const byStem = (map) => { const out = new Map(); for (const [key, text] of map) { const known = key.endsWith('_other') || !/_one$/.test(key); if (known) out.set(stem(key), text); } return out; };
const chinese = byStem(zh);
const english = byStem(en);
for (const key of chinese.keys()) if (!english.has(key)) problems.push(`en lacks ${key}`);
for (const key of english.keys()) if (!chinese.has(key)) problems.push(`zh lacks ${key}`);
for (const [key, text] of chinese) if (english.has(key) && holes(text) !== holes(english.get(key))) problems.push(`${key}: placeholders differ (zh ${holes(text)}; en ${holes(english.get(key))})`);
for (const [key, text] of chinese) if (/[!！]|您好|亲，|系统异常/.test(text)) problems.push(`${key}: wording (${text})`);

async function* sources(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(entry.name) && !/\.test\./.test(entry.name)) yield path;
  }
}

const used = new Set();
const patterns = [];
for await (const path of sources(source)) {
  const text = await readFile(path, 'utf8');
  for (const match of text.matchAll(/\bt\(([^()]*?)'([a-z_]+\.[A-Za-z_.]+)'/g)) used.add(match[2]);
  for (const match of text.matchAll(/\bt\([^()]*? : '([a-z_]+\.[A-Za-z_.]+)'/g)) used.add(match[1]);
  for (const match of text.matchAll(/\bt\(`([a-z_]+\.[^`]*)`/g)) patterns.push([path, match[1], new RegExp(`^${match[1].replace(/\./g, '\\.').replace(/\$\{[^}]*\}/g, '[A-Za-z_]+')}$`)]);
}
for (const key of used) if (!chinese.has(key)) problems.push(`no words for ${key}`);
for (const [path, text, pattern] of patterns) if (![...chinese.keys()].some((key) => pattern.test(key))) problems.push(`no words for ${text} (${path})`);
for (const key of chinese.keys()) if (!used.has(key) && !patterns.some(([, , pattern]) => pattern.test(key))) problems.push(`${key} is not used`);

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
