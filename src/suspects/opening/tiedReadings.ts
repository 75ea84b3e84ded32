import { haveSameValues } from '../../checkpoint/weights/sameValues';
import { withFields, type Draft } from './draft';

/** Embedding and output matrix by their names in the families. */
const matrices: readonly (readonly [embedding: string, output: string])[] = [
  ['model.embed_tokens.weight', 'lm_head.weight'],
  ['transformer.wte.weight', 'lm_head.weight'],
  ['wte.weight', 'lm_head.weight'],
  ['gpt_neox.embed_in.weight', 'embed_out.weight'],
];

/**
 * The ways to take an output matrix: where the config ties it to the embeddings and the weights hold another
 * one, transformers 4 obeys the config and transformers 5 the weights. Where only one of them is stored it
 * can only be both.
 */
export async function readTiedMatrices(draft: Draft): Promise<Draft[]> {
  const names = matrices.find((pair) => pair.some((name) => draft.tensors.has(name)));
  if (!names) return [draft];
  const [embedding, output] = names.map((name) => draft.tensors.get(name));
  const isTied = draft.raw.tie_word_embeddings;
  if (!embedding || !output) return [{ ...draft, raw: { ...draft.raw, tie_word_embeddings: true } }];
  if (isTied === false || (await haveSameValues(embedding, output, { allowsRounding: true }))) return [draft];
  const conflict = 'the output matrix (tie_word_embeddings, and a matrix of its own)';
  const others = new Map([...draft.tensors].filter(([name]) => name !== names[1]));
  return [
    draft,
    { ...withFields(draft, { tie_word_embeddings: true }, conflict), tensors: others },
    withFields(draft, { tie_word_embeddings: false }, conflict),
  ];
}
