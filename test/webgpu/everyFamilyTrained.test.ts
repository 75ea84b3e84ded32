import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkLogitsLossAndGradients, listGoldenFolders } from '../parity/compare';
import { bounds, leastFolders, root } from './golden';

const folders = listGoldenFolders(root);

describe('logits, loss and every gradient on WebGPU agree with Hugging Face transformers', () => {
  it('for every architecture', () => assert.ok(folders.length >= leastFolders, folders.join()));

  for (const name of folders) it(name, () => checkLogitsLossAndGradients(join(root, name), 'webgpu', bounds));
});
