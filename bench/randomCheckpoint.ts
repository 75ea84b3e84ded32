// Writes a checkpoint in the shape of Llama with random weights of any size, to measure memory and speed
// without a download:
//   node scripts/run.mjs bench/randomCheckpoint.ts OUT [--tokenizer DIR] [--dtype BF16|F32] [--layers N] [--hidden N]
//     [--intermediate N] [--heads N] [--kv-heads N] [--vocabulary N] [--shard-bytes N]
// The defaults make half a billion parameters. The same arguments give the same bytes.
import { closeSync, copyFileSync, mkdirSync, openSync, readdirSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../scripts/common.mjs';
import { bytesOfValue, makePool, makeRandom, type Dtype, type Pool, type Random } from './randomWeights';

/** Sizes of the model, as its config names them. */
export interface LlamaShape {
  readonly layers: number;
  readonly hidden: number;
  readonly intermediate: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly vocabulary: number;
}

interface RandomCheckpoint {
  /** Sizes that are left out have a default. */
  readonly shape: Partial<LlamaShape>;
  readonly dtype: Dtype;
  /** The folder whose tokenizer is copied. */
  readonly tokenizer?: string;
  readonly shardBytes?: number;
}

interface Tensor {
  readonly name: string;
  readonly size: readonly number[];
  readonly byteLength: number;
}

const standardShape: LlamaShape = {
  layers: 18,
  hidden: 1536,
  intermediate: 4608,
  heads: 24,
  keyValueHeads: 8,
  vocabulary: 2048,
};

export function main(words: readonly string[]): void {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      ...{ tokenizer: text, dtype: text, layers: text, hidden: text, intermediate: text, heads: text },
      ...{ 'kv-heads': text, vocabulary: text, 'shard-bytes': text },
    },
  });
  const [out] = positionals;
  const { dtype = 'BF16', tokenizer } = values;
  const number = (word: string | undefined, standard: number): number => Number(word ?? standard);
  const shape = {
    layers: number(values.layers, standardShape.layers),
    hidden: number(values.hidden, standardShape.hidden),
    intermediate: number(values.intermediate, standardShape.intermediate),
    heads: number(values.heads, standardShape.heads),
    keyValueHeads: number(values['kv-heads'], standardShape.keyValueHeads),
    vocabulary: number(values.vocabulary, standardShape.vocabulary),
  };
  const isPossible = Object.values(shape).every((value) => Number.isInteger(value) && value > 0);
  if (!out || !isDtype(dtype) || !isPossible) {
    process.stderr.write(
      'usage: node scripts/run.mjs bench/randomCheckpoint.ts OUT [options]; see the top of the file\n',
    );
    process.exit(2);
  }
  const shards = values['shard-bytes'];
  writeRandomCheckpoint(out, {
    shape,
    dtype,
    ...(tokenizer && { tokenizer }),
    ...(shards && { shardBytes: Number(shards) }),
  });
}

/** Writes the checkpoint into a new folder. */
export function writeRandomCheckpoint(
  out: string,
  {
    shape: sizes,
    dtype,
    tokenizer = join(root, 'media', 'sample-model'),
    shardBytes = 2e9,
  }: RandomCheckpoint,
): void {
  const shape = { ...standardShape, ...sizes };
  mkdirSync(out);
  copyTokenizer(tokenizer, out);
  writeFileSync(join(out, 'config.json'), `${JSON.stringify(makeConfig(shape, dtype), undefined, 2)}\n`);
  writeWeights(out, listShards(shape, dtype, shardBytes), dtype);
}

function isDtype(word: string): word is Dtype {
  return word in bytesOfValue;
}

function makeConfig(shape: LlamaShape, dtype: Dtype): object {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    hidden_act: 'silu',
    hidden_size: shape.hidden,
    intermediate_size: shape.intermediate,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.keyValueHeads,
    head_dim: shape.hidden / shape.heads,
    max_position_embeddings: 2048,
    rms_norm_eps: 1e-6,
    rope_theta: 10000,
    vocab_size: shape.vocabulary,
    bos_token_id: 1,
    eos_token_id: 2,
    tie_word_embeddings: true,
    torch_dtype: dtype === 'BF16' ? 'bfloat16' : 'float32',
  };
}

