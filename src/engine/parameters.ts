import type { Architecture, ModelConfig } from '../architectures/architecture';
import type { Pass, Role } from '../architectures/pass';
import { Graph } from '../graph/graph';

/** One parameter of a model as the family's formula names it. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: Role;
  /** Whether a matrix is stored as [in, out]; the others are [out, in]. */
  readonly isTransposed: boolean;
  /** Index of its layer; undefined for embeddings, final norm and output matrix. */
  readonly layer: number | undefined;
}

/**
 * Lists the parameters of a family by writing its formula into a graph that only records requests.
 * @param visit sees each once, at its first request; what it throws ends the listing.
 */
export function listParameters(
  architecture: Architecture,
  config: ModelConfig,
  visit: (parameter: Parameter) => void = () => undefined,
): Parameter[] {
  const graph = new Graph();
  const found = new Map<string, Parameter>();
  let layer: number | undefined;
  const anything = graph.input('anything', 'float32', ['length', 'total']);
  const pass: Pass = {
    graph,
    weight(name, shape, role, isTransposed = false) {
      // Nobody runs this graph, and that of many experts would take more memory than their names.
      graph.nodes.length = 0;
      if (!found.has(name)) {
        const parameter = { name, shape, role, isTransposed, layer };
        found.set(name, parameter);
        visit(parameter);
      }
      return { ...anything, shape };
    },
    lowRank: () => undefined,
    layout: undefined,
    positions: () => anything,
    rotary: () => ({ cos: { ...anything, shape: ['total', 1] }, sin: anything }),
    mask: () => anything,
    past: () => undefined,
    keep: () => undefined,
    selectRows: (_, states) => states,
    attended: (_, compute) => compute(),
  };

  let hidden = architecture.embed(pass, config, graph.input('ids', 'int64', ['batch', 'length']));
  for (layer = 0; layer < config.layerCount; layer++)
    hidden = architecture.layer(pass, config, layer, hidden);
  layer = undefined;
  architecture.logits(pass, config, architecture.finalNorm(pass, config, hidden));
  return [...found.values()];
}
