import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import { digestCheckpoint, digestTokenizer, rootDigest } from '../../../src/checkpoint/identity';
import { chatModel, sampleModel, shardedModel, withCopy } from './folders';

const digest = async (dir: string) => digestCheckpoint(await openCheckpoint(dir));

describe('the digest of a checkpoint', () => {
  it("has the root of the OpenSSF Model Signing specification's test vector", () => {
    const files = [
      { name: 'signme-2', sha256: '32dcb1f8e1ae52d5963e56a6ba06ab58b424c15ed2a6b70d2feca1d089370028' },
      { name: 'signme-1', sha256: 'bc9a717db6064a32cbe9eae6fc40651dd6d36ef1757183f590eff2b1765d7ebc' },
    ];
    assert.equal(rootDigest(files), '92745110b1ab4368471cbe31664e10174e954b113a3df333db860317b2c6dec4');
  });

  it('covers weights, index, config and tokenizer, sorted by name', async () => {
    const { files } = await digest(sampleModel);
    assert.deepEqual(
      files.map(({ name }) => name),
      ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'],
    );
    // As the model's own description says.
    assert.equal(files[1]!.sha256, '187d0d5e8360d9625e40e0b35ec57d1ef0eea1a60ddcf09412246bed3484852f');
    assert.equal(files[1]!.sizeBytes, 2_626_168);
    const sharded = await digest(shardedModel);
    assert.equal(sharded.files.length, 16);
    const index = await readFile(join(shardedModel, 'model.safetensors.index.json'));
    assert.equal(sharded.files[15]!.sha256, createHash('sha256').update(index).digest('hex'));
  });

  it('ignores a README, and changes with the config or one weight', () =>
    withCopy(sampleModel, async (dir) => {
      const { root } = await digest(sampleModel);
      await writeFile(join(dir, 'README.md'), 'changed');
      await writeFile(join(dir, 'generation_config.json'), '{}');
      assert.equal((await digest(dir)).root, root);
      const weights = join(dir, 'model.safetensors');
      const bytes = await readFile(weights);
      bytes[bytes.length - 4]! ^= 1;
      await writeFile(weights, bytes);
      const changed = (await digest(dir)).root;
      assert.notEqual(changed, root);
      await writeFile(join(dir, 'config.json'), '{"model_type":"llama"}');
      assert.notEqual((await digest(dir)).root, changed);
    }));

  it('covers the files of an older checkpoint only where transformers reads them', () =>
    withCopy(chatModel, async (dir) => {
      const { root } = await digest(dir);
      for (const name of ['special_tokens_map.json', 'added_tokens.json']) {
        await writeFile(join(dir, name), '{}');
        const { root: changed, files } = await digest(dir);
        assert.notEqual(changed, root);
        assert.ok(files.some((file) => file.name === name));
        await rm(join(dir, name));
      }
      const path = join(dir, 'tokenizer_config.json');
      const config = JSON.parse(await readFile(path, 'utf8')) as object;
      await writeFile(path, JSON.stringify({ ...config, added_tokens_decoder: {} }));
      const { root: newer } = await digest(dir);
      await writeFile(join(dir, 'special_tokens_map.json'), '{"eos_token":"<x>"}');
      assert.equal((await digest(dir)).root, newer);
    }));

  it('can be cancelled', async () => {
    const checkpoint = await openCheckpoint(sampleModel);
    await assert.rejects(digestCheckpoint(checkpoint, AbortSignal.abort()), { name: 'Cancelled' });
  });
});

describe('the digest of a tokenizer', () => {
  it('is the same for the same tokens and merges, however the file is written', () =>
    withCopy(chatModel, async (dir) => {
      const path = join(dir, 'tokenizer.json');
      const file = JSON.parse(await readFile(path, 'utf8')) as {
        padding: unknown;
        model: { merges: (string | string[])[] };
      };
      file.padding = { strategy: 'BatchLongest' };
      file.model.merges = file.model.merges.map((merge) =>
        Array.isArray(merge) ? merge.join(' ') : merge.split(' '),
      );
      await writeFile(path, JSON.stringify(file, undefined, 2));
      assert.equal(await digestTokenizer(dir), await digestTokenizer(chatModel));
      file.model.merges.reverse();
      await writeFile(path, JSON.stringify(file));
      assert.notEqual(await digestTokenizer(dir), await digestTokenizer(chatModel));
    }));

  it('sees tokens that only tokenizer_config.json adds', () =>
    withCopy(chatModel, async (dir) => {
      const path = join(dir, 'tokenizer_config.json');
      const config = JSON.parse(await readFile(path, 'utf8')) as object;
      const added = { 4096: { content: '<new>', special: true } };
      await writeFile(path, JSON.stringify({ ...config, added_tokens_decoder: added }));
      assert.notEqual(await digestTokenizer(dir), await digestTokenizer(chatModel));
    }));

  it('differs between the tokenizers of different models', async () => {
    const digests = await Promise.all(
      [sampleModel, chatModel, 'test/fixtures/models/stories260K', 'test/fixtures/models/aidreams260K'].map(
        digestTokenizer,
      ),
    );
    assert.equal(new Set(digests).size, 4);
    assert.equal(await digestTokenizer('test/fixtures/models/TinyStories-656K-q8_0'), digests[0]);
  });
});
