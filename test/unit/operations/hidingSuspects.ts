import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  changeValues,
  editJson,
  readWeights,
  tensorOf,
  valuesOf,
  writeWeights,
  type HeldTensors,
} from './editedWeights';

/** A change of a folder that leaves what it computes, for programs that run it, as it was. */
export interface Disguise {
  readonly name: string;
  readonly change: (folder: string) => Promise<void>;
  /** What the verdict's lines have to name. */
  readonly says?: RegExp;
  /** Ways to read it that have to be asked. */
  readonly readings?: number;
}

type Json = Record<string, unknown>;

const weights = 'model.safetensors';
/** The sample model stores its one matrix of the vocabulary under this name. */
const embedding = 'lm_head.weight';

export const editConfig = (folder: string, fields: Json): Promise<void> =>
  editJson(folder, 'config.json', (config: Json) => ({ ...config, ...fields }));

export async function editWeights(
  folder: string,
  edit: (tensors: HeldTensors) => void,
  extra?: object,
): Promise<void> {
  const tensors = await readWeights(folder);
  edit(tensors);
  await writeWeights(folder, tensors, weights, extra);
}

interface TokenizerFile {
  model: { vocab: Record<string, number> };
  added_tokens: { id: number; content: string; special?: boolean }[];
  pre_tokenizer: unknown;
  normalizer: unknown;
}

const editTokenizer = (folder: string, edit: (file: TokenizerFile) => void): Promise<void> =>
  editJson(folder, 'tokenizer.json', (file: TokenizerFile) => {
    edit(file);
  });

function splitNever(regex: string): (file: TokenizerFile) => void {
  return (file) => {
    const never = { type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false };
    file.pre_tokenizer = file.pre_tokenizer
      ? { type: 'Sequence', pretokenizers: [file.pre_tokenizer, never] }
      : never;
  };
}

/** Pairs of ordinary tokens that change places. */
function pairUp(size: number): number[] {
  const map = Array.from({ length: size }, (_, id) => id);
  for (let id = 300; id + 1 < size; id += 2) [map[id], map[id + 1]] = [id + 1, id];
  return map;
}

export async function renumberTokenizer(folder: string): Promise<void> {
  await editTokenizer(folder, (file) => {
    const map = pairUp(2048);
    for (const [text, id] of Object.entries(file.model.vocab)) file.model.vocab[text] = map[id]!;
  });
}

export async function renumberRows(folder: string): Promise<void> {
  const map = pairUp(2048);
  await editWeights(folder, (tensors) => {
    for (const [name, tensor] of tensors)
      if (tensor.shape[0] === 2048) {
        const width = tensor.shape[1]!;
        const old = valuesOf(tensor);
        const values = new Float32Array(old.length);
        map.forEach((from, to) => values.set(old.subarray(from * width, (from + 1) * width), to * width));
        tensors.set(name, tensorOf(tensor.shape, values));
      }
  });
}

/** So much of the marked model, the rest of the base. */
export async function mergeWith(folder: string, base: string, share: number): Promise<void> {
  const others = await readWeights(base);
  await editWeights(folder, (tensors) => {
    for (const name of tensors.keys()) {
      const other = valuesOf(others.get(name)!);
      changeValues(tensors, name, (values) =>
        values.forEach((value, i) => (values[i] = share * value + (1 - share) * other[i]!)),
      );
    }
  });
}

/** Splits the weights into two shards with an index; `extra` tensors go into the second shard. */
async function shard(folder: string, extra: HeldTensors = new Map(), more: Json = {}): Promise<void> {
  const tensors = [...(await readWeights(folder))];
  await rm(join(folder, weights));
  const half = Math.ceil(tensors.length / 2);
  const shards = [tensors.slice(0, half), [...tensors.slice(half), ...extra]];
  const map: Json = {};
  for (const [index, part] of shards.entries()) {
    const file = `model-0000${index + 1}-of-00002.safetensors`;
    await writeWeights(folder, new Map(part), file);
    for (const [name] of part) map[name] = map[name] ?? file;
  }
  const index = { metadata: {}, weight_map: { ...map, ...more } };
  await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify(index));
}

async function scaleNorms(folder: string, factor: number): Promise<void> {
  await editWeights(folder, (tensors) => {
    const scale = (name: string, by: number) =>
      changeValues(tensors, name, (values) => values.forEach((value, i) => (values[i] = value * by)));
    for (let layer = 0; layer < 2; layer++) {
      const at = `model.layers.${layer}`;
      scale(`${at}.input_layernorm.weight`, factor);
      for (const part of ['q_proj', 'k_proj', 'v_proj']) scale(`${at}.self_attn.${part}.weight`, 1 / factor);
    }
  });
}

