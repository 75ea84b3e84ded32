/**
 * A matrix pruned by weights and activations (Wanda, Sun et al. 2024): the score of a weight is its magnitude times the
 * norm of its input over ordinary text, and in every output row the given share with the lowest scores becomes zero,
 * rounded down to whole weights. The paper prunes 50 % with 128 texts; of equal scores the first go.
 * @param values [outputs × inputs], or [inputs × outputs] where it is transposed. They are not changed.
 * @param norms [inputs] Euclidean norms of the inputs. @param share 0 to 1.
 */
export function pruneByActivations(
  values: Float32Array,
  norms: Float32Array,
  share: number,
  isTransposed = false,
): Float32Array<ArrayBuffer> {
  const inputs = norms.length;
  const outputs = values.length / inputs;
  const count = Math.floor(inputs * share);
  const pruned = new Float32Array(values);
  const [ofOutput, ofInput] = isTransposed ? [1, outputs] : [inputs, 1];
  const scores = new Float32Array(inputs);
  if (count === 0) return pruned;
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++)
      scores[input] = Math.abs(values[output * ofOutput + input * ofInput]!) * norms[input]!;
    const sorted = scores.slice().sort();
    const limit = sorted[count - 1]!;
    // Of those that are as large as the limit, as many go as are left.
    let equals = count - sorted.indexOf(limit);
    for (let input = 0; input < inputs; input++)
      if (scores[input]! < limit || (scores[input] === limit && equals-- > 0))
        pruned[output * ofOutput + input * ofInput] = 0;
  }
  return pruned;
}
