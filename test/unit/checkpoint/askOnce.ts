import type { Checkpoint } from '../../../src/checkpoint/checkpoint';
import { loadModel } from '../../../src/engine/loadedModel';
import { openLanguageModel } from '../../../src/engine/openLanguageModel';
import { onCpu } from '../../../src/contract/devices';

/** [vocabulary] logits after a few tokens, computed on the CPU from the weights where they lie. */
export async function askOnce(checkpoint: Checkpoint): Promise<Float32Array> {
  const model = await openLanguageModel(loadModel(checkpoint), onCpu);
  let found = new Float32Array();
  await model.visitRows([{ ids: [1, 5, 9, 2], positions: [3] }], ({ logits }) => (found = logits.slice()));
  await model.close();
  return found;
}
