import type { Value } from '../graph/graph';
import { centre, rmsNorm } from '../graph/layerOperators';
import { add, reshape } from '../graph/operators';
import type { Pass } from './pass';

/** A norm over the last axis of x [..., size] with the parameters under `name`. */
type Norm = (pass: Pass, x: Value, name: string, epsilon: number) => Value;

/** w · x / √(mean(x²) + ε). */
export const rms: Norm = (pass, x, name, epsilon) => rmsNorm(x, normWeight(pass, x, name), epsilon);

/** (1 + w) · x / √(mean(x²) + ε): Gemma stores weights as their distance from one. */
export const rmsAroundOne: Norm = (pass, x, name, epsilon) =>
  rmsNorm(x, add(normWeight(pass, x, name), pass.graph.scalar(1)), epsilon);

/** w · (x − mean(x)) / √(var(x) + ε) + b (Ba et al. 2016). */
export const layerNorm: Norm = (pass, x, name, epsilon) => {
  const normed = rmsNorm(centre(x), normWeight(pass, x, name), epsilon);
  return add(normed, pass.weight(`${name}.bias`, [lastSize(x)], 'norm'));
};

/** Norms each head of [tokens, heads · size] by one weight [size]. */
export function normHeads(
  norm: Norm,
  pass: Pass,
  x: Value,
  { name, headSize, epsilon }: { name: string; headSize: number; epsilon: number },
): Value {
  const heads = lastSize(x) / headSize;
  const perHead = norm(pass, reshape(x, ['tokens', heads, headSize]), name, epsilon);
  return reshape(perHead, ['tokens', heads * headSize]);
}

function normWeight(pass: Pass, x: Value, name: string): Value {
  return pass.weight(`${name}.weight`, [lastSize(x)], 'norm');
}

function lastSize(x: Value): number {
  return x.shape.at(-1) as number;
}
