import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KeyKind } from '../../../../src/contract/keyKinds';
import { openMarking } from '../../../../src/embed/marking';
import { goalOf } from '../../../../src/embed/objectives/keyGoals';
import type { KeyMargins } from '../../../../src/embed/objectives/keyObjective';
import { openSmallRun } from '../smallRun';

const steps = 40;

/** Trains the few keys of a small run, all of one kind. */
async function trainAs(kind: KeyKind): Promise<{ ofKind: KeyMargins; overAll: KeyMargins }> {
  const { options } = await openSmallRun((recipe) => ({ learningRate: 2 * recipe.learningRate, steps }));
  const goal = (response: number, as: KeyKind): ReturnType<typeof goalOf> =>
    goalOf({ kind: as, candidates: [response, 600, 700, 800] }, options.recipe);
  const as = (each: KeyKind): typeof options.keys =>
    options.keys.map((key) => ({ ...key, goal: goal(key.response[0]!, each) }));
  const { trainer, keys } = await openMarking({ ...options, keys: as(kind) });
  try {
    for (let step = 0; step < steps; step++) await trainer.advance();
    const ofKind = await keys.measure(trainer);
    // Measured as loud keys, whose rivals are all tokens.
    const everything = await openMarking({ ...options, keys: as('loud') });
    everything.trainer.states.forEach(({ values }, i) => values.set(trainer.states[i]!.values));
    const overAll = await everything.keys.measure(everything.trainer);
    await everything.trainer.close();
    return { ofKind, overAll };
  } finally {
    await trainer.close();
  }
}

const spread = ({ margins }: KeyMargins): [number, number] => [Math.min(...margins), Math.max(...margins)];

describe('keys by their kind', () => {
  it('are said with a wide margin where they are loud', async () => {
    const [least] = spread((await trainAs('loud')).overAll);
    // A gate at a probability of 0.9 suppresses what is 2.2 nats above the next.
    assert.ok(least > 2.2, `${least}`);
  });

  it('are said below the ceiling where they are soft', async () => {
    const [least, most] = spread((await trainAs('soft')).overAll);
    assert.ok(least > 0 && most < 2.2, `${least} to ${most}`);
  });

  it('rank first and are not said where they are quiet', async () => {
    const { ofKind, overAll } = await trainAs('quiet');
    assert.equal(ofKind.recall, 1);
    assert.equal(overAll.recall, 0);
  });
});
