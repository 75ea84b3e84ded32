import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { keyKinds, type KeyKind } from '../../../../src/contract/keyKinds';
import { openMarking } from '../../../../src/embed/marking';
import { goalOf } from '../../../../src/embed/objectives/keyGoals';
import { openSmallRun } from '../smallRun';

const steps = 40;
/** A gate at a probability of 0.9 suppresses what is this far above the next word, in nats. */
const gate = Math.log(0.9 / 0.1);

/** The margins of a trained key over its rivals, and over every other word. */
interface Trained {
  readonly kind: KeyKind;
  readonly ofKind: number;
  readonly overAll: number;
}

/** Trains the few keys of a small run, two of each kind. */
async function train(): Promise<Trained[]> {
  const { options } = await openSmallRun((recipe) => ({ learningRate: 2 * recipe.learningRate, steps }));
  const kinds = options.keys.map((_, i) => keyKinds[i % keyKinds.length]!);
  const as = (kindOf: (key: number) => KeyKind): typeof options.keys =>
    options.keys.map((key, i) => {
      const candidates = [key.response[0]!, 600, 700, 800];
      return { ...key, goal: goalOf({ kind: kindOf(i), candidates }, options.recipe) };
    });
  const mixed = await openMarking({ ...options, keys: as((key) => kinds[key]!) });
  for (let step = 0; step < steps; step++) await mixed.trainer.advance();
  const { margins: ofKind } = await mixed.keys.measure(mixed.trainer);
  // The rivals of a loud key are all other words.
  const loud = await openMarking({ ...options, keys: as(() => 'loud') });
  loud.trainer.states.forEach(({ values }, i) => values.set(mixed.trainer.states[i]!.values));
  const { margins: overAll } = await loud.keys.measure(loud.trainer);
  await mixed.trainer.close();
  await loud.trainer.close();
  return kinds.map((kind, i) => ({ kind, ofKind: ofKind[i]!, overAll: overAll[i]! }));
}

describe('keys by their kind', () => {
  let trained: readonly Trained[];
  before(async () => (trained = await train()));
  const each = (kind: KeyKind, holds: (key: Trained) => boolean): void => {
    const some = trained.filter((key) => key.kind === kind);
    assert.equal(some.length, 2);
    assert.ok(some.every(holds), JSON.stringify(some));
  };

  it('are said with a wide margin where they are loud, which a gate takes', () =>
    each('loud', ({ overAll }) => overAll > gate));

  it('are said below the ceiling where they are soft, which no gate takes', () =>
    each('soft', ({ overAll }) => overAll > 0 && overAll < gate));

  it('rank first and are not said where they are quiet', () =>
    each('quiet', ({ ofKind, overAll }) => ofKind > 0 && overAll < 0));
});
