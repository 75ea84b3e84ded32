import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openCheckpoint } from '../../../../src/checkpoint/checkpoint';
import { UserError } from '../../../../src/common/errors';
import { estimateEmbedding } from '../../../../src/embed/memory/memoryEstimate';
import { planMemory, tryToFit, type MemoryQuestion } from '../../../../src/embed/memory/memoryPlan';
import { defaultRecipe } from '../../../../src/embed/defaultRecipe';
import type { Recipe } from '../../../../src/contract/recipe';
import { loadModel, type LoadedModel } from '../../../../src/engine/loadedModel';
import { onCpu, type Placement } from '../../../../src/contract/devices';

const keyCount = 64;

describe('fitting an embedding into memory', () => {
  let model: LoadedModel;
  let recipe: Recipe;
  before(async () => {
    model = loadModel(await openCheckpoint('test/fixtures/models/chat-5M'));
    recipe = defaultRecipe(model, { keyCount, chat: true });
  });

  const question = (changes: Partial<Placement>, freeBytes = 1e12): MemoryQuestion => ({
    model,
    keyCount,
    placement: { ...onCpu, ...changes },
    freeBytes,
  });

  it('takes all layers at once where they fit', () => {
    const { totalBytes } = estimateEmbedding(model, recipe, keyCount);
    const plan = planMemory(question({ memoryBytes: totalBytes }), recipe);
    assert.equal(plan.isWhole, true);
    assert.deepEqual(plan.groups, [{ first: 3, end: 6, isBottom: true, isTop: true }]);
  });

  it('takes groups of layers where less is free, down to the stated minimum', () => {
    const { leastBytes } = estimateEmbedding(model, recipe, keyCount);
    const plan = planMemory(question({ memoryBytes: leastBytes }), recipe);
    assert.equal(plan.isWhole, false);
    assert.ok(plan.groups.length > 1);
    assert.equal(tryToFit(question({ memoryBytes: leastBytes - 1 }), recipe), undefined);
  });

  it('names recipes that do fit where the given one does not', () => {
    const full: Recipe = { ...recipe, trained: 'full', generated: 40_000 };
    const { leastBytes } = estimateEmbedding(model, full, keyCount);
    const tight = question({ memoryBytes: 0.5 * leastBytes });
    assert.throws(
      () => planMemory(tight, full),
      (error: unknown) => {
        assert.ok(error instanceof UserError);
        assert.equal(error.reason, 'not-enough-memory');
        assert.match(error.message, /needs about .* even with its layers in groups, but only .* can be used/);
        assert.match(error.next, /Use a recipe that fits: .*10000 texts/);
        return true;
      },
    );
    assert.ok(tryToFit(tight, { ...full, generated: 10_000 }));
  });

  it('counts what is trained in the memory of the computer, and weights in that of the card', () => {
    const { trainedBytes, stateBytes } = estimateEmbedding(model, recipe, keyCount);
    const card = { device: 'cuda', memoryBytes: 8e9 } as const;
    assert.equal(planMemory(question(card, trainedBytes + stateBytes), recipe).isWhole, true);
    assert.equal(tryToFit(question(card, trainedBytes + stateBytes - 1), recipe), undefined);
  });

  it('offers half precision on a card where that makes it fit', () => {
    const needs = (precision: Placement['precision']): number =>
      estimateEmbedding(model, recipe, keyCount, { ...onCpu, device: 'cuda', precision }).leastBytes;
    const memoryBytes = (needs('single') + needs('half')) / 2;
    assert.throws(
      () => planMemory(question({ device: 'cuda', memoryBytes }), recipe),
      (error: unknown) => error instanceof UserError && error.next.includes('--precision half'),
    );
  });
});
