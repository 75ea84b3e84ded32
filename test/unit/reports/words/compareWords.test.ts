import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareWords, type Stretch } from '../../../../src/reports/words/compareWords';

const join = (stretches: readonly Stretch[]): string => stretches.map(({ text }) => text).join('');
const changed = (stretches: readonly Stretch[]): string[] =>
  stretches.filter(({ isSame }) => !isSame).map(({ text }) => text.trim());

describe('comparing two texts by words', () => {
  it('marks what only one of them has', () => {
    const { before, after } = compareWords('one two three four', 'one two 3 four five');
    assert.deepEqual(changed(before), ['three']);
    assert.deepEqual(changed(after), ['3', 'five']);
  });

  it('loses nothing of either, whatever the spaces', () => {
    for (const [a, b] of [
      ['', ''],
      ['', ' a\n'],
      ['  a  b\n\nc ', 'a b c'],
      ['x y', 'y x'],
    ] as const) {
      const { before, after } = compareWords(a, b);
      assert.equal(join(before), a);
      assert.equal(join(after), b);
    }
    assert.deepEqual(changed(compareWords('a\n b', 'a b').before), []);
  });

  it('compares very long texts up to their first difference', () => {
    const words = Array.from({ length: 5000 }, (_, i) => `w${i}`);
    const other = words.with(4000, 'changed');
    const { before, after } = compareWords(words.join(' '), other.join(' '));
    assert.equal(before.length, 2);
    assert.ok(after[1]!.text.startsWith(' changed'));
  });
});
