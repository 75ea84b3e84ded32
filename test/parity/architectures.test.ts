import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkAsking, checkLogitsLossAndGradients, listGoldenFolders } from './compare';

const root = process.env.FIXTURES_DIR ?? 'test/fixtures/architectures';
const folders = listGoldenFolders(root);
const bounds = { logits: 1e-3, loss: 1e-4, gradients: 1e-3 };

describe(`checkpoints under ${root} agree with Hugging Face transformers`, () => {
  it('there is at least one folder', () => assert.ok(folders.length > 0));

  for (const name of folders)
    it(name, async () => {
      await checkLogitsLossAndGradients(join(root, name), 'cpu', bounds);
      await checkAsking(join(root, name), 'cpu', bounds);
    });
});
