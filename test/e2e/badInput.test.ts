import assert from 'node:assert/strict';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openWorkshop, sampleModel, type Ended, type Workshop } from './workshop';

const shardedModel = resolve('test/fixtures/architectures/llama-bias-headdim');
const otherModel = resolve('test/fixtures/models/stories260K');

let workshop: Workshop;
let keys: string;

before(async () => {
  workshop = await openWorkshop();
  keys = await workshop.drawKeys('a.fpkeys', { count: 4 });
});
after(() => workshop.remove());

/** One bad input: the words it is called with, and what its sentence and next step name. */
interface Case {
  readonly name: string;
  /** Arguments; paths of new outputs come from `out`, so that a leftover is seen. */
  arguments(out: (name: string) => string): string[] | Promise<string[]>;
  readonly says: RegExp;
  readonly env?: Record<string, string>;
  readonly code?: number;
}

/** Makes a test of every case. Whatever a case could leave behind lies in a folder of its own. */
function runTable(cases: readonly Case[]): void {
  for (const [index, { name, says, env, code = 1, ...bad }] of cases.entries())
    it(name, async () => {
      const place = workshop.path(`${index}-${name.replaceAll(/\W+/g, '-')}`);
      await mkdir(place);
      const args = await bad.arguments((file) => join(place, file));
      const ended = await workshop.call(args, { ...env, TMPDIR: place });
      assertRefused(ended, says, code);
      assert.deepEqual(await readdir(place), []);
    });
}

function assertRefused({ code, out, err }: Ended, says: RegExp, expected: number): void {
  assert.equal(code, expected, err);
  assert.equal(out, '');
  assert.doesNotMatch(err, /\n\s+at |unexpected happened|undefined|\[object/);
  const isProgress = (line: string): boolean =>
    /^(opening|Device:|Memory:|measuring|drawing|reading)/.test(line);
  const lines = err
    .trimEnd()
    .split('\n')
    .filter((line) => !isProgress(line));
  assert.match(err, says);
  if (expected === 1) {
    assert.equal(lines.length, 2, err);
    for (const line of lines) assert.match(line, /^\S.*[.)]$/, err);
  }
}

/** A copy of a checkpoint with changed files; undefined removes one. */
async function copyModel(
  name: string,
  from: string,
  changes: Readonly<Record<string, ((bytes: Buffer) => Buffer | string) | undefined>>,
): Promise<string> {
  const folder = workshop.path(name);
  await cp(from, folder, {
    recursive: true,
    filter: (path) => !Object.entries(changes).some(([file, edit]) => !edit && path.endsWith(`/${file}`)),
  });
  for (const [file, edit] of Object.entries(changes))
    if (edit) await writeFile(join(folder, file), edit(await readFile(join(folder, file))));
  return folder;
}

const create = (model: string, out: string): string[] => [
  ...['keys', 'create', '--model', model, '--count', '4', '--out', out, '--device', 'cpu'],
];
const embed = (out: string, more: readonly string[] = [], model = sampleModel): string[] => [
  ...['embed', '--model', model, '--keys', keys, '--out', out, '--device', 'cpu', ...more],
];
const verify = (keyFile: string): string[] => [
  ...['verify', '--model', sampleModel, '--keys', keyFile, '--device', 'cpu'],
];

type Header = Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;

/** Edits the header of a safetensors file. */
function editHeader(bytes: Buffer, edit: (header: Header, names: string[]) => void): Buffer {
  const end = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.subarray(8, end).toString()) as Header;
  edit(
    header,
    Object.keys(header).filter((name) => name !== '__metadata__'),
  );
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, bytes.subarray(end)]);
}

function editJson(bytes: Buffer, changes: object): string {
  return JSON.stringify({ ...(JSON.parse(bytes.toString()) as object), ...changes });
}

function withLength(bytes: Buffer, length: bigint): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeBigUInt64LE(length);
  return copy;
}

const weights = 'model.safetensors';

type Edits = Parameters<typeof copyModel>[2];

