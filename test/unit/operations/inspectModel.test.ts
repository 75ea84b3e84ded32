import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { inspect } from '../../../src/operations/inspect';
import { inspectModel } from '../../../src/operations/inspectModel';
import { context, copyModel, openWorkshop, sampleModel, type Workshop } from './workshop';

describe('inspecting a model in a child process', () => {
  let workshop: Workshop;
  before(async () => void (workshop = await openWorkshop()));
  after(() => workshop.remove());

  it('reports digest, values, tokenizer and devices in a form that a journal can hold', async () => {
    const found = await inspectModel.run({ model: sampleModel }, context(workshop.folder));
    assert.deepEqual(inspectModel.declaration.result.parse(JSON.parse(JSON.stringify(found))), found);
    assert.equal(found.digest, (await inspect({ model: sampleModel })).digest);
    assert.deepEqual(found.tokenizer, { isGood: true, count: 2048 });
    assert.equal(found.values.isGood, true);
    const cpu = found.devices.find(({ device }) => device === 'cpu');
    assert.equal(cpu?.fault, undefined);
    assert.equal(found.devices.filter(({ isChosen }) => isChosen).length, 1);
  });

  it('tells the oddities that do not prevent use, those of the tokenizer too', async () => {
    const { warnings, tokenizer } = await inspectModel.run(
      { model: 'test/fixtures/cases/token-beyond-embedding/model' },
      context(workshop.folder),
    );
    assert.deepEqual(tokenizer, { isGood: true, count: 392 });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /a token for which the model has no embedding/);
  });

  it('reports what is wrong with the weights and continues', async () => {
    const model = await copyModel(workshop, 'damaged', { file: 'model.safetensors', edit: endWithNaN });
    const found = await inspectModel.run({ model }, context(workshop.folder));
    assert.equal(found.values.isGood, false);
    assert.equal(found.tokenizer.isGood, true);
    assert.match(found.digest, /^[0-9a-f]{64}$/);
  });

  it('refuses a folder whose headers cannot be used', async () => {
    const model = await copyModel(workshop, 'cut', {
      file: 'config.json',
      edit: (bytes) => bytes.subarray(0, 99),
    });
    await assert.rejects(inspectModel.run({ model }, context(workshop.folder)), { reason: 'broken-json' });
  });
});

function endWithNaN(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeFloatLE(NaN, copy.length - 4);
  return copy;
}
