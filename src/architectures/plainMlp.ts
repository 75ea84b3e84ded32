import type { Value } from '../graph/graph';
import type { Activation } from './activations';
import { project, type Pass } from './pass';

interface PlainMlpOptions {
  readonly innerSize: number;
  readonly activation: Activation;
  /** Names of the two matrices. */
  readonly up: string;
  readonly down: string;
  readonly transposed?: boolean;
}

/** The MLP of the GPT line, with biases: down(activation(up(x))), [rows, hidden] → [rows, hidden]. */
export function plainMlp(
  pass: Pass,
  x: Value,
  { innerSize, activation, up, down, transposed = false }: PlainMlpOptions,
): Value {
  const options = { role: 'mlp', bias: true, transposed } as const;
  return project(
    pass,
    activation(project(pass, x, up, innerSize, options)),
    down,
    x.shape[1] as number,
    options,
  );
}