/** The names and sizes of all tensors, in the order of the file. */
function* listTensors(shape: LlamaShape): Generator<[name: string, size: number[]]> {
  const { hidden, intermediate, heads, keyValueHeads } = shape;
  const keyValueSize = (hidden / heads) * keyValueHeads;
  yield ['model.embed_tokens.weight', [shape.vocabulary, hidden]];
  for (let layer = 0; layer < shape.layers; layer++) {
    const name = (part: string): string => `model.layers.${layer}.${part}.weight`;
    yield [name('input_layernorm'), [hidden]];
    yield [name('self_attn.q_proj'), [hidden, hidden]];
    yield [name('self_attn.k_proj'), [keyValueSize, hidden]];
    yield [name('self_attn.v_proj'), [keyValueSize, hidden]];
    yield [name('self_attn.o_proj'), [hidden, hidden]];
    yield [name('post_attention_layernorm'), [hidden]];
    yield [name('mlp.gate_proj'), [intermediate, hidden]];
    yield [name('mlp.up_proj'), [intermediate, hidden]];
    yield [name('mlp.down_proj'), [hidden, intermediate]];
  }
  yield ['model.norm.weight', [hidden]];
}

/** Fills one shard after another up to the requested size. */
function listShards(shape: LlamaShape, dtype: Dtype, shardBytes: number): Tensor[][] {
  const shards: Tensor[][] = [[]];
  let filled = 0;
  for (const [name, size] of listTensors(shape)) {
    const byteLength = bytesOfValue[dtype] * size.reduce((product, value) => product * value, 1);
    if (filled > 0 && filled + byteLength > shardBytes) {
      shards.push([]);
      filled = 0;
    }
    shards.at(-1)!.push({ name, size, byteLength });
    filled += byteLength;
  }
  return shards;
}

function writeWeights(out: string, shards: readonly (readonly Tensor[])[], dtype: Dtype): void {
  const toDigits = (value: number): string => String(value).padStart(5, '0');
  const fileOf = (index: number): string =>
    shards.length === 1
      ? 'model.safetensors'
      : `model-${toDigits(index + 1)}-of-${toDigits(shards.length)}.safetensors`;
  const random = makeRandom(0x9e3779b9);
  const pool = makePool(random, dtype);
  shards.forEach((tensors, index) => writeShard(join(out, fileOf(index)), tensors, dtype, { pool, random }));
  if (shards.length === 1) return;
  const weightMap = Object.fromEntries(
    shards.flatMap((tensors, index) => tensors.map(({ name }) => [name, fileOf(index)])),
  );
  const index = { metadata: {}, weight_map: weightMap };
  writeFileSync(join(out, 'model.safetensors.index.json'), `${JSON.stringify(index, undefined, 2)}\n`);
}

/** Where values come from: slices of the pool that begin anywhere. */
interface Source {
  readonly pool: Pool;
  readonly random: Random;
}

function writeShard(path: string, tensors: readonly Tensor[], dtype: Dtype, source: Source): void {
  const header: Record<string, object> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const { name, size, byteLength } of tensors) {
    header[name] = { dtype, shape: size, data_offsets: [offset, offset + byteLength] };
    offset += byteLength;
  }
  let json = JSON.stringify(header);
  json += ' '.repeat((8 - (Buffer.byteLength(json) % 8)) % 8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(json)));
  const file = openSync(path, 'w');
  writeSync(file, length);
  writeSync(file, json);
  for (const tensor of tensors) writeTensor(file, tensor, bytesOfValue[dtype], source);
  closeSync(file);
}

/** Matrices are random; norms are ones. */
function writeTensor(file: number, { size, byteLength }: Tensor, valueBytes: number, source: Source): void {
  const { pool, random } = source;
  const isNorm = size.length === 1;
  const values = isNorm ? pool.ones : pool.normal;
  for (let written = 0; written < byteLength;) {
    const start = isNorm ? 0 : Math.floor(random() * (values.length / valueBytes)) * valueBytes;
    const count = Math.min(byteLength - written, values.length - start);
    writeSync(file, values, start, count);
    written += count;
  }
}

function copyTokenizer(folder: string, out: string): void {
  const tokenizerFile = /^(tokenizer.*|special_tokens_map|added_tokens|vocab|chat_template)\.(json|jinja)$/;
  for (const name of readdirSync(folder))
    if (tokenizerFile.test(name)) copyFileSync(join(folder, name), join(out, name));
}
