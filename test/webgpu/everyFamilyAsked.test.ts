import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkAsking, listGoldenFolders } from '../parity/compare';
import { bounds, leastFolders, root } from './golden';

const folders = listGoldenFolders(root);

describe('padded batches and greedy text on WebGPU agree with Hugging Face transformers', () => {
  it('for every architecture', () => assert.ok(folders.length >= leastFolders, folders.join()));

  for (const name of folders) it(name, () => checkAsking(join(root, name), 'webgpu', bounds));
});
