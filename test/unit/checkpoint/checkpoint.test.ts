import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import { listFolder } from '../../../src/checkpoint/folderFiles';
import { digestCheckpoint } from '../../../src/checkpoint/identity';
import { readTokenizerConfig } from '../../../src/checkpoint/tokenizer/tokenizerConfig';
import { assertFinite } from '../../../src/checkpoint/weights/finite';
import { readTensor } from '../../../src/checkpoint/weights/tensorData';
import {
  buildSafetensors,
  chatModel,
  inFolder,
  sampleModel,
  shardedModel,
  userError,
  withCopy,
  writeTinyCheckpoint,
} from './folders';

const shardFile = 'model-00002-of-00014.safetensors';
const indexFile = 'model.safetensors.index.json';

/** Changes the weight map of a sharded checkpoint. */
async function editIndex(dir: string, edit: (map: Record<string, string>) => void): Promise<void> {
  const index = JSON.parse(await readFile(join(dir, indexFile), 'utf8')) as {
    weight_map: Record<string, string>;
  };
  edit(index.weight_map);
  await writeFile(join(dir, indexFile), JSON.stringify(index));
}

describe('a checkpoint', () => {
  it('of one file opens', async () => {
    const checkpoint = await openCheckpoint(sampleModel);
    assert.equal(checkpoint.dir, resolve(sampleModel));
    assert.equal(checkpoint.config.modelType, 'llama');
    assert.equal(checkpoint.config.raw.hidden_size, 128);
    assert.deepEqual(checkpoint.weightFiles, ['model.safetensors']);
    assert.equal(checkpoint.indexFile, undefined);
    assert.deepEqual(checkpoint.warnings, []);
    assert.equal((await readTensor(checkpoint.tensors.get('model.norm.weight')!)).length, 128);
  });

  it('of shards opens', async () => {
    const checkpoint = await openCheckpoint(shardedModel);
    assert.equal(checkpoint.weightFiles.length, 14);
    assert.equal(checkpoint.indexFile, indexFile);
    const index = JSON.parse(await readFile(join(shardedModel, indexFile), 'utf8')) as { weight_map: object };
    assert.deepEqual([...checkpoint.tensors.keys()].sort(), Object.keys(index.weight_map).sort());
  });

  it('opens when its only weight file has another name', () =>
    withCopy(sampleModel, async (dir) => {
      await rename(join(dir, 'model.safetensors'), join(dir, 'weights.safetensors'));
      assert.deepEqual((await openCheckpoint(dir)).weightFiles, ['weights.safetensors']);
      await writeFile(join(dir, 'other.safetensors'), '');
      await assert.rejects(openCheckpoint(dir), userError('ambiguous-weights'));
    }));

  it('opens through the links of a Hugging Face cache and names the real files', () =>
    inFolder(async (folder) => {
      const [blobs, snapshot] = [join(folder, 'blobs'), join(folder, 'snapshots', 'abc')];
      await mkdir(blobs);
      await mkdir(snapshot, { recursive: true });
      for (const name of (await readdir(shardedModel)).filter((name) => !name.startsWith('golden'))) {
        await writeFile(join(blobs, `${name}-blob`), await readFile(join(shardedModel, name)));
        await symlink(`../../blobs/${name}-blob`, join(snapshot, name));
      }
      const checkpoint = await openCheckpoint(snapshot);
      assert.ok(checkpoint.weightFiles.includes(shardFile));
      const paths = new Set([...checkpoint.tensors.values()].map(({ path }) => path));
      assert.ok(paths.has(join(await realpath(blobs), `${shardFile}-blob`)));
      await assertFinite(checkpoint);
    }));

  it('warns of a key file inside the folder, at any depth', () =>
    withCopy(sampleModel, async (dir) => {
      await mkdir(join(dir, 'keys'));
      await writeFile(join(dir, 'keys', 'my.fpkeys'), 'x');
      const { warnings } = await openCheckpoint(dir);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, /my\.fpkeys/);
    }));
});