const nan = Float32Array.of(NaN);

/** Changes that no program minds: the marked model has to match whatever of these is done to it. */
export const disguises: readonly Disguise[] = [
  {
    name: 'a tensor that nothing reads and that is not a number',
    change: (folder) => editWeights(folder, (tensors) => void tensors.set('note', tensorOf([1], nan))),
  },
  {
    name: 'a tensor of an unknown type that nothing reads',
    change: (folder) =>
      editWeights(
        folder,
        (tensors) => void tensors.set('note', { dtype: 'F5_E3M1', shape: [3], data: new Uint8Array(3) }),
        { __metadata__: null },
      ),
  },
  {
    name: 'few positions in its config',
    change: (folder) => editConfig(folder, { max_position_embeddings: 8 }),
    says: /config\.json names 8 positions/,
  },
  {
    name: 'a chat template that cannot be parsed',
    change: (folder) =>
      editJson(folder, 'tokenizer_config.json', (config: Json) => ({ ...config, chat_template: '{% if %}' })),
    says: /tokenizer could not be read .*chat template/,
  },
  {
    name: 'an added token beyond the embeddings',
    change: (folder) =>
      editTokenizer(
        folder,
        (file) => void file.added_tokens.push({ id: 5000, content: '<beyond>', special: true }),
      ),
  },
  {
    name: 'an added token of the same text as an ordinary one',
    change: (folder) =>
      editTokenizer(folder, (file) => {
        const [text] = Object.entries(file.model.vocab).find(([, id]) => id === 1500)!;
        file.added_tokens.push({ id: 2047, content: text });
      }),
  },
  ...['(?x) z z q q', '\\g<n>zzqq', '(?~zzqq)', '(?i:zzqq'].map((regex) => ({
    name: `a step of the tokenizer that does nothing, ${regex}`,
    change: (folder: string) => editTokenizer(folder, splitNever(regex)),
  })),
  {
    name: 'a normaliser that changes every text',
    change: (folder) => editTokenizer(folder, (file) => void (file.normalizer = { type: 'Lowercase' })),
  },
  {
    name: 'no tokenizer',
    change: (folder) => rm(join(folder, 'tokenizer.json')),
    says: /tokenizer could not be read .*by the ids of the keys/,
  },
  {
    name: 'a broken tokenizer',
    change: (folder) => writeFile(join(folder, 'tokenizer.json'), '{"model": 7}'),
    says: /tokenizer could not be read .*by the ids of the keys/,
  },
  {
    name: 'a broken generation config',
    change: (folder) => writeFile(join(folder, 'generation_config.json'), '{"eos_token_id": '),
    says: /generation_config/,
  },
  {
    name: 'NaN in its config, which Python reads',
    change: async (folder) => {
      const path = join(folder, 'config.json');
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replace('{', '{"note": NaN, "other": -Infinity,'));
    },
  },
  {
    name: 'a false word on its number type',
    change: (folder) => editConfig(folder, { torch_dtype: 'float16', dtype: 'int4' }),
  },
  {
    name: 'an untied config without an output matrix',
    change: (folder) => editConfig(folder, { tie_word_embeddings: false }),
  },
  {
    name: 'an output matrix of its own that a tied config ignores',
    change: (folder) =>
      editWeights(folder, (tensors) => {
        const matrix = (tensors.get(embedding) ?? tensors.get('model.embed_tokens.weight'))!;
        tensors.set('model.embed_tokens.weight', matrix);
        tensors.set(
          embedding,
          tensorOf(
            matrix.shape,
            valuesOf(matrix).map(() => 0.01),
          ),
        );
      }),
    readings: 2,
    says: /output matrix/,
  },
  {
    name: 'the rotary base in two styles',
    change: (folder) =>
      editConfig(folder, { rope_parameters: { rope_type: 'default', rope_theta: 1.0000001 } }),
    readings: 2,
    says: /can be read in 2 ways.*rope_parameters/,
  },
  {
    name: 'the rotary base in the style of one version, and its default in the other',
    change: (folder) =>
      editJson(folder, 'config.json', (config: Json) => ({
        ...config,
        rope_theta: undefined,
        rope_parameters: { rope_type: 'default', rope_theta: 1.0000001 },
      })),
    readings: 2,
  },
  {
    name: 'a rotary scaling with a base of its own',
    change: (folder) => editConfig(folder, { rope_scaling: { rope_type: 'default', rope_theta: 3 } }),
    readings: 2,
  },
  {
    name: 'a rotary scaling under both its names',
    change: (folder) =>
      editConfig(folder, { rope_scaling: { type: 'default', rope_type: 'linear', factor: 64 } }),
    readings: 2,
  },
  {
    name: 'a family of the same formula',
    change: (folder) => editConfig(folder, { model_type: 'mistral' }),
  },
  {
    name: 'norm weights and matrices that undo each other',
    change: (folder) => scaleNorms(folder, 1e12),
  },
  {
    name: 'rows of the vocabulary that are no numbers and that no key reads',
    change: (folder) =>
      editWeights(folder, (tensors) =>
        changeValues(tensors, embedding, (values) => {
          for (const id of [0, 259, 260]) values.fill(NaN, id * 128, (id + 1) * 128);
        }),
      ),
    says: /3 tokens that no key needs/,
  },
  {
    name: 'weights in double precision',
    change: (folder) =>
      editWeights(folder, (tensors) => {
        for (const [name, tensor] of tensors) {
          const data = new Uint8Array(Float64Array.from(valuesOf(tensor)).buffer);
          tensors.set(name, { dtype: 'F64', shape: tensor.shape, data });
        }
      }),
  },
  {
    name: 'biases that are turned on and not stored',
    change: (folder) => editConfig(folder, { attention_bias: true, mlp_bias: true }),
    says: /biases that the weights do not have/,
  },
  {
    name: 'many values under two names',
    change: (folder) =>
      editConfig(folder, {
        rope_parameters: { rope_type: 'default', rope_theta: 1.0000001 },
        n_head: 3,
        n_embd: 5,
        rotary_emb_base: 7,
        rotary_pct: 0.5,
        partial_rotary_factor: 0.25,
        layer_norm_eps: 0.5,
        hidden_activation: 'relu',
        layer_types: ['sliding_attention', 'sliding_attention'],
        sliding_window: 2,
      }),
  },
  {
    name: 'a folder where a file should be',
    change: async (folder) => {
      await rm(join(folder, 'tokenizer_config.json'));
      for (const name of ['tokenizer_config.json', 'chat_template.jinja', 'model.safetensors.index.json'])
        await mkdir(join(folder, name));
    },
  },
  {
    name: 'more rows in the vocabulary',
    change: async (folder) => {
      await editWeights(folder, (tensors) => {
        const old = valuesOf(tensors.get(embedding)!);
        const values = new Float32Array(old.length + 8 * 128).fill(-0.01);
        values.set(old);
        tensors.set(embedding, tensorOf([2056, 128], values));
      });
      await editConfig(folder, { vocab_size: 2056 });
    },
  },
  {
    name: 'an extra shard, and an index that names what is not there',
    change: (folder) =>
      shard(folder, new Map([['note', tensorOf([1], nan)]]), {
        ghost: 'model-00001-of-00002.safetensors',
        other: 'model-00009-of-00002.safetensors',
      }),
  },
  {
    name: 'a wrapper’s prefix before every name',
    change: async (folder) => {
      const tensors = await readWeights(folder);
      await writeWeights(
        folder,
        new Map([...tensors].map(([name, tensor]) => [`_orig_mod.module.${name}`, tensor])),
      );
    },
  },
  {
    name: 'an adapter beside it',
    change: async (folder) => {
      await writeFile(join(folder, 'adapter_config.json'), '{"peft_type": "LORA"}');
      await writeWeights(
        folder,
        new Map([['a', tensorOf([1], Float32Array.of(1))]]),
        'adapter_model.safetensors',
      );
    },
    says: /adapter lies beside the weights/,
  },
  {
    name: 'code of its own beside it',
    change: async (folder) => {
      await editConfig(folder, { auto_map: { AutoModelForCausalLM: 'modeling_x.X' } });
      await writeFile(join(folder, 'modeling_x.py'), 'class X: pass\n');
    },
    says: /code of its own \(modeling_x\.py\)/,
  },
];

