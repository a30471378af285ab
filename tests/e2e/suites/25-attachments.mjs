// A file is brought to a record on its page, opened from there, and taken off again.
import assert from 'node:assert/strict';
import { accessible, fits, open, phone, settled, shot } from '../browser.mjs';
import { client } from '../server.mjs';

const pdf = (text) => ({ name: '厂房租赁合同.pdf', mimeType: 'application/pdf', buffer: Buffer.from(`%PDF-1.4 ${text}`) });

export const tests = [
  ['a lease is uploaded to an enterprise and opened from its page', async ({ browser, server }) => {
    const counter = client(server.address);
    await counter.signIn('counter');
    const made = await counter.post('/records/enterprise', { values: { name: '示例市附件页面试验有限公司' }, source: 'zone_office', effective_from: '2026-03-02' });
    for (const size of [undefined, phone]) {
      const { page, context, faults, close } = await open(browser, server, { role: 'counter', size });
      try {
        await page.goto(`/desk/files/${made.id}`);
        await settled(page);
        await page.getByRole('button', { name: '登记企业材料' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByText(/每份不超过/).first().waitFor();
        // What the field does not take is refused with a sentence, and the dialog stays.
        await dialog.locator('input[type=file]').setInputFiles({ name: 'tool.pdf', mimeType: 'application/pdf', buffer: Buffer.from('#!/bin/sh') });
        await dialog.getByText(/不接受这种文件/).waitFor();
        await dialog.locator('input[type=file]').setInputFiles(pdf(size ? 'phone' : 'desk'));
        await dialog.getByText('厂房租赁合同.pdf').first().waitFor();
        await shot(page, `attachment-dialog${size ? '-phone' : ''}`);
        await accessible(page);
        await dialog.getByRole('button', { name: '登记', exact: true }).click();
        await dialog.waitFor({ state: 'hidden' });
        const link = page.getByRole('link', { name: /厂房租赁合同\.pdf/ }).first();
        await link.waitFor();
        await settled(page);
        await shot(page, `attachment-page${size ? '-phone' : ''}`);
        await fits(page);
        const answer = await context.request.get(await link.getAttribute('href'));
        assert.equal(answer.headers()['content-type'], 'application/pdf');
        assert.match((await answer.body()).toString(), /^%PDF-1\.4 desk$|^%PDF-1\.4 phone$/);
        assert.deepEqual(faults, []);
      } finally { await close(); }
    }
  }],
];
