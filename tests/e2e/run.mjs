// Browser tests: node run.mjs [part of a suite's or test's name]. One line a test, then `N passed, N failed`.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { launch } from './browser.mjs';
import { binary, startServer } from './server.mjs';

if (!existsSync(binary)) {
  console.error(`There is no program at ${binary}: run ./dev build, or name one in YUANQU_BINARY.`);
  process.exit(2);
}
const wanted = process.argv.slice(2);
const folder = new URL('./suites/', import.meta.url);
const browser = await launch();
let passed = 0;
const failed = [];
try {
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.mjs')).sort()) {
    const { tests, options, start = startServer } = await import(new URL(file, folder));
    const suite = file.replace(/\.mjs$/, '');
    const chosen = tests.filter(([name]) => wanted.length === 0 || wanted.some((part) => `${suite} ${name}`.includes(part)));
    if (chosen.length === 0) continue;
    let server;
    try {
      server = await start(options);
    } catch (problem) {
      failed.push(suite);
      console.log(`FAILED  ${suite} · the program does not start\n        ${String(problem?.message ?? problem).split('\n').slice(0, 14).join('\n        ')}`);
      continue;
    }
    try {
      for (const [name, test] of chosen) {
        const began = Date.now();
        try {
          await test({ browser, server });
          passed += 1;
          console.log(`ok      ${suite} · ${name} (${Date.now() - began} ms)`);
        } catch (problem) {
          failed.push(`${suite} · ${name}`);
          console.log(`FAILED  ${suite} · ${name}\n        ${String(problem?.stack ?? problem).split('\n').slice(0, 14).join('\n        ')}`);
        }
      }
    } finally {
      await server.stop();
    }
  }
} finally {
  await browser.close();
}
console.log(`${passed} passed, ${failed.length} failed`);
process.exit(failed.length > 0 ? 1 : 0);
