import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { describeCheckpoint } from '../../../src/operations/describeCheckpoint';
import { copyModel, models, openWorkshop, sampleModel, type Workshop } from './workshop';

describe('describing a checkpoint by its headers', () => {
  let workshop: Workshop;
  before(async () => void (workshop = await openWorkshop()));
  after(() => workshop.remove());

  it('gives facts and defaults without reading weights', async () => {
    const { facts, defaults } = await describeCheckpoint(sampleModel);
    assert.equal(facts.parameters, 656_000);
    assert.equal(facts.storedBytes, 4 * 656_000);
    assert.deepEqual([facts.tied, facts.chatTemplate, facts.tensorCount > 10], [true, false, true]);
    assert.equal(defaults(64).trained, 'full');
    assert.equal((await describeCheckpoint(join(models, 'chat-5M'))).defaults(64).tilt > 0, true);
  });

  it('plans what a recipe would need', async () => {
    const { defaults, plan } = await describeCheckpoint(join(models, 'chat-5M'));
    const usual = plan(defaults(64), 64);
    assert.equal(usual.trainedParameters, 3 * 3 * 256 * 688);
    const fewer = plan({ ...defaults(64), layers: [5, 5] }, 64);
    assert.equal(fewer.trainedParameters * 3, usual.trainedParameters);
    assert.ok(fewer.stepWork < usual.stepWork);
    const small = plan({ ...defaults(64), trained: 'low-rank' }, 64);
    assert.ok(small.trainedParameters < fewer.trainedParameters);
    assert.throws(() => plan({ ...defaults(64), layers: [3, 6] }, 64), { reason: 'bad-recipe' });
  });

  it('sees that the output matrix is not the embedding, and what nothing reads', async () => {
    const { facts } = await describeCheckpoint('test/fixtures/cases/tied-head-differs/model');
    assert.equal(facts.tied, false);
    assert.match(facts.warnings.join(), /"model\.embed_tokens\.weight" and "lm_head\.weight" differ/);
    const folder = await copyModel(workshop, 'cut', {
      file: 'config.json',
      edit: (bytes) => bytes.toString('utf8').replace('"num_hidden_layers": 2', '"num_hidden_layers": 1'),
    });
    const cut = await describeCheckpoint(folder);
    assert.equal(cut.facts.layers, 1);
    assert.match(cut.facts.warnings.join(), /hold 9 tensors/);
  });

  it('names pickle and key files apart from other warnings', async () => {
    const folder = await copyModel(workshop, 'untidy');
    await writeFile(join(folder, 'optimizer.pt'), '');
    await writeFile(join(folder, 'my.fpkeys'), '{}');
    const { facts } = await describeCheckpoint(folder);
    assert.deepEqual(facts.pickleFiles, ['optimizer.pt']);
    assert.deepEqual(facts.keyFiles, ['my.fpkeys']);
    assert.deepEqual(facts.warnings, []);
  });
});
