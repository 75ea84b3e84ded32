import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { OpenModel } from '../../src/operations/openModel';
import { editConfig, editWeights, floats, packExperts, type RawTensor } from '../unit/checkpoint/rewrite';
import { casesFolder, readExpected, type Expected } from './caseFolders';
import { assertLoss } from './caseLoss';
import { checkAsking, checkLogitsLossAndGradients } from './compare';

/** A llama with an adapter beside it, from whose weights further folders are made. */
const base = 'adapter-beside-model';
const alone = readExpected(base, 'without_peft');
/** transformers 5.18 with the first layer only. */
const oneLayer: Expected = { predictions: 58, loss: 7.169492309649579 };
const texts = join(casesFolder, base, 'texts.jsonl');

describe('model folders as people have them read as in transformers, with a word on what is odd', () => {
  let folder: string;
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'cases-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  const expectCase = async (name: string, expected: Expected): Promise<OpenModel> =>
    assertLoss(join(casesFolder, name, 'model'), join(casesFolder, name, 'texts.jsonl'), expected);

  /** Copies the base without its adapter, changes it, and measures it. */
  const expectChanged = async (
    name: string,
    change: (dir: string) => Promise<void>,
    expected = alone,
  ): Promise<OpenModel> => {
    const dir = join(folder, name);
    await cp(join(casesFolder, base, 'model'), dir, {
      recursive: true,
      filter: (path) => !/adapter_[^/]*$/.test(path),
    });
    await change(dir);
    return assertLoss(dir, texts, expected);
  };

  const assertWarned = ({ warnings }: Pick<OpenModel, 'warnings'>, ...expected: readonly RegExp[]): void => {
    assert.equal(warnings.length, expected.length, warnings.join('\n'));
    expected.forEach((words, i) => assert.match(warnings[i]!, words));
  };

  it('an output matrix that config.json says is the embedding, and is not', async () => {
    const model = await expectCase('tied-head-differs', readExpected('tied-head-differs'));
    assert.equal(model.loaded.config.tied, false);
    assertWarned(model, /"model\.embed_tokens\.weight" and "lm_head\.weight" differ: both are used/);
  });

  it('an output matrix stored twice with the same values, which is one', async () => {
    const model = await expectChanged('stored-twice', (dir) =>
      editWeights(
        dir,
        (tensors) => void tensors.set('lm_head.weight', tensors.get('model.embed_tokens.weight')!),
      ),
    );
    assert.equal(model.loaded.config.tied, true);
    assertWarned(model);
  });

  it('an adapter beside the model', async () => {
    assertWarned(await expectCase(base, alone), /an adapter \(adapter_config\.json\): transformers loads it/);
  });

  it('a token beyond the embedding', async () => {
    const name = 'token-beyond-embedding';
    const model = await expectCase(name, readExpected(name));
    assertWarned(model, /a token for which the model has no embedding: "[^"]+" \(id 391\)/);
  });

  it('experts in one tensor of three dimensions', async () => {
    const name = 'experts-in-one-tensor';
    assertWarned(await expectCase(name, readExpected(name)));
  });

  for (const name of ['mixtral', 'qwen3-moe'])
    it(`experts in one tensor: logits, loss and gradients of ${name}`, async () => {
      const dir = join(folder, name);
      await cp(join('test/fixtures/architectures', name), dir, { recursive: true });
      await editWeights(dir, packExperts);
      const bounds = { logits: 1e-3, loss: 1e-4, gradients: 1e-3 };
      await checkLogitsLossAndGradients(dir, 'cpu', bounds);
      await checkAsking(dir, 'cpu', bounds);
    });

  it("an output matrix under transformers' own name", async () => {
    const dir = join(folder, 'gpt-neox');
    await cp('test/fixtures/architectures/gpt-neox', dir, { recursive: true });
    await editWeights(
      dir,
      (tensors) =>
        new Map([...tensors].map(([name, tensor]) => [name.replace('embed_out', 'lm_head'), tensor])),
    );
    await checkAsking(dir, 'cpu', { logits: 1e-3, loss: 1e-4, gradients: 1e-3 });
  });

  it('more layers than config.json says', async () => {
    const change = (dir: string): Promise<void> => editConfig(dir, { num_hidden_layers: 1 });
    const model = await expectChanged('more-layers', change, oneLayer);
    assertWarned(model, /hold 9 tensors .* the first of them "model\.layers\.1\.input_layernorm\.weight"/);
  });

  it('biases that config.json does not name, but not the tables that old files hold', async () => {
    const model = await expectChanged('biases', (dir) =>
      editWeights(dir, (tensors) => {
        tensors.set('model.layers.0.self_attn.q_proj.bias', floats(new Array<number>(32).fill(1), [32]));
        tensors.set('model.layers.0.self_attn.rotary_emb.inv_freq', floats([1, 0.1, 0.01, 0.001], [4]));
      }),
    );
    assertWarned(model, /hold 1 tensor .*, "model\.layers\.0\.self_attn\.q_proj\.bias": nothing reads it/);
  });

  it('a quantisation that config.json still names', async () => {
    const model = await expectChanged('quantization', (dir) =>
      editConfig(dir, { quantization_config: { quant_method: 'bitsandbytes', load_in_4bit: true } }),
    );
    assertWarned(model, /"quantization_config" \("bitsandbytes"\), but the weights are not quantised/);
  });

  it('code of its own', async () => {
    const model = await expectChanged('code', async (dir) => {
      await editConfig(dir, { auto_map: { AutoModelForCausalLM: 'modeling_x.XForCausalLM' } });
      await writeFile(join(dir, 'modeling_x.py'), '');
    });
    assertWarned(model, /"auto_map" in config\.json: "modeling_x\.XForCausalLM"\): with trust_remote_code/);
  });

  it('end tokens that are none', async () => {
    for (const [value, ids, odd] of [
      [-1, [0], '"-1"'],
      ['2', [0], '"\\"2\\""'],
      [[2, null], [2, 0], '"null"'],
    ] as const) {
      const model = await expectChanged('ends', (dir) =>
        writeFile(join(dir, 'generation_config.json'), JSON.stringify({ eos_token_id: value })),
      );
      assert.deepEqual(model.tokenizer.endIds, ids);
      assertWarned(model, /generation_config\.json names .* is no token/);
      assert.ok(model.warnings[0]!.includes(`names ${odd} as`), model.warnings[0]);
    }
  });

  it('a header without metadata, written as null', async () => {
    await expectChanged('metadata', async (dir) => {
      const path = join(dir, 'model.safetensors');
      const bytes = await readFile(path);
      const length = Number(bytes.readBigUInt64LE());
      const header = bytes.subarray(8, 8 + length).toString('utf8');
      const changed = header.replace('"__metadata__":{"format":"pt"}', '"__metadata__":null');
      assert.notEqual(changed, header);
      await writeFile(
        path,
        Buffer.concat([
          bytes.subarray(0, 8),
          Buffer.from(changed.padEnd(length)),
          bytes.subarray(8 + length),
        ]),
      );
    });
  });

  it('names with one prefix too many or too few', async () => {
    const renamed = (rename: (name: string) => string) => (tensors: Map<string, RawTensor>) =>
      new Map([...tensors].map(([name, tensor]) => [rename(name), tensor]));
    for (const [name, rename] of [
      ['many', (full: string) => `model.${full}`],
      ['few', (full: string) => full.replace(/^model\./, '')],
    ] as const)
      assertWarned(await expectChanged(name, (dir) => editWeights(dir, renamed(rename))));
  });
});
