import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readEndIds } from '../../../../src/checkpoint/tokenizer/endIds';
import { inFolder } from '../folders';

describe('the end tokens that configs name', () => {
  it('are none where no config names one, and come from either file', () =>
    inFolder(async (dir) => {
      const config = join(dir, 'config.json');
      await writeFile(config, '{"model_type":"llama"}');
      assert.deepEqual(await readEndIds(dir), { ids: [], warnings: [] });
      await writeFile(config, '{"model_type":"llama","eos_token_id":2}');
      await writeFile(join(dir, 'generation_config.json'), '{"eos_token_id":[3,2]}');
      assert.deepEqual((await readEndIds(dir)).ids, [3, 2]);
      await writeFile(join(dir, 'generation_config.json'), '{"max_length":20}');
      assert.deepEqual(await readEndIds(dir), { ids: [2], warnings: [] });
    }));
});