describe('a path that is no checkpoint', () => {
  it('is refused: no folder, a file, an empty folder', () =>
    inFolder(async (folder) => {
      await assert.rejects(openCheckpoint(join(folder, 'none')), userError('no-such-folder', /none/));
      await assert.rejects(openCheckpoint(join(sampleModel, 'config.json')), userError('not-a-folder'));
      await assert.rejects(openCheckpoint(folder), userError('no-weights'));
    }));

  it('gets advice on conversion: pickle files, which are never opened, and GGUF', () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'config.json'), '{"model_type":"llama"}');
      await writeFile(join(folder, 'model.gguf'), 'x');
      await assert.rejects(openCheckpoint(folder), userError('gguf-only', /GGUF/, /original|convert/));
      await assert.rejects(openCheckpoint(join(folder, 'model.gguf')), userError('gguf-only'));
      await rm(join(folder, 'model.gguf'));
      for (const name of ['pytorch_model.bin', 'model.pt', 'model.pth']) {
        await writeFile(join(folder, name), 'x');
        const expected = userError('pickle-only', /run code .* never opened/, /safe_serialization/);
        await assert.rejects(openCheckpoint(folder), expected);
        await rm(join(folder, name));
      }
    }));

  it('is refused for its config: missing, broken, no object, without a family', () =>
    withCopy(sampleModel, async (dir) => {
      const path = join(dir, 'config.json');
      for (const [text, reason] of [
        ['{"model_type":', 'broken-json'],
        ['[]', 'unexpected-content'],
        ['{"hidden_size":128}', 'no-model-type'],
        ['{"model_type":3}', 'no-model-type'],
        [' '.repeat(10_000_001), 'too-large'],
        [`{"model_type":"llama","a":[${'{},'.repeat(400_000)}0]}`, 'too-large'],
        [`{"model_type":"llama","a":${'['.repeat(1000)}${']'.repeat(1000)}}`, 'too-large'],
      ] as const) {
        await writeFile(path, text);
        await assert.rejects(openCheckpoint(dir), userError(reason, /config\.json/));
      }
      await rm(path);
      await assert.rejects(openCheckpoint(dir), userError('missing-config'));
    }));

  it('is refused for its files that are none: pipes, devices, folders', () =>
    withCopy(sampleModel, async (dir) => {
      for (const name of ['config.json', 'model.safetensors']) {
        const path = join(dir, name);
        await rename(path, `${path}.away`);
        execFileSync('mkfifo', [path]);
        await assert.rejects(openCheckpoint(dir), userError('not-a-file', /named pipe/));
        await rm(path);
        await symlink('/dev/zero', path);
        await assert.rejects(openCheckpoint(dir), userError('not-a-file', /device/));
        await rm(path);
        await mkdir(path);
        await assert.rejects(openCheckpoint(dir), userError('not-a-file', /folder/));
        await rmdir(path);
        await rename(`${path}.away`, path);
      }
      execFileSync('mkfifo', [join(dir, 'chat_template.jinja')]);
      await assert.rejects(readTokenizerConfig(dir), userError('not-a-file', /chat_template\.jinja/));
      await assert.rejects(digestCheckpoint(await openCheckpoint(dir)), userError('not-a-file'));
    }));

  it('opens in a folder of any depth, but such a folder is not listed for a copy', () =>
    withCopy(sampleModel, async (dir) => {
      await mkdir(join(dir, ...Array<string>(40).fill('d')), { recursive: true });
      const { warnings } = await openCheckpoint(dir);
      assert.match(warnings.join(), /so many files that not all were searched for key files/);
      await assert.rejects(listFolder(dir), userError('too-large', /more than 32 levels/));
    }));

  it('is refused for its shards: missing, truncated, oversized', () =>
    withCopy(shardedModel, async (dir) => {
      const path = join(dir, shardFile);
      const bytes = await readFile(path);
      await truncate(path, bytes.length - 1);
      await assert.rejects(openCheckpoint(dir), userError('truncated-file', /00002-of-00014/));
      await writeFile(path, Buffer.concat([bytes, Buffer.alloc(1)]));
      await assert.rejects(openCheckpoint(dir), userError('oversized-file', /00002-of-00014/));
      await rm(path);
      await assert.rejects(openCheckpoint(dir), userError('missing-shard', /00002-of-00014/));
    }));

  it('is refused when index and shards disagree, either way', async () => {
    await withCopy(shardedModel, async (dir) => {
      await editIndex(dir, (map) => (map.more = shardFile));
      await assert.rejects(openCheckpoint(dir), userError('index-mismatch', /"more".*does not contain/));
      await editIndex(dir, (map) => {
        delete map.more;
        delete map['model.norm.weight'];
      });
      await assert.rejects(
        openCheckpoint(dir),
        userError('index-mismatch', /does not name.*"model\.norm\.weight"/),
      );
    });
    await withCopy(shardedModel, async (dir) => {
      await editIndex(dir, (map) => (map['model.norm.weight'] = shardFile));
      await assert.rejects(openCheckpoint(dir), userError('index-mismatch', /"model\.norm\.weight"/));
      await rm(join(dir, indexFile));
      await rm(join(dir, 'golden.safetensors'));
      await assert.rejects(openCheckpoint(dir), userError('missing-index'));
      await writeFile(join(dir, indexFile), '{"weight_map":{}}');
      await assert.rejects(openCheckpoint(dir), userError('no-weights'));
      await writeFile(join(dir, indexFile), '{');
      await assert.rejects(openCheckpoint(dir), userError('broken-json'));
    });
  });

  it('is refused when a shard is named outside the folder', () =>
    withCopy(shardedModel, async (dir) => {
      for (const name of [
        '../x.safetensors',
        '/etc/x.safetensors',
        'a/../../x.safetensors',
        'a\\x.safetensors',
        'C:x.safetensors',
        'passwd',
      ]) {
        await editIndex(dir, (map) => (map['model.norm.weight'] = name));
        await assert.rejects(openCheckpoint(dir), userError('unsafe-shard-name'));
      }
    }));

  it('may hold causal masks of flags, as old versions of transformers saved them', () =>
    inFolder(async (folder) => {
      const write = async (shape: readonly number[]) => {
        const header = { 'layers.0.attention.bias': { dtype: 'U8', shape, data_offsets: [0, 16] } };
        await writeFile(join(folder, 'model.safetensors'), buildSafetensors(header, new Uint8Array(16)));
        await writeFile(join(folder, 'config.json'), JSON.stringify({ model_type: 'gpt_neox' }));
      };
      await write([1, 1, 4, 4]);
      assert.equal((await openCheckpoint(folder)).tensors.size, 1);
      await write([4, 4]);
      await assert.rejects(openCheckpoint(folder), userError('unsupported-dtype', /U8;/));
    }));

  it('is refused for types that are not trained: integers and FP8, with the method of quantisation', () =>
    inFolder(async (folder) => {
      const writeModel = async (dtype: string, config: object) => {
        const header = { w: { dtype, shape: [8], data_offsets: [0, dtype === 'I32' ? 32 : 8] } };
        const data = new Uint8Array(dtype === 'I32' ? 32 : 8);
        await writeFile(join(folder, 'model.safetensors'), buildSafetensors(header, data));
        await writeFile(join(folder, 'config.json'), JSON.stringify({ model_type: 'llama', ...config }));
      };
      await writeModel('F8_E4M3', {});
      await assert.rejects(openCheckpoint(folder), userError('unsupported-dtype', /F8_E4M3;/));
      await writeModel('I32', { quantization_config: { quant_method: 'gptq', bits: 4 } });
      await assert.rejects(openCheckpoint(folder), userError('unsupported-dtype', /I32.*"gptq"/));
    }));
});