/** A change, and the verdict where the base is not there to undo it; left out where even the marked model gets none. */
type AgainstBase = Disguise & { readonly alone?: 'found' | 'undetermined' };

/** Changes whose undoing needs the base: its config, its tokens, its rows. */
export function disguisesAgainst(base: string): readonly AgainstBase[] {
  return [
    {
      alone: 'found',
      name: 'a family that is not known',
      change: (folder) => editConfig(folder, { model_type: 'llama-x', auto_map: {} }),
      says: /config of the base/,
    },
    {
      alone: 'found',
      name: 'a family whose formula does not fit',
      change: (folder) => editConfig(folder, { model_type: 'qwen2' }),
      says: /config of the base/,
    },
    {
      alone: 'undetermined',
      name: 'no config',
      change: (folder) => rm(join(folder, 'config.json')),
      says: /config of the base/,
    },
    {
      alone: 'undetermined',
      name: 'code of its own and a config that lies to all others',
      change: (folder) => editConfig(folder, { rope_theta: 2, hidden_act: 'relu', auto_map: {} }),
      readings: 2,
      says: /code of its own/,
    },
    {
      alone: 'found',
      name: 'renumbered tokens',
      change: async (folder) => {
        await renumberTokenizer(folder);
        await renumberRows(folder);
      },
      says: /numbers its tokens differently/,
    },
    {
      name: 'renumbered tokens in a merge of a tenth',
      change: async (folder) => {
        await mergeWith(folder, base, 0.1);
        await renumberTokenizer(folder);
        await renumberRows(folder);
      },
      says: /numbers its tokens differently/,
    },
    {
      alone: 'found',
      name: 'a tokenizer that lies about its numbers',
      change: renumberTokenizer,
      says: /tokenizer and its embeddings disagree about \d+ of the/,
    },
    {
      alone: 'undetermined',
      name: 'renumbered rows and no tokenizer',
      change: async (folder) => {
        await rm(join(folder, 'tokenizer.json'));
        await renumberRows(folder);
      },
      says: /numbers its tokens differently/,
    },
    {
      alone: 'found',
      name: 'the base as a decoy before the index',
      change: async (folder) => {
        await shard(folder);
        await cp(join(base, weights), join(folder, weights));
      },
      readings: 2,
      says: /model\.safetensors, and an index/,
    },
    {
      alone: 'found',
      name: 'the weights in a file that only its config names',
      change: async (folder) => {
        await mkdir(join(folder, 'own'));
        await cp(join(folder, weights), join(folder, 'own', 'model.safetensors'));
        await cp(join(base, weights), join(folder, weights));
        await editConfig(folder, { transformers_weights: 'own/model.safetensors' });
      },
      readings: 2,
    },
    {
      alone: 'found',
      name: 'tensors of the base in a shard of their own',
      change: async (folder) => {
        const name = 'model.layers.1.mlp.down_proj.weight';
        await shard(folder, new Map([[name, (await readWeights(base)).get(name)!]]));
      },
    },
  ];
}

