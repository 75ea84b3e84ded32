import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AskedKey } from '../../../../src/verify/askedKey';
import { listDrawnWords } from '../../../../src/verify/evidence/drawnWords';
import type { ModelProbe, SeenLogP, SuspectProbe } from '../../../../src/verify/suspect';

const key = (index: number): AskedKey => ({
  index,
  text: 'a',
  ids: [1],
  candidates: [5, 6],
  candidateTexts: ['x', 'y'],
  responseIds: [6],
  responseText: 'y',
  spent: false,
});
const probe = (drawn: readonly (SeenLogP | undefined)[]): SuspectProbe => ({
  keys: drawn.map((logP) =>
    logP === undefined ? undefined : { candidateLogP: [-1, logP], answered: false },
  ),
  neutral: undefined,
});
const base = (drawn: readonly number[]): ModelProbe => probe(drawn) as unknown as ModelProbe;

describe('the drawn words of a report', () => {
  it('are rounded to half a nat and sorted, so that none says which key it is of', () => {
    const words = listDrawnWords([0, 1, 2].map(key), probe([-0.1, -3.3, -0.4]), base([-6.2, -9.9, -6.3]));
    assert.deepEqual(words, [
      { base: -10, suspect: -3.5 },
      { base: -6.5, suspect: -0.5 },
      { base: -6, suspect: 0 },
    ]);
    assert.ok(words.every(({ suspect }) => !Object.is(suspect, -0)));
  });

  it('lack keys that were left out, not asked, or of which only a bound is known', () => {
    const keys = [undefined, key(1), key(2), key(3), key(4)];
    const words = listDrawnWords(
      keys,
      probe([-1, undefined, { atMost: -4 }, -Infinity, -2]),
      base([-5, -5, -5, -5, -5]),
    );
    assert.deepEqual(words, [{ base: -5, suspect: -2 }]);
  });

  it('are none without the base', () => {
    assert.deepEqual(listDrawnWords([key(0)], probe([-1]), undefined), []);
  });
});