describe('weights', () => {
  it('pass when all are finite, in all three types', async () => {
    for (const dir of [sampleModel, chatModel, 'test/fixtures/models/TinyStories-656K-q8_0', shardedModel])
      await assertFinite(await openCheckpoint(dir));
  });

  it('are refused for one that is infinite or not a number, by the name of its tensor', async () => {
    await inFolder(async (folder) => {
      for (const bad of [NaN, Infinity, -Infinity]) {
        await writeTinyCheckpoint(folder, [1, 3.4e38, bad]);
        await assert.rejects(assertFinite(await openCheckpoint(folder)), userError('not-finite', /"w"/));
      }
    });
    for (const [from, pattern] of [
      [chatModel, 0xff80],
      ['test/fixtures/models/TinyStories-656K-q8_0', 0x7e01],
    ] as const)
      await withCopy(from, async (dir) => {
        const path = join(dir, 'model.safetensors');
        const bytes = await readFile(path);
        bytes.writeUInt16LE(pattern, bytes.length - 2);
        await writeFile(path, bytes);
        await assert.rejects(
          assertFinite(await openCheckpoint(dir)),
          userError('not-finite', /norm\.weight/),
        );
      });
  });

  it('are checked to the last of an odd number of 16-bit values, and none is refused for its size', () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'config.json'), '{"model_type":"llama"}');
      for (const [dtype, largest, infinite] of [
        ['BF16', 0xff7f, 0x7f80],
        ['F16', 0xfbff, 0xfc00],
      ] as const)
        for (let at = 0; at < 3; at++) {
          const values = new Uint16Array(3).fill(largest);
          const header = { w: { dtype, shape: [3], data_offsets: [0, 6] } };
          const write = () =>
            writeFile(
              join(folder, 'model.safetensors'),
              buildSafetensors(header, new Uint8Array(values.buffer)),
            );
          await write();
          await assertFinite(await openCheckpoint(folder));
          values[at] = infinite;
          await write();
          await assert.rejects(assertFinite(await openCheckpoint(folder)), userError('not-finite'));
        }
    }));

  it('stop being read when the work is cancelled', async () => {
    const checkpoint = await openCheckpoint(sampleModel);
    await assert.rejects(assertFinite(checkpoint, AbortSignal.abort()), { name: 'Cancelled' });
  });
});
