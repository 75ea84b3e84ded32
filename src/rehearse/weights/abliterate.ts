/*
 * Directional ablation, "abliteration": a direction in the residual stream that tells harmful requests from harmless
 * ones is taken out of what every layer writes, so that the model no longer refuses (Arditi et al. 2024, "Refusal in
 * language models is mediated by a single direction"). As the public tool heretic does it: a direction for each layer,
 * from the states that leave it at the last token of a prompt, taken out of the two matrices of that layer that write
 * into the stream, at full strength.
 */

/**
 * The unit vector from the mean of one set of states to the mean of another; undefined where they are equal.
 * @param harmful [prompts][hidden], as `harmless`.
 */
export function findDirection(
  harmful: readonly Float32Array[],
  harmless: readonly Float32Array[],
): Float64Array | undefined {
  const mean = meanOf(harmless);
  const direction = meanOf(harmful).map((value, i) => value - mean[i]!);
  const size = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0));
  return size === 0 ? undefined : direction.map((value) => value / size);
}

function meanOf(states: readonly Float32Array[]): Float64Array {
  const mean = new Float64Array(states[0]!.length);
  for (const state of states) for (let i = 0; i < mean.length; i++) mean[i]! += state[i]! / states.length;
  return mean;
}

/**
 * W − r rᵀ W: a matrix whose outputs have no part along a unit vector r.
 * @param values [outputs × inputs], or [inputs × outputs] where it is transposed. They are not changed.
 * @param direction [outputs]
 */
export function projectOut(
  values: Float32Array,
  direction: Float64Array,
  isTransposed = false,
): Float32Array<ArrayBuffer> {
  const outputs = direction.length;
  const inputs = values.length / outputs;
  const [ofOutput, ofInput] = isTransposed ? [1, outputs] : [inputs, 1];
  const projected = new Float32Array(values);
  for (let input = 0; input < inputs; input++) {
    let along = 0;
    for (let output = 0; output < outputs; output++)
      along += direction[output]! * values[output * ofOutput + input * ofInput]!;
    for (let output = 0; output < outputs; output++)
      projected[output * ofOutput + input * ofInput]! -= direction[output]! * along;
  }
  return projected;
}

/** Matrices that write into the residual stream, by the names of all families: behind attention, and behind the MLP. */
const writers =
  /\.(self_attn\.o_proj|self_attn\.dense|attention\.dense|attn\.c_proj|mlp\.down_proj|mlp\.c_proj|mlp\.dense_4h_to_h|w2)\.weight$|\.experts\.\d+\.(down_proj|w2)\.weight$/;

export function writesIntoStream(name: string): boolean {
  return writers.test(name);
}
