import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { probeSteps, type ProbeResult } from '../../../src/embed/stepProbe';
import type { Recipe } from '../../../src/contract/recipe';
import { openSmallRun } from './smallRun';

const watch = { report: () => undefined };

interface Asked {
  readonly change?: (recipe: Recipe) => Partial<Recipe>;
  /** What a recipe names. */
  readonly named?: readonly string[];
}

async function probe({ change, named = [] }: Asked = {}): Promise<{ recipe: Recipe; found: ProbeResult }> {
  const { options, heldBack } = await openSmallRun(change);
  const isOpen = (value: string): boolean => !named.includes(value);
  return { recipe: options.recipe, found: await probeSteps({ ...options, heldBack, isOpen }, watch) };
}

describe('a probe of the first steps of a model', () => {
  it('finds the same rate and layers wherever the recipe begins', async () => {
    const times =
      (factor: number) =>
      ({ learningRate }: Recipe): Partial<Recipe> => ({ learningRate: factor * learningRate });
    const { found } = await probe();
    assert.deepEqual((await probe({ change: times(30) })).found, found);
    assert.deepEqual((await probe({ change: times(1 / 30) })).found, found);
  });

  it('takes a rate whose step moves predictions by a part of the budget', async () => {
    const { findings } = (await probe()).found;
    // A fifth of 0.06 at most, and what the square law leaves out.
    assert.ok(findings.predictionShift > 1e-5 && findings.predictionShift < 0.015, JSON.stringify(findings));
    assert.ok(findings.stateShift > 0 && findings.stateShift < 0.5, JSON.stringify(findings));
    assert.ok(findings.weightScale > 0 && findings.normScale > 0 && findings.entropy > 0);
    const { findings: tighter } = (await probe({ change: () => ({ driftBudget: 0.002 }) })).found;
    assert.ok(tighter.predictionShift < 0.0005, JSON.stringify(tighter));
    assert.ok(tighter.learningRate < findings.learningRate);
  });

  it('leaves values that a recipe sets alone', async () => {
    const ofLayers = await probe({ named: ['layers'] });
    assert.deepEqual(ofLayers.found.layers, ofLayers.recipe.layers);
    const ofRate = await probe({ named: ['learningRate'] });
    assert.equal(ofRate.found.findings.learningRate, ofRate.recipe.learningRate);
  });
});
