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
  return { ...draft, raw };
}
