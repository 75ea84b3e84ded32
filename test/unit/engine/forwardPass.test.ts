import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import { deriveKey, RandomStream } from '../../../src/common/random';
import { batchBytes } from '../../../src/engine/batches';
import { openForwardPass } from '../../../src/engine/forwardPass';
import { heaviestPart } from '../../../src/engine/layerGroups';
import type { LanguageModel } from '../../../src/engine/languageModel';
import { loadModel, type LoadedModel } from '../../../src/engine/loadedModel';
import { languageModelOver } from '../../../src/engine/openLanguageModel';
import { onCpu, type Placement } from '../../../src/contract/devices';

/** Stored in 16 bits, so that weights take memory; tied and not, with windows, with fused matrices. */
const folders = ['qwen2', 'gemma3', 'phi3', 'mistral-swa'];

const prompts = [
  [1, 5, 9, 2, 7, 3, 11],
  [1, 8, 4],
  [1, 6, 6, 12, 3],
];

interface Answers {
  readonly isGrouped: boolean;
  readonly logits: Map<string, Float32Array>;
  readonly continued: number[][];
  readonly samples: number[][];
}

async function ask(model: LoadedModel, placement: Placement): Promise<Answers> {
  const pass = await openForwardPass(model, placement);
  const languageModel: LanguageModel = languageModelOver(model, pass);
  try {
    const logits = new Map<string, Float32Array>();
    await languageModel.visitRows(
      prompts.map((ids) => ({ ids, positions: [1, ids.length - 1] })),
      (row) => logits.set(`${row.sequence}/${row.position}`, row.logits.slice()),
    );
    const continued = await languageModel.continueGreedily(prompts, 4, []);
    const random = new RandomStream(deriveKey(new Uint8Array(32), 'samples'));
    const options = { prompt: [1, 5], count: 3, maxTokens: 4, temperature: 1, stopIds: [], random };
    const samples = (await languageModel.sample(options)).map(({ ids }) => ids);
    return { isGrouped: pass.isGrouped, logits, continued, samples };
  } finally {
    await languageModel.close();
  }
}

describe('a model whose layers run in groups', () => {
  for (const name of folders)
    it(`gives the same answers as all layers at once: ${name}`, async () => {
      const model = loadModel(await openCheckpoint(`test/fixtures/architectures/${name}`));
      const memoryBytes = batchBytes(model.parameters) + heaviestPart(model, onCpu);
      const whole = await ask(model, onCpu);
      const grouped = await ask(model, { ...onCpu, memoryBytes });
      assert.deepEqual([whole.isGrouped, grouped.isGrouped], [false, true]);
      assert.deepEqual(grouped.continued, whole.continued);
      assert.deepEqual(grouped.samples, whole.samples);
      for (const [place, expected] of whole.logits) {
        const found = grouped.logits.get(place)!;
        const worst = Math.max(...expected.map((value, i) => Math.abs(value - found[i]!)));
        assert.ok(worst <= 1e-5, `${place}: ${worst}`);
      }
    });

  it('gives the same answers in half precision up to float16 rounding', async () => {
    const model = loadModel(await openCheckpoint('test/fixtures/models/chat-5M'));
    const single = await ask(model, onCpu);
    const half = await ask(model, { ...onCpu, precision: 'half' });
    for (const [place, expected] of single.logits) {
      const largest = Math.max(...expected.map(Math.abs));
      const worst = Math.max(...expected.map((value, i) => Math.abs(value - half.logits.get(place)![i]!)));
      assert.ok(worst <= 0.01 * largest, `${place}: ${worst} of ${largest}`);
    }
  });
});
