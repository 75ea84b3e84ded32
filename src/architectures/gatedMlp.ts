import type { Value } from '../graph/graph';
import { multiply } from '../graph/operators';
import type { Activation } from './activations';
import { project, type Pass } from './pass';

export interface GatedMlpOptions {
  readonly innerSize: number;
  readonly activation: Activation;
  readonly bias?: boolean;
  /** Names of the three matrices under `name`. */
  readonly matrices?: { readonly gate: string; readonly up: string; readonly down: string };
}

const llamaMatrices = { gate: 'gate_proj', up: 'up_proj', down: 'down_proj' };

/**
 * The gated MLP of the Llama line (GLU variants, Shazeer 2020): down(activation(gate(x)) · up(x)), [rows,
 * hidden] → [rows, hidden].
 */
export function gatedMlp(
  pass: Pass,
  x: Value,
  name: string,
  { innerSize, activation, bias = false, matrices = llamaMatrices }: GatedMlpOptions,
): Value {
  const options = { role: 'mlp', bias } as const;
  const gate = activation(project(pass, x, `${name}.${matrices.gate}`, innerSize, options));
  const up = project(pass, x, `${name}.${matrices.up}`, innerSize, options);
  return project(pass, multiply(gate, up), `${name}.${matrices.down}`, x.shape[1] as number, options);
}
