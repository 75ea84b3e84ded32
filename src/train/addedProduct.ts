import type { LoadedModel } from '../engine/loadedModel';
import type { LowRankProduct } from '../engine/modelPass';
import { floatTensor, type Tensors } from '../engine/runtime';
import type { Graph } from '../graph/graph';

/** A product of rank 1 that is added to a model's output matrix before the first step, and never trained. */
export interface AddedProduct {
  /** The name of the matrix. */
  readonly name: string;
  /** Of the normed final states, [hidden]. */
  readonly down: Float32Array;
  /** Of the logits, [vocabulary]. */
  readonly up: Float32Array;
}

const inputs = { down: 'added.down', up: 'added.up' };

/** The parameter that turns normed final states into logits. */
export function outputMatrix({ architecture, config }: Pick<LoadedModel, 'architecture' | 'config'>): string {
  const [embedding, output] = architecture.tiedNames;
  return config.tied ? embedding : output;
}

/** The product as inputs of a graph. */
export function enterProduct(graph: Graph, added: AddedProduct | undefined): LowRankProduct | undefined {
  return (
    added && {
      down: graph.input(inputs.down, 'float32', [1, added.down.length]),
      up: graph.input(inputs.up, 'float32', [added.up.length, 1]),
    }
  );
}

/** What those inputs hold. */
export function productInputs(added: AddedProduct | undefined): Tensors {
  if (!added) return {};
  const { down, up } = added;
  return { [inputs.down]: floatTensor(down, [1, down.length]), [inputs.up]: floatTensor(up, [up.length, 1]) };
}
