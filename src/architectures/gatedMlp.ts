import type { Value } from '../graph/graph';
import { multiply, silu } from '../graph/operators';
import { project, type Pass } from './pass';

/** The gated MLP of the Llama line (SwiGLU, Shazeer 2020): down(silu(gate(x)) · up(x)). */
export function gatedMlp(
  pass: Pass,
  x: Value,
  name: string,
  { innerSize, bias = false }: { innerSize: number; bias?: boolean },
): Value {
  const options = { role: 'mlp', bias } as const;
  const gate = silu(project(pass, x, `${name}.gate_proj`, innerSize, options));
  const up = project(pass, x, `${name}.up_proj`, innerSize, options);
  return project(pass, multiply(gate, up), `${name}.down_proj`, x.shape[1] as number, options);
}
