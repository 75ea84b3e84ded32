import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findArchitecture } from '../../../src/architectures/families';
import { openCheckpoint, type Checkpoint } from '../../../src/checkpoint/checkpoint';
import { assertFinite } from '../../../src/checkpoint/weights/finite';
import { digestCheckpoint } from '../../../src/checkpoint/identity';
import { readTensor } from '../../../src/checkpoint/weights/tensorData';
import { findWeights } from '../../../src/checkpoint/weights/weightFiles';
import { writeCheckpoint } from '../../../src/checkpoint/writer';
import { RandomStream } from '../../../src/common/random';
import { listParameters } from '../../../src/engine/parameters';
import { buildSafetensors, inFolder, userError } from './folders';
import { askOnce } from './askOnce';
import { writeLaidOut, type LaidOut } from './laidOut';

const indexFile = 'model.safetensors.index.json';
const shardCount = 300;

/** 33 layers of nine parameters, and three besides: one for every shard. */
const config = {
  model_type: 'llama',
  hidden_act: 'silu',
  hidden_size: 8,
  intermediate_size: 8,
  num_hidden_layers: 33,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  head_dim: 4,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  vocab_size: 16,
  tie_word_embeddings: false,
};

let folder: string;
let single: Checkpoint;
let sharded: Checkpoint;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkpoint-test-'));
  const tensors = makeTensors();
  assert.equal(tensors.length, shardCount);
  single = await write('single', [['model.safetensors', tensors]]);
  sharded = await write(
    'sharded',
    tensors.map((tensor, i) => [nameShard(i), [tensor]]),
  );
});
after(() => rm(folder, { recursive: true, force: true }));

describe('a checkpoint of 300 shards', () => {
  it('opens, is finite, and gives the logits that one file gives', async () => {
    assert.equal(sharded.weightFiles.length, shardCount);
    await assertFinite(sharded);
    const [expected, found] = [await askOnce(single), await askOnce(sharded)];
    assert.ok(new Set(expected).size > 1 && expected.every(Number.isFinite));
    assert.deepEqual(found, expected);
  });

  it('is copied with one tensor changed: one shard differs, and with it the digest', async () => {
    const name = 'model.layers.20.mlp.up_proj.weight';
    const tensor = sharded.tensors.get(name)!;
    const values = (await readTensor(tensor)).map((value) => value + 1);
    const out = join(folder, 'marked');
    await writeCheckpoint({
      source: sharded,
      out,
      changed: new Map([[tensor, () => Promise.resolve(values)]]),
    });
    const marked = await openCheckpoint(out);
    assert.deepEqual(await readTensor(marked.tensors.get(name)!), values);
    const [before, after] = [await digestCheckpoint(sharded), await digestCheckpoint(marked)];
    assert.equal(before.files.length, shardCount + 2);
    const changed = before.files.filter(({ sha256 }, i) => sha256 !== after.files[i]!.sha256);
    assert.deepEqual(
      changed.map((file) => join(sharded.dir, file.name)),
      [sharded.tensors.get(name)!.path],
    );
    assert.notEqual(after.root, before.root);
  });

  it('is refused by the name of the shard that is missing, cut short or damaged', async () => {
    const shard = join(sharded.dir, nameShard(137));
    const whole = await readFile(shard);
    const named = new RegExp(nameShard(137).replaceAll('.', '\\.'));
    await truncate(shard, whole.length - 1);
    await assert.rejects(openCheckpoint(sharded.dir), userError('truncated-file', named));
    await writeFile(shard, Buffer.concat([whole.subarray(0, 8), Buffer.alloc(whole.length - 8)]));
    await assert.rejects(openCheckpoint(sharded.dir), userError('broken-header', named));
    await rename(shard, `${shard}.away`);
    await assert.rejects(openCheckpoint(sharded.dir), userError('missing-shard', named));
    await rm(`${shard}.away`);
    await writeFile(shard, whole);
  });
});