/** Broken checkpoints: what is changed in a copy, and what the sentence names. */
const checkpoints: [name: string, says: RegExp, edits: Edits, from?: string][] = [
  [
    'a missing shard',
    /model-00002-of-00014\.safetensors is missing/,
    { 'model-00002-of-00014.safetensors': undefined },
    shardedModel,
  ],
  ['truncated weights', /truncated/, { [weights]: (bytes) => bytes.subarray(0, -1000) }],
  ['weights cut in the header', /announces a header/, { [weights]: (bytes) => bytes.subarray(0, 100) }],
  ['oversized weights', /describes only/, { [weights]: (bytes) => Buffer.concat([bytes, Buffer.alloc(10)]) }],
  [
    'a header that claims to be too long',
    /at most [\d.]+\sMB are read/,
    { [weights]: (bytes) => withLength(bytes, 2n ** 63n) },
  ],
  [
    'a header that claims to be longer than the file',
    /only [\d\u202f]+ bytes long/,
    { [weights]: (bytes) => withLength(bytes, 30_000_000n) },
  ],
  [
    'tensors that overlap',
    /model\.safetensors/,
    {
      [weights]: (bytes) =>
        editHeader(bytes, (header, names) => {
          const [first, second] = names.filter((name) => header[name]!.shape.join() === '128');
          header[second!]!.data_offsets = header[first!]!.data_offsets;
        }),
    },
  ],
  [
    'a tensor outside the file',
    /model\.safetensors/,
    {
      [weights]: (bytes) =>
        editHeader(bytes, (header, [name]) => {
          const [start, end] = header[name!]!.data_offsets;
          header[name!]!.data_offsets = [start + 1e9, end + 1e9];
        }),
    },
  ],
  [
    'a weight that is not a number',
    /infinite or not a number/,
    {
      [weights]: (bytes) => {
        const copy = Buffer.from(bytes);
        copy.writeFloatLE(NaN, copy.length - 4);
        return copy;
      },
    },
  ],
  [
    'an unknown family',
    /family "mamba".*\n.*llama/,
    { 'config.json': (bytes) => editJson(bytes, { model_type: 'mamba' }) },
  ],
  [
    'a config that disagrees with the weights',
    /disagree/,
    { 'config.json': (bytes) => editJson(bytes, { intermediate_size: 256 }) },
  ],
  [
    'a config with more layers than the weights',
    /do not have/,
    { 'config.json': (bytes) => editJson(bytes, { num_hidden_layers: 3 }) },
  ],
  [
    'a config with more layers than any model',
    /"num_hidden_layers" \(10000\)/,
    { 'config.json': (bytes) => editJson(bytes, { num_hidden_layers: 10_000 }) },
  ],
  [
    'a config whose heads would fill the memory',
    /"head_dim" \(2147483646\)/,
    { 'config.json': (bytes) => editJson(bytes, { head_dim: 2_147_483_646 }) },
  ],
  [
    'a config that nests without end',
    /config\.json nests deeper than 64 levels/,
    { 'config.json': () => `{"model_type":"llama","a":${'['.repeat(1e6)}${']'.repeat(1e6)}}` },
  ],
  [
    'a config with heads that do not divide',
    /config\.json/,
    { 'config.json': (bytes) => editJson(bytes, { num_attention_heads: 7 }) },
  ],
  [
    'a config with an unknown rope type',
    /spiral/,
    { 'config.json': (bytes) => editJson(bytes, { rope_scaling: { rope_type: 'spiral', factor: 4 } }) },
  ],
  [
    'a config that is no JSON',
    /config\.json is not valid JSON/,
    { 'config.json': (bytes) => bytes.subarray(0, 50) },
  ],
  [
    'a tokenizer that is no JSON',
    /tokenizer\.json is not valid JSON/,
    { 'tokenizer.json': (bytes) => bytes.subarray(0, 5000) },
  ],
  ['a missing tokenizer', /no tokenizer\.json/, { 'tokenizer.json': undefined }],
  ['a missing config', /config\.json/, { 'config.json': undefined }],
  [
    'a begin token without an embedding',
    /every text begins with the token "<extra>" \(id 2048\)/,
    {
      'tokenizer.json': (bytes) => {
        const json = JSON.parse(bytes.toString()) as { added_tokens: object[] };
        json.added_tokens.push({ ...json.added_tokens[0], id: 2048, content: '<extra>' });
        const single = [
          { SpecialToken: { id: '<extra>', type_id: 0 } },
          { Sequence: { id: 'A', type_id: 0 } },
        ];
        const special_tokens = { '<extra>': { id: '<extra>', ids: [2048], tokens: ['<extra>'] } };
        const post_processor = { type: 'TemplateProcessing', single, pair: single, special_tokens };
        return JSON.stringify({ ...json, post_processor });
      },
    },
  ],
  [
    'GPTQ weights',
    /I32, quantised with "gptq"/,
    {
      'config.json': (bytes) => editJson(bytes, { quantization_config: { quant_method: 'gptq', bits: 4 } }),
      [weights]: (bytes) => changeDtype(bytes, 'I32', 1),
    },
  ],
  ['FP8 weights', /F8_E4M3/, { [weights]: (bytes) => changeDtype(bytes, 'F8_E4M3', 4) }],
];

