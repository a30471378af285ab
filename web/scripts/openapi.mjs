// Writes src/lib/openapi.ts from the server's own description of its interface. --check only compares.
import { readFile, writeFile } from 'node:fs/promises';
import openapi, { astToString } from 'openapi-typescript';

const description = new URL('../../src/api/openapi.json', import.meta.url);
const target = new URL('../src/lib/openapi.ts', import.meta.url);

const document = JSON.parse(await readFile(description, 'utf8'));
// A value may hold values; TypeScript wants such a type named outside the interface.
document.components.schemas.Value = { type: 'string', description: 'See value.ts' };
const text = astToString(await openapi(document)).replace(/(\n\s+)Value: string;/, '$1Value: import("./value").Value;');
const content = `/* Written by npm run openapi from src/api/openapi.json. */\n${text}`;

if (process.argv.includes('--check')) {
  if ((await readFile(target, 'utf8')) !== content) {
    console.error('src/lib/openapi.ts no longer matches src/api/openapi.json: run npm run openapi in web.');
    process.exit(1);
  }
} else {
  await writeFile(target, content);
}
