import { UserError } from '../common/errors';
import type { Value } from '../graph/graph';
import { gelu, silu } from '../graph/layerOperators';
import { add, multiply, relu, scale, subtract, tanh } from '../graph/operators';

export type Activation = (x: Value) => Value;

/** The activations by their names in configs; transformers has several names for one formula. */
const activations: Readonly<Record<string, Activation>> = {
  silu,
  swish: silu,
  gelu,
  gelu_python: gelu,
  gelu_new: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
  gelu_python_tanh: tanhGelu,
  gelu_accurate: tanhGelu,
  gelu_fast: tanhGelu,
  quick_gelu: quickGelu,
  relu,
  relu2: (x) => multiply(relu(x), relu(x)),
  relu6: (x) => subtract(relu(x), relu(subtract(x, x.graph.scalar(6)))),
  tanh,
  sigmoid: (x) => scale(add(tanh(scale(x, 0.5)), x.graph.scalar(1)), 0.5),
  linear: (x) => x,
};

/** @throws UserError `unsupported-config`, with the list of supported activations. */
export function findActivation(name: string): Activation {
  const found = Object.hasOwn(activations, name) ? activations[name] : undefined;
  if (found) return found;
  throw new UserError(
    'unsupported-config',
    `This checkpoint uses the activation "${name}", which is not supported.`,
    `Supported activations: ${Object.keys(activations).join(', ')}.`,
  );
}

/** GELU's approximation ½x(1 + tanh(√(2/π)(x + 0.044715x³))) (Hendrycks & Gimpel 2016), elementwise. */
function tanhGelu(x: Value): Value {
  const cubed = multiply(x, multiply(x, x));
  const inner = scale(add(x, scale(cubed, 0.044715)), Math.sqrt(2 / Math.PI));
  return scale(multiply(x, add(tanh(inner), x.graph.scalar(1))), 0.5);
}

/** GELU's approximation x · sigmoid(1.702x) (Hendrycks & Gimpel 2016), elementwise. */
function quickGelu(x: Value): Value {
  return scale(silu(scale(x, 1.702)), 1 / 1.702);
}

/**
 * Bounds values to ±cap by cap · tanh(x / cap), as Gemma 2 does with scores and logits, elementwise; x itself
 * without a cap.
 */
export function softCap(x: Value, cap: number | undefined): Value {
  return cap === undefined ? x : scale(tanh(scale(x, 1 / cap)), cap);
}
