import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parsePythonJson } from '../../../../src/suspects/opening/pythonJson';

describe('JSON as Python reads it', () => {
  it('may hold numbers that are none', () => {
    assert.deepEqual(parsePythonJson('{"a": NaN, "b": [Infinity, -Infinity], "c": "NaN, \\" Infinity"}'), {
      a: null,
      b: [Infinity, -Infinity],
      c: 'NaN, " Infinity',
    });
  });

  it('is otherwise what it is everywhere', () => {
    assert.deepEqual(parsePythonJson('{"a": [1, "NaN"]}'), { a: [1, 'NaN'] });
    for (const text of ['{"a": nan}', '{"a": NaNs}', '{', '{"a" NaN}'])
      assert.throws(() => parsePythonJson(text), SyntaxError);
  });
});