/** Gives one matrix another type; elements that are smaller become more columns. */
function changeDtype(bytes: Buffer, dtype: string, factor: number): Buffer {
  return editHeader(bytes, (header, names) => {
    const info = header[names.find((name) => header[name]!.shape.length === 2)!]!;
    info.dtype = dtype;
    info.shape = [info.shape[0]!, info.shape[1]! * factor];
  });
}

describe('a broken checkpoint is refused in one sentence, with the next step, and nothing is written', () => {
  runTable(
    checkpoints.map(([name, says, edits, from = sampleModel]) => ({
      name,
      says,
      arguments: async (out) =>
        create(await copyModel(name.replaceAll(/\W+/g, '-'), from, edits), out('new.fpkeys')),
    })),
  );
});

describe('a wrong file or word is refused in one sentence, with the next step, and nothing is written', () => {
  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    await writeFile(workshop.path(name), content);
    return workshop.path(name);
  };
  const badRecipe = (name: string, recipe: object | string): Omit<Case, 'says' | 'name'> => ({
    arguments: async (out) => {
      const text = typeof recipe === 'string' ? recipe : JSON.stringify(recipe);
      return embed(out('marked'), ['--recipe', await write(name, text)]);
    },
  });
  const flipped = async (name: string, at: number): Promise<string> => {
    const bytes = await readFile(keys);
    const place = at < 0 ? bytes.length + at : at;
    // Another letter of the same alphabet, so that it still is base64 or hexadecimal.
    bytes[place] = bytes[place] === 0x61 ? 0x62 : 0x61;
    return write(name, bytes);
  };
  runTable([
    {
      name: 'a wrong passphrase',
      arguments: () => verify(keys),
      env: { FINGERPRINT_PASSPHRASE: 'wrong horse battery staple' },
      says: /passphrase is wrong or the file is damaged/,
    },
    {
      name: 'no passphrase and no terminal',
      arguments: (out) => embed(out('marked')),
      env: { FINGERPRINT_PASSPHRASE: '' },
      says: /no terminal.*\n.*FINGERPRINT_PASSPHRASE/,
    },
    {
      name: 'a passphrase that is too short',
      arguments: (out) => create(sampleModel, out('new.fpkeys')),
      env: { FINGERPRINT_PASSPHRASE: 'short' },
      says: /at least 8 characters/,
    },
    {
      name: 'a key file of random bytes',
      arguments: async () => verify(await write('random.fpkeys', Buffer.alloc(4000, 'seven*random'))),
      says: /is not a key file/,
    },
    {
      name: 'a key file cut short',
      arguments: async () => verify(await write('cut.fpkeys', (await readFile(keys)).subarray(0, 900))),
      says: /damaged or truncated/,
    },
    {
      name: 'a key file with a changed secret part',
      arguments: async () => verify(await flipped('flipped.fpkeys', -100)),
      says: /passphrase is wrong or the file is damaged/,
    },
    {
      name: 'a key file with a changed public part',
      arguments: async () => {
        const text = await readFile(keys, 'utf8');
        return verify(await write('public.fpkeys', text.replace('"keyCount":4', '"keyCount":5')));
      },
      says: /passphrase is wrong or the file is damaged/,
    },
    {
      name: 'a key set made for another model',
      arguments: (out) => embed(out('marked'), [], otherModel),
      says: /made for the model "sample-model"/,
    },
    {
      name: 'an empty text to measure drift on',
      arguments: async () => {
        const models = ['--base', sampleModel, '--model', sampleModel, '--device', 'cpu'];
        return ['drift', ...models, '--text', await write('empty.txt', '\n\n')];
      },
      says: /contains no usable text/,
    },
    {
      name: 'an empty text to keep the model by',
      arguments: async (out) => embed(out('marked'), ['--text', await write('empty.jsonl', '')]),
      says: /contains no usable text/,
    },
    {
      name: 'a text that is not there',
      arguments: (out) => embed(out('marked'), ['--text', workshop.path('nowhere.txt')]),
      says: /There is no file/,
    },
    {
      name: 'a device that is not there',
      arguments: (out) => [...embed(out('marked')).slice(0, -1), 'dml'],
      says: /"dml" was requested.*\n.*--device cpu/,
    },
    {
      name: 'a folder that is not there',
      arguments: () => ['inspect', '/nowhere/at/all'],
      says: /There is no folder/,
    },
    {
      name: 'an output in a folder that is not there',
      arguments: (out) => embed(out('no/such/marked')),
      says: /There is no folder/,
    },
    { name: 'a recipe with an unknown field', ...badRecipe('field.json', { speed: 9 }), says: /speed/ },
    {
      name: 'a recipe with a wrong value',
      ...badRecipe('value.json', { learningRate: -1 }),
      says: /learningRate/,
    },
    {
      name: 'a recipe with layers outside the model',
      ...badRecipe('layers.json', { layers: [0, 2] }),
      says: /layers 0 to 1/,
    },
    {
      name: 'a recipe that is no JSON',
      ...badRecipe('broken.json', '{'),
      says: /broken\.json is not valid JSON/,
    },
    {
      name: 'a recipe that is not there',
      arguments: (out) => embed(out('marked'), ['--recipe', '/nowhere.json']),
      says: /nowhere\.json/,
    },
    {
      name: 'an unknown option',
      arguments: (out) => embed(out('marked'), ['--fast']),
      says: /--fast/,
      code: 2,
    },
    {
      name: 'a device of no name',
      arguments: () => [...verify(keys).slice(0, -1), 'abacus'],
      says: /abacus/,
      code: 2,
    },
    {
      name: 'a count of none',
      arguments: (out) => [...create(sampleModel, out('k')), '--count', '0'],
      says: /whole number/,
      code: 2,
    },
  ]);

  it('an output folder that exists, which stays as it is', async () => {
    const out = workshop.path('precious');
    await mkdir(out);
    await writeFile(join(out, 'letter'), 'dear');
    assertRefused(await workshop.call(embed(out)), /already exists/, 1);
    assert.deepEqual(await readdir(out), ['letter']);
    const folder = await readdir(workshop.folder);
    assert.ok(!folder.includes('precious.run'));
  });

  it('a run folder that holds something else, which stays as it is', async () => {
    await mkdir(workshop.path('mine.run'));
    await writeFile(workshop.path('mine.run/diary'), 'dear');
    assertRefused(await workshop.call(embed(workshop.path('mine'))), /is in the way/, 1);
    assert.deepEqual(await readdir(workshop.path('mine.run')), ['diary']);
  });
});
