import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { inspect } from '../../../src/operations/inspect';
import { copyModel, models, openWorkshop, sampleModel, type Workshop } from './workshop';

describe('inspecting a checkpoint', () => {
  let workshop: Workshop;
  before(async () => void (workshop = await openWorkshop()));
  after(() => workshop.remove());

  it('describes the sample model', async () => {
    const found = await inspect({ model: sampleModel });
    assert.equal(found.family, 'llama');
    assert.equal(found.parameters, 656_000);
    assert.deepEqual(found.dtypes, ['F32']);
    assert.deepEqual(
      [found.layers, found.hiddenSize, found.vocabulary, found.maxLength],
      [2, 128, 2048, 512],
    );
    assert.equal(found.chatTemplate, false);
    assert.deepEqual(found.tokenizer, { vocabulary: 2048, beginIds: [1], endIds: [2] });
    // Its file holds float32 values, which are mapped.
    assert.equal(found.estimate.weightBytes, 0);
    // A model of two layers is trained whole, each value five times in float32.
    assert.equal(found.estimate.trainedBytes, 656_000 * 20);
    assert.match(found.lines.join('\n'), /can be marked[^]*weights in their file/);
  });

  it('sees dtype and chat template of the chat model', async () => {
    const found = await inspect({ model: join(models, 'chat-5M') });
    assert.deepEqual([found.parameters, found.dtypes, found.chatTemplate], [5_401_856, ['BF16'], true]);
    // The MLPs of the upper three layers: three matrices of 256 × 688 each, and 256 directions of their inputs.
    assert.equal(found.estimate.trainedBytes, 3 * (3 * 256 * 688 * 20 + 256 * (256 + 256 + 688) * 4));
    assert.equal(found.estimate.weightBytes, 4 * 5_401_856);
  });

  it('says that config and weights agree only where they do', async () => {
    const good = await inspect({ model: sampleModel });
    assert.match(good.lines.join('\n'), /config, weights and tokenizer agree/);
    const folder = await copyModel(workshop, 'cut', {
      file: 'config.json',
      edit: (bytes) => replace(bytes, '"num_hidden_layers": 2', '"num_hidden_layers": 1'),
    });
    const { lines, warnings } = await inspect({ model: folder });
    assert.match(lines.join('\n'), /can be marked.*do not agree in every point, see below/);
    assert.match(warnings.join(), /hold 9 tensors/);
    assert.ok(lines.includes(warnings[0]!));
  });

  it('warns of a key file in the folder', async () => {
    const folder = await copyModel(workshop, 'careless');
    await writeFile(join(folder, 'my.fpkeys'), '{}');
    const { warnings, lines } = await inspect({ model: folder });
    assert.equal(warnings.length, 1);
    assert.ok(lines.includes(warnings[0]!));
  });

  const faults: [string, string, string, (bytes: Buffer) => Buffer | string][] = [
    ['a weight that is not a number', 'not-finite', 'model.safetensors', endWithNaN],
    ['another family', 'unsupported-family', 'config.json', (bytes) => replace(bytes, '"llama"', '"mamba"')],
    ['broken JSON', 'broken-json', 'config.json', (bytes) => bytes.subarray(0, 100)],
    ['a config that disagrees', 'config-mismatch', 'config.json', (bytes) => replace(bytes, '384', '385')],
    [
      'weights cut short',
      'truncated-file',
      'model.safetensors',
      (bytes) => bytes.subarray(0, bytes.length - 4),
    ],
  ];
  for (const [what, reason, file, edit] of faults)
    it(`refuses ${what}`, async () => {
      const folder = await copyModel(workshop, reason, { file, edit });
      await assert.rejects(inspect({ model: folder }), { reason });
    });
});

function endWithNaN(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeFloatLE(NaN, copy.length - 4);
  return copy;
}

function replace(bytes: Buffer, text: string, other: string): string {
  return bytes.toString('utf8').replace(text, other);
}
