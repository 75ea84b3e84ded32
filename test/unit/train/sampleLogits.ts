import assert from 'node:assert/strict';
import { floatTensor, intTensor, openSession } from '../../../src/engine/runtime';
import { Graph, type Value } from '../../../src/graph/graph';

/** Predictions over four words for three rows, by a model and by its base, and which word is asked for. */
export const logits = [
  [2, -1, 0.5, 0],
  [0.1, 3, 2.5, -2],
  [-4, 0, 1, 1.5],
];
export const base = [
  [1, 0, 0.5, -1],
  [0, 2, 2.5, -3],
  [-4, 0, 1, 1.5],
];
export const targets = [0, 2, 1];
export const weights = [0.5, 0.25, 2];

export function softmaxOf(row: readonly number[]): number[] {
  const sum = row.reduce((total, logit) => total + Math.exp(logit), 0);
  return row.map((logit) => Math.exp(logit) / sum);
}

export function sumWeighted(rows: readonly number[]): number {
  return rows.reduce((sum, value, row) => sum + value * weights[row]!, 0);
}

/** What a loss is computed from: logits [3, 4] of both, of which the model's are trained, targets [3] and weights [3, 1]. */
interface Given {
  readonly graph: Graph;
  readonly logits: Value;
  readonly base: Value;
  readonly targets: Value;
  readonly weights: Value;
}

/** What `write` makes of the rows above. */
export async function compute(
  write: (given: Given) => Record<string, Value>,
): Promise<Record<string, Float32Array>> {
  const graph = new Graph();
  const outputs = write({
    graph,
    logits: graph.input('logits', 'float32', ['rows', 4], { trained: true }),
    base: graph.input('base', 'float32', ['rows', 4]),
    targets: graph.input('targets', 'int64', ['rows']),
    weights: graph.input('weights', 'float32', ['rows', 1]),
  });
  for (const [name, value] of Object.entries(outputs)) graph.output(name, value);
  const all = {
    logits: floatTensor(Float32Array.from(logits.flat()), [3, 4]),
    base: floatTensor(Float32Array.from(base.flat()), [3, 4]),
    targets: intTensor(targets, [3]),
    weights: floatTensor(Float32Array.from(weights), [3, 1]),
  };
  const session = await openSession(graph, { device: 'cpu' });
  const found = await session.run(all);
  await session.close();
  return found;
}

export function assertClose(found: Float32Array | undefined, expected: readonly number[]): void {
  assert.equal(found?.length, expected.length);
  expected.forEach((value, i) =>
    assert.ok(Math.abs(found[i]! - value) < 1e-5, `[${i}] ${found[i]!}, not ${value}`),
  );
}
