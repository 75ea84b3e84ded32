import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parsePythonJson } from '../../../src/checkpoint/pythonJson';

describe('JSON as Python writes it', () => {
  it('has numbers that are infinite or none', () => {
    const text = '{"a": Infinity, "b": [-Infinity, NaN, -1e3], "c": "Infinity \\" NaN", "d": null}';
    assert.deepEqual(parsePythonJson(text), {
      a: Infinity,
      b: [-Infinity, NaN, -1000],
      c: 'Infinity " NaN',
      d: null,
    });
    assert.equal(parsePythonJson('NaN'), NaN);
  });

  it('keeps the last of two values of one key, as Python does', () => {
    assert.deepEqual(parsePythonJson('{"a": 1, "a": 2}'), { a: 2 });
    assert.deepEqual(parsePythonJson('{"a": NaN, "a": Infinity}'), { a: Infinity });
  });

  it('is refused for anything else', () => {
    for (const text of [
      '{',
      '{"a": nan}',
      '{"a": NaNs}',
      '{"a" NaN}',
      '{"a": Infinit}',
      '{"a": -NaN}',
      '{"a": undefined}',
      "{'a': NaN}",
      '',
    ])
      assert.throws(() => parsePythonJson(text), SyntaxError, text);
  });
});
