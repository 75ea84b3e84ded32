// Writes a checkpoint in the shape of Llama with random weights of any size, to measure memory and speed without a download:
//   node scripts/randomCheckpoint.mjs OUT [--tokenizer DIR] [--dtype BF16|F32] [--layers N] [--hidden N] [--intermediate N]
//     [--heads N] [--kv-heads N] [--vocabulary N] [--shard-bytes N]
// The defaults make half a billion parameters. The same arguments give the same bytes.
import { closeSync, copyFileSync, mkdirSync, openSync, readdirSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: Object.fromEntries(
    [
      'tokenizer',
      'dtype',
      'layers',
      'hidden',
      'intermediate',
      'heads',
      'kv-heads',
      'vocabulary',
      'shard-bytes',
    ].map((name) => [name, { type: 'string' }]),
  ),
});
const [out] = positionals;
const number = (name, standard) => Number(values[name] ?? standard);
const shape = {
  layers: number('layers', 18),
  hidden: number('hidden', 1536),
  intermediate: number('intermediate', 4608),
  heads: number('heads', 24),
  keyValueHeads: number('kv-heads', 8),
  vocabulary: number('vocabulary', 2048),
};
const dtype = values.dtype ?? 'BF16';
const bytesOfValue = { BF16: 2, F32: 4 }[dtype];
const shardBytes = number('shard-bytes', 2_000_000_000);
if (!out || !bytesOfValue || Object.values(shape).some((value) => !(Number.isInteger(value) && value > 0))) {
  process.stderr.write('usage: node scripts/randomCheckpoint.mjs OUT [options]; see the top of the file\n');
  process.exit(2);
}

mkdirSync(out);
copyTokenizer(values.tokenizer ?? join('media', 'sample-model'));
writeFileSync(join(out, 'config.json'), `${JSON.stringify(makeConfig(), undefined, 2)}\n`);
writeWeights();

function makeConfig() {
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

function* listTensors() {
  const { hidden, intermediate, heads, keyValueHeads } = shape;
  const keyValueSize = (hidden / heads) * keyValueHeads;
  yield ['model.embed_tokens.weight', [shape.vocabulary, hidden]];
  for (let layer = 0; layer < shape.layers; layer++) {
    const name = (part) => `model.layers.${layer}.${part}.weight`;
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

function writeWeights() {
  const shards = [[]];
  let filled = 0;
  for (const [name, size] of listTensors()) {
    const byteLength = bytesOfValue * size.reduce((product, value) => product * value, 1);
    if (filled > 0 && filled + byteLength > shardBytes) {
      shards.push([]);
      filled = 0;
    }
    shards.at(-1).push({ name, size, byteLength });
    filled += byteLength;
  }
  const fileOf = (index) =>
    shards.length === 1
      ? 'model.safetensors'
      : `model-${String(index + 1).padStart(5, '0')}-of-${String(shards.length).padStart(5, '0')}.safetensors`;
  const random = makeRandom(0x9e3779b9);
  const pool = makePool(random);
  shards.forEach((tensors, index) => writeShard(join(out, fileOf(index)), tensors, pool, random));
  if (shards.length === 1) return;
  const weightMap = Object.fromEntries(
    shards.flatMap((tensors, index) => tensors.map(({ name }) => [name, fileOf(index)])),
  );
  const index = { metadata: {}, weight_map: weightMap };
  writeFileSync(join(out, 'model.safetensors.index.json'), `${JSON.stringify(index, undefined, 2)}\n`);
}

function writeShard(path, tensors, pool, random) {
  const header = { __metadata__: { format: 'pt' } };
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
  for (const { size, byteLength } of tensors) writeTensor(file, size, byteLength, pool, random);
  closeSync(file);
}

/** Matrices take stretches of the pool that begin anywhere; norms are ones. */
function writeTensor(file, size, byteLength, { normal, ones }, random) {
  const source = size.length === 1 ? ones : normal;
  for (let written = 0; written < byteLength;) {
    const start =
      size.length === 1 ? 0 : Math.floor(random() * (source.length / bytesOfValue)) * bytesOfValue;
    const count = Math.min(byteLength - written, source.length - start);
    writeSync(file, source, start, count);
    written += count;
  }
}

/** A million normal values with deviation 0.02, by Box and Muller, and as many ones; in the bytes of the dtype. */
function makePool(random) {
  const count = 2 ** 20;
  const normal = Float32Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return 0.02 * radius * Math.cos(2 * Math.PI * random());
  });
  return { normal: encode(normal), ones: encode(new Float32Array(count).fill(1)) };
}

function encode(values) {
  if (dtype === 'F32') return Buffer.from(values.buffer);
  // The upper half of a float32, cut off: random values need no rounding.
  const bits = new Uint32Array(values.buffer);
  return Buffer.from(Uint16Array.from(bits, (value) => value >>> 16).buffer);
}

/** Mulberry32: values from 0 to 1, the same for the same start. */
function makeRandom(start) {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function copyTokenizer(folder) {
  const wanted = /^(tokenizer.*|special_tokens_map|added_tokens|vocab|chat_template)\.(json|jinja)$/;
  for (const name of readdirSync(folder))
    if (wanted.test(name)) copyFileSync(join(folder, name), join(out, name));
}
