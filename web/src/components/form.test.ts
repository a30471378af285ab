import { describe, expect, it } from 'vitest';
import { formFields, startingValue } from './form';

const schema = {
  type: 'object', required: ['decision'],
  properties: { comment: { type: 'string', title: '说明', 'x-title-en': 'Comment' }, decision: { type: 'string', title: '意见', enum: ['renew', 'return'], 'x-labels': { renew: { zh: '准予', en: 'Renew' } } }, confirmed: { type: 'boolean' } },
  'x-layout': [['decision', 'confirmed'], ['comment']],
};

describe('task forms', () => {
  it('follow the layout and the labels of the schema', () => {
    const fields = formFields({ form: { schema } as never });
    expect(fields.map((field) => [field.name, field.type, field.wide, field.required])).toEqual([['decision', 'enumeration', false, true], ['confirmed', 'boolean', false, false], ['comment', 'string', true, false]]);
    expect(fields[0]?.values).toEqual([{ code: 'renew', labels: { zh: '准予', en: 'Renew' } }, { code: 'return', labels: { zh: 'return', en: 'return' } }]);
    expect(fields[2]?.labels.en).toBe('Comment');
  });
  it('have no fields without a schema', () => expect(formFields({ form: null })).toEqual([]));
  it('start with what the task holds, else with what it was given', () => {
    expect(startingValue({ values: { a: 1 }, given: { a: 2, b: 3 } }, 'a')).toBe(1);
    expect(startingValue({ values: null, given: { b: 3 } }, 'b')).toBe(3);
  });
});
