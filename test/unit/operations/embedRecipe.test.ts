import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Recipe } from '../../../src/contract/recipe';
import { embed, type EmbedRequest } from '../../../src/operations/embed';
import { readEmbedRun } from '../../../src/vscode/runs/embedRun';
import { context, makeKeys, openWorkshop, sampleModel, type Workshop } from './workshop';

/** So short that nothing is learned. */
const changes = { steps: 1, warmupSteps: 0, generated: 4, benignTokens: 16, benignBatch: 2, checkEvery: 1 };

describe('the recipe of an embedding', () => {
  let workshop: Workshop;
  let asked: EmbedRequest;
  before(async () => {
    workshop = await openWorkshop();
    const { out: keys } = await makeKeys(workshop);
    const out = join(workshop.folder, 'marked');
    asked = { model: sampleModel, keys, out, device: 'cpu', resume: false };
  });
  after(() => workshop.remove());

  async function readUsed(
    recipe: EmbedRequest['recipe'],
    more: Pick<EmbedRequest, 'preset' | 'driftBudget'> = {},
  ): Promise<Recipe> {
    const ended = embed.run({ ...asked, ...more, recipe }, context(workshop.folder));
    await assert.rejects(ended, { reason: 'keys-not-learned' });
    return JSON.parse(await readFile(join(workshop.folder, 'recipe.json'), 'utf8')) as Recipe;
  }

  it('is the same whether its values come in a file or in the request', async () => {
    const file = join(workshop.folder, 'changes.json');
    await writeFile(file, JSON.stringify(changes));
    const used = await readUsed(file);
    assert.deepEqual({ ...used, ...changes }, used);
    assert.deepEqual(await readUsed(changes), used);
  });

  it('is a preset of the defaults, whose budget can be another, and a recipe that names a value keeps it', async () => {
    const plain = await readUsed(changes);
    const gentle = await readUsed(changes, { preset: 'gentle' });
    assert.ok(gentle.margin < plain.margin && gentle.driftBudget === plain.driftBudget / 2);
    assert.equal(gentle.steps, 1);
    const both = await readUsed({ ...changes, margin: 2 }, { preset: 'gentle', driftBudget: 0.04 });
    assert.deepEqual([both.margin, both.driftBudget], [2, 0.04]);
    assert.equal(both.divergenceWeight, gentle.divergenceWeight);
  });

  it('does not name another drift budget than the request', async () => {
    const recipe = { ...changes, driftBudget: 0.1 };
    await assert.rejects(
      embed.run({ ...asked, recipe, driftBudget: 0.04 }, context(workshop.folder)),
      /drift budget of 0\.1, and 0\.04 was given/,
    );
  });

  it('is refused where it cannot train the kinds of the keys', async () => {
    const { out: keys } = await makeKeys(workshop, { soft: 4, out: join(workshop.folder, 'soft.fpkeys') });
    const start = (more: Partial<Recipe>): Promise<unknown> =>
      embed.run({ ...asked, keys, recipe: { ...changes, ...more } }, context(workshop.folder));
    await assert.rejects(start({ keyLoss: 'cross-entropy' }), /cannot train soft and quiet keys/);
    await assert.rejects(
      start({ softMargin: 2, softCeiling: 2 }),
      /The ceiling of soft keys has to be above/,
    );
    const many = { soft: 10, quiet: 7, out: join(workshop.folder, 'many.fpkeys') };
    await assert.rejects(makeKeys(workshop, many), /are more than the 16 keys of the set/);
  });

  it('in the request is checked like one in a file, and the panel reads the run either way', () => {
    assert.equal(embed.declaration.request.safeParse({ ...asked, recipe: changes }).success, true);
    assert.equal(embed.declaration.request.safeParse({ ...asked, recipe: { steps: 0 } }).success, false);
    assert.equal(embed.declaration.request.safeParse({ ...asked, recipe: { tempo: 1 } }).success, false);
    const job = { version: 1 as const, operation: 'embed', createdAt: '2026-11-25T00:00:00Z' };
    for (const recipe of [changes, 'file.json'])
      assert.equal(
        readEmbedRun({ job: { ...job, request: { ...asked, recipe } }, folder: `${asked.out}.run` })?.out,
        asked.out,
      );
  });
});
