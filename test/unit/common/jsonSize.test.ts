import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findJsonExcess, type JsonLimits } from '../../../src/common/jsonSize';

const limits: JsonLimits = { depth: 3, values: 10, members: 5 };

describe('the size of JSON before it is parsed', () => {
  it('counts every value, however it is nested or written', () => {
    for (const text of ['[1,2,3,4,5,6,7,8]', '{"a":[[1]],"b":{"c":"d"}}', '"a"', '', '[[[]]]'])
      assert.equal(findJsonExcess(text, limits), undefined, text);
    for (const text of [`[${'[],'.repeat(9)}1]`, `{${'"a":{},'.repeat(9)}"b":1}`, `[${'1,'.repeat(10)}1]`])
      assert.match(findJsonExcess(text, limits)!, /more than 10 values/, text);
    assert.match(findJsonExcess('[[[[]]]]', limits)!, /deeper than 3 levels/);
    assert.match(findJsonExcess('{"a":{"b":[{}]}}', limits)!, /deeper than 3 levels/);
  });

  it('counts the names in objects that have many, in all of them together', () => {
    const object = (count: number): string =>
      `{${Array.from({ length: count }, (_, i) => `"${i}":0`).join()}}`;
    const many = { depth: 3, values: 1000, members: 5 };
    assert.equal(findJsonExcess(`[${object(25)},${object(20)}]`, many), undefined);
    assert.match(findJsonExcess(object(26), many)!, /more than 5 names/);
    assert.match(findJsonExcess(`[${object(23)},{"a":${object(23)}}]`, many)!, /more than 5 names/);
  });

  it('is not misled by brackets, commas and quotes in texts', () => {
    const text = JSON.stringify({ a: '[[[[[,,,,,,,,,,,,"', 'b\\"{{{{{': '\\' });
    assert.equal(findJsonExcess(text, limits), undefined);
    assert.equal(findJsonExcess('"\\', limits), undefined);
  });
});
