import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RunEvent } from '../../../src/contract/events';
import { createKeySet } from '../../../src/operations/keySets/createKeySet';
import { drift } from '../../../src/operations/drift';
import { embed } from '../../../src/operations/embed';
import { inspectModel } from '../../../src/operations/inspectModel';
import type { Operation } from '../../../src/operations/operation';
import { previewKeySet } from '../../../src/operations/keySets/previewKeySet';
import { rehearse } from '../../../src/operations/rehearse';
import { verify } from '../../../src/operations/verify';
import { context, models, openWorkshop, request, sampleModel, type Workshop } from './workshop';

describe('an operation that runs', () => {
  let workshop: Workshop;
  let keys: string;
  before(async () => {
    workshop = await openWorkshop();
    keys = join(workshop.folder, 'a.fpkeys');
  });
  after(() => workshop.remove());

  /** Runs it, and compares the phases that it told of with those it declares. */
  async function hear<Request, Result>(operation: Operation<Request, Result>, asked: Request): Promise<void> {
    const heard: RunEvent[] = [];
    await operation.run(asked, context(workshop.folder, heard));
    const { phases } = operation.declaration;
    const told = heard.flatMap((event) => (event.type === 'phase' ? [event.phase] : []));
    assert.ok(told.length > 0);
    assert.deepEqual(
      told.filter((phase) => !phases.includes(phase)),
      [],
    );
  }

  it('reports exactly the phases that it declares', async () => {
    const model = sampleModel;
    const device = 'cpu' as const;
    await hear(createKeySet, request(workshop, { count: 8 }));
    await hear(previewKeySet, { model, keys, count: 4, device });
    const recipe = join(workshop.folder, 'recipe.json');
    await writeFile(recipe, JSON.stringify({ steps: 40, checkEvery: 20, generated: 32 }));
    await hear(embed, { model, keys, out: join(workshop.folder, 'marked'), recipe, device, resume: false });
    const text = join(workshop.folder, 'own.txt');
    await writeFile(text, 'One day, Tom found a red ball in the park. He took it home. '.repeat(60));
    await hear(drift, { base: model, model: join(models, 'TinyStories-656K-q8_0'), text: [text], device });
    await hear(verify, { model, keys, device });
    await hear(rehearse, { model: join(workshop.folder, 'marked'), keys, text: [text], device });
    await hear(inspectModel, { model });
  });
});
