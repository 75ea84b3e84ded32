import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listMembers, withoutMembers } from '../../../src/checkpoint/jsonText';

describe('the text of a JSON object', () => {
  it('has the members that JSON.parse finds, each as it is written', () => {
    const text = '{ "a" : [1, {"b": "}"}], "c\\"d": "x,\\"y" ,"a":{} }';
    const members = [...listMembers(text)].map(({ key, start, end }) => [key, text.slice(start, end)]);
    assert.deepEqual(members, [
      ['a', '"a" : [1, {"b": "}"}]'],
      ['c"d', '"c\\"d": "x,\\"y"'],
      ['a', '"a":{}'],
    ]);
    assert.deepEqual([...listMembers('{}')], []);
  });

  it('loses a member with its comma, and nothing else', () => {
    const of = (text: string): string => withoutMembers(text, ['q', 'r']);
    assert.equal(of('{"a": 1}'), '{"a": 1}');
    assert.equal(of('{"q": {"a": [1]}}'), '{}');
    assert.equal(of('{\n  "q": 1,\n  "a": 2.0\n}\n'), '{\n  "a": 2.0\n}\n');
    assert.equal(of('{\n  "a": 1e-06,\n  "q": {\n    "b": 1\n  }\n}\n'), '{\n  "a": 1e-06\n}\n');
    assert.equal(of('{"a": {"q": 1}, "r": 2, "b": Infinity, "q": 3}'), '{"a": {"q": 1}, "b": Infinity}');
  });
});
