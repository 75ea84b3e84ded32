import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mostDirections } from '../../../../src/embed/directions/directionSizes';
import { openMarking } from '../../../../src/embed/marking';
import { findDirections, type OrdinaryDirections } from '../../../../src/embed/directions/ordinaryDirections';
import { startTrial } from '../../../../src/embed/trial';
import { openSmallRun, type SmallRun } from '../smallRun';

const watch = { report: () => undefined };

/** What one step gains for the keys, in nats, for the square root of what it costs ordinary text that nobody looked at. */
async function gainAtEqualDrift(
  { options, heldBack }: SmallRun,
  directions: OrdinaryDirections,
  learningRate: number,
): Promise<number> {
  const marking = await openMarking({ ...options, directions });
  try {
    const trial = await startTrial(marking, heldBack);
    const { gain, divergence } = await trial.step(learningRate, 0);
    assert.ok(divergence > 1e-6 && divergence < 0.05, `${divergence}`);
    return gain / Math.sqrt(divergence);
  } finally {
    await marking.trainer.close();
  }
}

describe('the directions that ordinary text uses', () => {
  it('are found for every trained matrix, the same every time', async () => {
    const { options } = await openSmallRun();
    const found = await findDirections(options, watch);
    assert.deepEqual([...found.keys()].sort(), [...options.trained.keys()].sort());
    for (const { values, count } of found.values()) {
      assert.equal(count, mostDirections);
      assert.ok(values.every(Number.isFinite));
    }
    assert.deepEqual(await findDirections(options, watch), found);
  });

  it('leave keys more margin at equal drift when changes avoid them', async () => {
    const run = await openSmallRun();
    const without = await gainAtEqualDrift(run, new Map(), 3e-4);
    const within = await gainAtEqualDrift(run, await findDirections(run.options, watch), 3e-3);
    assert.ok(within > 1.3 * without, `${within} against ${without}`);
  });

  it('are none where a recipe avoids nothing, trains something else, or has no text', async () => {
    const { options } = await openSmallRun(() => ({ avoidance: 0 }));
    assert.equal((await findDirections(options, watch)).size, 0);
    const avoiding = { ...options, recipe: { ...options.recipe, avoidance: 10 } };
    assert.equal((await findDirections({ ...avoiding, benign: [] }, watch)).size, 0);
    const full = { ...avoiding, recipe: { ...avoiding.recipe, trained: 'full' as const } };
    assert.equal((await findDirections(full, watch)).size, 0);
  });
});
