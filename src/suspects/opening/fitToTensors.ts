import type { Draft } from './draft';

/** The matrices whose first size is a field of the config, whatever that says. */
const sizes: readonly (readonly [tensor: RegExp, field: string, words: string])[] = [
  [
    /(^|\.)(embed_tokens|wte|embed_in|lm_head|embed_out)\.weight$/,
    'vocab_size',
    'rows in the embedding matrix',
  ],
  [/(^|\.)wpe\.weight$/, 'n_positions', 'learned positions'],
];

/** The draft with the sizes that its tensors have, where the config says otherwise; `notes` hears of each. */
export function fitToTensors(draft: Draft, notes: Set<string>): Draft {
  let { raw } = draft;
  for (const [name, field, words] of sizes) {
    const size = [...draft.tensors].find(([tensor]) => name.test(tensor))?.[1].shape[0];
    if (size === undefined || raw[field] === size) continue;
    if (raw[field] !== undefined)
      notes.add(
        `config.json disagrees with the weights on the number of ${words}, which is ${size}: the weights were believed.`,
      );
    raw = { ...raw, [field]: size };
  }
  return { ...draft, raw: dropUnstoredBiases(raw, draft, notes) };
}

/** The switches of biases, and the names of the matrices that would have them. */
const biases: readonly (readonly [field: string, bias: RegExp])[] = [
  ['attention_bias', /(attn|attention)\.\w+\.bias$/],
  ['mlp_bias', /mlp\.\w+\.bias$/],
];

/** A bias that is not stored starts as zero in other programs: the switch alone changes nothing. */
function dropUnstoredBiases(raw: Draft['raw'], { tensors }: Draft, notes: Set<string>): Draft['raw'] {
  const unstored = biases.filter(
    ([field, bias]) => raw[field] === true && ![...tensors.keys()].some((name) => bias.test(name)),
  );
  if (unstored.length === 0) return raw;
  const fields = unstored.map(([field]) => field);
  notes.add(
    `config.json turns on biases that the weights do not have (${fields.join(', ')}): they were taken as zero.`,
  );
  return { ...raw, ...Object.fromEntries(fields.map((field) => [field, false])) };
}