describe('an index', () => {
  it('of a hundred thousand tensors in 300 shards is read', () =>
    inFolder(async (dir) => {
      const tensors = Array.from({ length: 100_000 }, (_, i) => {
        const name = `model.layers.${Math.floor(i / 800)}.mlp.experts.${i % 800}.down_proj.weight`;
        return [name, nameShard(i % shardCount)] as const;
      });
      await writeIndex(dir, tensors);
      const { files, index } = await findWeights(dir, [indexFile]);
      assert.equal(files.length, shardCount);
      assert.equal(index!.weightMap.size, tensors.length);
    }));

  it('of more than 40 MB is refused unread', () =>
    inFolder(async (dir) => {
      await writeFile(join(dir, indexFile), '');
      await truncate(join(dir, indexFile), 40_000_001);
      await assert.rejects(findWeights(dir, [indexFile]), userError('too-large', /index\.json/));
    }));

  it('of more tensors, shards or values than any model has is refused', () =>
    inFolder(async (dir) => {
      const refuse = async (index: string, message: RegExp): Promise<void> => {
        await writeFile(join(dir, indexFile), index);
        await assert.rejects(findWeights(dir, [indexFile]), userError('too-large', message));
      };
      const list = (count: number, shards: number): string => {
        const map = Array.from({ length: count }, (_, i) => `"${i}":"${i % shards}.safetensors"`);
        return `{"weight_map":{${map.join()}}}`;
      };
      await refuse(list(200_001, 10), /names 200.001 tensors; at most 200.000/);
      await refuse(list(2001, 2001), /names 2.001 shards; at most 2.000/);
      await refuse(`{"weight_map":{},"x":[${'{},'.repeat(2_000_000)}0]}`, /more than 2.000.000 values/);
    }));

  it('whose shards have enormous headers together is refused', () =>
    inFolder(async (dir) => {
      await writeFile(join(dir, 'config.json'), JSON.stringify(config));
      const names = Array.from({ length: 5 }, (_, i) => `t${i}`);
      for (const name of names) {
        const header = JSON.stringify({ [name]: { dtype: 'F32', shape: [0], data_offsets: [0, 0] } });
        const padded = header + ' '.repeat(10_000_000);
        await writeFile(join(dir, `${name}.safetensors`), buildSafetensors(padded));
      }
      await writeIndex(
        dir,
        names.map((name) => [name, `${name}.safetensors`]),
      );
      await assert.rejects(openCheckpoint(dir), userError('header-too-long', /longer than 40.0.MB together/));
    }));
});

/** Every parameter of the model, with seeded values around zero and norms around one. */
function makeTensors(): LaidOut[] {
  const architecture = findArchitecture(config.model_type, config);
  const random = new RandomStream(new Uint8Array(32).fill(11));
  return listParameters(architecture, architecture.readConfig(config)).map(({ name, shape }) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const centre = shape.length === 1 ? 1 : 0;
    const values = Float32Array.from({ length: size }, () => centre + random.nextFloat() - 0.5);
    const bytes = new Uint8Array(values.buffer);
    return { name, dtype: 'F32', shape, byteLength: bytes.length, bytes };
  });
}

async function write(name: string, files: readonly [file: string, LaidOut[]][]): Promise<Checkpoint> {
  const dir = join(folder, name);
  await mkdir(dir);
  await writeFile(join(dir, 'config.json'), JSON.stringify(config));
  for (const [file, tensors] of files) await writeLaidOut(join(dir, file), tensors);
  const weightMap = files.flatMap(([file, tensors]) => tensors.map((tensor) => [tensor.name, file] as const));
  if (files.length > 1) await writeIndex(dir, weightMap);
  return openCheckpoint(dir);
}

async function writeIndex(
  dir: string,
  weightMap: readonly (readonly [tensor: string, file: string])[],
): Promise<void> {
  const index = { metadata: {}, weight_map: Object.fromEntries<string>(weightMap) };
  await writeFile(join(dir, indexFile), JSON.stringify(index));
}

function nameShard(index: number): string {
  return `model-${String(index + 1).padStart(5, '0')}-of-00300.safetensors`;
}
