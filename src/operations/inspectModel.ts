import { phases } from '../contract/phases';
import { openCheckpoint, type Checkpoint } from '../checkpoint/checkpoint';
import { assertFinite } from '../checkpoint/weights/finite';
import { digestCheckpoint } from '../checkpoint/identity';
import { loadTokenizer } from '../checkpoint/tokenizer/tokenizer';
import type { RequestOf } from '../contract/declaration';
import {
  inspectModel as declaration,
  type Finding,
  type ModelInspection,
} from '../contract/declarations/inspectModel';
import { UserError } from '../common/errors';
import { probeDevices } from '../engine/devices/chooseDevice';
import { loadModel } from '../engine/loadedModel';
import { assertChatWorks, assertTokenizerFits } from './openModel';
import type { Operation } from './operation';

/**
 * Reads a whole checkpoint (digest, every weight, tokenizer) and tries the devices of this machine. A fault
 * in weights or tokenizer is a finding; a folder whose headers cannot be used is an error.
 */
export const inspectModel: Operation<RequestOf<typeof declaration>, ModelInspection> = {
  declaration,
  async run({ model }, context) {
    context.report({ type: 'phase', phase: phases.tryingDevices });
    const devices = await probeDevices();
    const checkpoint = await openCheckpoint(model);
    const { vocabularySize } = loadModel(checkpoint).config;
    const tokenizer = await find(() => countTokens(checkpoint, vocabularySize));
    context.report({ type: 'phase', phase: phases.readingWeights });
    const values = await find(async () => {
      await assertFinite(checkpoint, context.signal);
      return checkpoint.tensors.size;
    });
    context.report({ type: 'phase', phase: phases.computingDigest });
    const { root, files } = await digestCheckpoint(checkpoint, context.signal);
    return { digest: root, files: files.length, values, tokenizer, devices };
  },
};

async function countTokens({ dir }: Checkpoint, embeddings: number): Promise<number> {
  const tokenizer = await loadTokenizer(dir);
  assertTokenizerFits(dir, tokenizer, embeddings);
  assertChatWorks(tokenizer);
  return tokenizer.vocabularySize;
}

async function find(look: () => Promise<number>): Promise<Finding> {
  try {
    return { isGood: true, count: await look() };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { isGood: false, message: error.message, next: error.next };
  }
}
