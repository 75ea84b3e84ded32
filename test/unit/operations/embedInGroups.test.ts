import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import type { Progress } from '../../../src/common/progress';
import { estimateEmbedding } from '../../../src/embed/memoryEstimate';
import { defaultRecipe, type Recipe } from '../../../src/embed/recipe';
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

  async function run(name: string, memoryBytes: number | undefined): Promise<Progress[]> {
    const heard: Progress[] = [];
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

  it('runs in groups of layers and gives the same bytes', async () => {
    await makeKeys(workshop, { model, count });
    await writeFile(join(workshop.folder, 'recipe.json'), JSON.stringify(changes));
    const loaded = loadModel(await openCheckpoint(model));
    const recipe: Recipe = { ...defaultRecipe(loaded.config, { keyCount: count, chat: false }), ...changes };
    const { leastBytes } = estimateEmbedding(loaded, recipe, count);
    await run('whole', undefined);
    const heard = await run('grouped', leastBytes);
    assert.ok(
      heard.some(({ note }) => note !== undefined && note.includes('groups of layers, which is slower')),
    );
    const [whole, grouped] = await Promise.all(
      ['whole', 'grouped'].map((name) => readFile(join(workshop.folder, name, 'model.safetensors'))),
    );
    assert.ok(whole!.equals(grouped!));
  });
});
