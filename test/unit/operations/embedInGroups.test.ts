import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import { readTensor } from '../../../src/checkpoint/weights/tensorData';
import type { RunEvent } from '../../../src/contract/events';
import { estimateEmbedding } from '../../../src/embed/memory/memoryEstimate';
import { defaultRecipe } from '../../../src/embed/defaultRecipe';
import type { Recipe } from '../../../src/contract/recipe';
import { loadModel } from '../../../src/engine/loadedModel';
import { embed } from '../../../src/operations/embed';
import { context, makeKeys, models, openWorkshop, type Workshop } from './workshop';

/** Stored in 16 bits, so that its weights take memory of their own. */
const model = join(models, 'TinyStories-656K-q8_0');
const count = 8;
const changes = {
  generated: 24,
  benignTokens: 24,
  benignBatch: 4,
  steps: 24,
  checkEvery: 12,
  driftBudget: 5,
};

describe('an embedding for which too little memory is free', () => {
  let workshop: Workshop;
  before(async () => void (workshop = await openWorkshop()));
  after(() => workshop.remove());

  async function run(name: string, memoryBytes: number | undefined): Promise<RunEvent[]> {
    const heard: RunEvent[] = [];
    const folder = join(workshop.folder, `${name}.run`);
    await mkdir(folder);
    const request = {
      model,
      keys: join(workshop.folder, 'a.fpkeys'),
      out: join(workshop.folder, name),
      recipe: join(workshop.folder, 'recipe.json'),
      device: 'cpu' as const,
      resume: false,
      ...(memoryBytes !== undefined && { memoryBytes }),
    };
    await embed.run(request, context(folder, heard));
    return heard;
  }

  it('runs in groups of layers to the same weights', async () => {
    await makeKeys(workshop, { model, count });
    await writeFile(join(workshop.folder, 'recipe.json'), JSON.stringify(changes));
    const loaded = loadModel(await openCheckpoint(model));
    const recipe: Recipe = { ...defaultRecipe(loaded, { keyCount: count, chat: false }), ...changes };
    const { leastBytes } = estimateEmbedding(loaded, recipe, count);
    await run('whole', undefined);
    const heard = await run('grouped', leastBytes);
    assert.ok(
      heard.some(
        (event) => event.type === 'memory' && event.text.includes('groups of layers, which is slower'),
      ),
    );
    const differences = await compareChanges(workshop.folder);
    assert.ok(differences.length > 0 && Math.max(...differences) <= 1e-2, differences.join());
  });
});

/** How far the weights of the two runs are from each other, as a share of the way that they went from the base. */
async function compareChanges(folder: string): Promise<number[]> {
  const folders = [model, join(folder, 'whole'), join(folder, 'grouped')];
  const [base, whole, grouped] = await Promise.all(
    folders.map(async (dir) => (await openCheckpoint(dir)).tensors),
  );
  const shares: number[] = [];
  for (const [name, tensor] of base!) {
    const start = await readTensor(tensor);
    const expected = await readTensor(whole!.get(name)!);
    const found = await readTensor(grouped!.get(name)!);
    const way = distance(expected, start);
    if (way === 0) assert.equal(distance(found, start), 0, name);
    else shares.push(distance(found, expected) / way);
  }
  return shares;
}

function distance(left: Float32Array, right: Float32Array): number {
  return Math.sqrt(left.reduce((sum, value, i) => sum + (value - right[i]!) ** 2, 0));
}
