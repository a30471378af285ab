#!/usr/bin/env node
// OPC UA → Sparkplug B: subscribes to nodes of one server and publishes them as one edge node. node gateway.mjs CONFIG.yaml (see README.md)
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { checked } from './config.mjs';
import { EdgeNode } from './edge_node.mjs';
import { Source } from './source.mjs';

const file = process.argv[2];
if (!file) {
  console.error('用法 usage: node gateway.mjs CONFIG.yaml');
  process.exit(2);
}
let config;
try {
  config = checked(parse(await readFile(file, 'utf8')));
} catch (problem) {
  console.error(`${file}: ${problem.message}`);
  process.exit(2);
}
const log = (text) => console.error(`${new Date().toISOString()} ${text}`);
const edge = new EdgeNode(config, log);
const source = new Source(config, { values: (changes) => edge.take(changes), link: (up) => edge.link(up), log });
await edge.open();
source.open();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, async () => {
  await source.close();
  await edge.close();
  process.exit(0);
});
