import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { longList, longRecord } from '../../../src/common/longSchemas';

const rows = z.object({
  rows: z.union([longRecord(z.number()), longList(z.tuple([z.string(), z.number()]))]),
});

describe('a schema for millions of entries', () => {
  it('takes lists and records of the right entries, also in a union, and gives what it was given', () => {
    const record = { a: 1, constructor: 2 };
    assert.equal(rows.parse({ rows: record }).rows, record);
    assert.deepEqual(rows.parse({ rows: [['a', 1]] }).rows, [['a', 1]]);
    assert.deepEqual(longList(z.string()).parse([]), []);
    assert.equal(longRecord(z.string()).nullish().parse(null), null);
  });

  it('names the first wrong entry, and only that', () => {
    const wrong = Array.from({ length: 100_000 }, (_, index) => (index < 2 ? 'x' : index));
    const { error } = z.object({ list: longList(z.string()) }).safeParse({ list: wrong });
    assert.equal(error!.issues.length, 1);
    assert.deepEqual(error!.issues[0]!.path, ['list', 2]);
    assert.match(error!.issues[0]!.message, /expected string/);
    const inner = longRecord(z.object({ size: z.number() })).safeParse({ a: { size: 1 }, b: { size: '1' } });
    assert.deepEqual(inner.error!.issues[0]!.path, ['b', 'size']);
  });

  it('refuses anything else', () => {
    for (const value of [{}, 'a', null]) assert.ok(!longList(z.string()).safeParse(value).success);
    for (const value of [[], 'a', null]) assert.ok(!longRecord(z.string()).safeParse(value).success);
  });
});
