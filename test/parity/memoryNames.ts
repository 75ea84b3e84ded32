/** Names of an expert's matrices as families store them, by their place in transformers' fused tensors. */
const expertMatrix =
  /^(.*)\.(?:mlp|block_sparse_moe)\.experts\.(\d+)\.(gate_proj|w1|up_proj|w3|down_proj|w2)\.weight$/;
const places: Readonly<Record<string, readonly [tensor: string, half: number]>> = {
  gate_proj: ['gate_up_proj', 0],
  w1: ['gate_up_proj', 0],
  up_proj: ['gate_up_proj', 1],
  w3: ['gate_up_proj', 1],
  down_proj: ['down_proj', 0],
  w2: ['down_proj', 0],
};

/** Other parameters whose names differ between memory and checkpoint. */
const renamed: readonly (readonly [stored: RegExp, inMemory: string])[] = [
  [/\.block_sparse_moe\./, '.mlp.'],
  [/^embed_out\./, 'lm_head.'],
];

/**
 * Gradients under the names that transformers 5 gives parameters in memory: it keeps the experts of a layer in two tensors,
 * [experts, 2 · inner, hidden] and [experts, hidden, inner], where checkpoints store every matrix by itself.
 */
export function nameAsInMemory(gradients: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  const named = new Map<string, Float32Array>();
  const parts = new Map<string, { expert: number; half: number; values: Float32Array }[]>();
  for (const [name, values] of gradients) {
    const [, layer, expert, matrix] = expertMatrix.exec(name) ?? [];
    if (!matrix) {
      named.set(
        renamed.reduce((text, [stored, inMemory]) => text.replace(stored, inMemory), name),
        values,
      );
      continue;
    }
    const [tensor, half] = places[matrix]!;
    const key = `${layer!}.mlp.experts.${tensor}`;
    parts.set(key, [...(parts.get(key) ?? []), { expert: Number(expert), half, values }]);
  }
  for (const [name, pieces] of parts) {
    const inOrder = pieces.sort((a, b) => a.expert - b.expert || a.half - b.half);
    named.set(name, Float32Array.from(inOrder.flatMap(({ values }) => [...values])));
  }
  return named;
}