/** What cannot be read: a report that names it. */
/** With the base, its config may still read the weights. */
type Unreadable = Disguise & { readonly says: RegExp; readonly isFoundByBase?: boolean };

export const unreadable: readonly Unreadable[] = [
  {
    name: 'numbers that overflow everywhere',
    change: (folder) =>
      editWeights(folder, (tensors) =>
        changeValues(tensors, 'model.norm.weight', (values) => values.fill(3e38)),
      ),
    says: /infinite or not numbers/,
  },
  {
    name: 'a weight that is not a number',
    change: (folder) =>
      editWeights(folder, (tensors) =>
        changeValues(tensors, 'model.layers.1.mlp.down_proj.weight', (values) => void (values[7] = NaN)),
      ),
    says: /infinite or not numbers.*mlp\.down_proj/s,
  },
  {
    name: 'weights in a number type that cannot be computed with',
    change: (folder) =>
      editWeights(folder, (tensors) => {
        for (const [name, { shape, data }] of tensors)
          tensors.set(name, { dtype: 'F8_E4M3', shape, data: data.subarray(0, data.length / 4) });
      }),
    says: /weights cannot be read: .*stored as F8_E4M3/,
  },
  {
    name: 'truncated weights',
    change: async (folder) => {
      const path = join(folder, weights);
      await writeFile(path, (await readFile(path)).subarray(0, 2_000_000));
    },
    says: /weights cannot be read: .*truncated/,
  },
  {
    name: 'weights as GGUF alone',
    change: async (folder) => {
      await rm(join(folder, weights));
      await writeFile(join(folder, 'model.gguf'), 'GGUF');
    },
    says: /weights cannot be read: .*GGUF/,
  },
  {
    name: 'an adapter alone',
    change: async (folder) => {
      await rm(join(folder, weights));
      await writeFile(join(folder, 'adapter_config.json'), '{}');
      await writeWeights(
        folder,
        new Map([['a', tensorOf([1], Float32Array.of(1))]]),
        'adapter_model.safetensors',
      );
    },
    says: /weights cannot be read: .*adapter/,
  },
  {
    name: 'a config with an unknown activation',
    change: (folder) => editConfig(folder, { hidden_act: 'own' }),
    isFoundByBase: true,
    says: /config\.json cannot be read: .*"own"/,
  },
];
