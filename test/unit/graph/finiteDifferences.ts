import assert from 'node:assert/strict';
import { RandomStream, deriveKey } from '../../../src/common/random';
import { floatTensor, intTensor, openSession, type Tensor } from '../../../src/engine/runtime';
import { Graph, type Shape, type Value } from '../../../src/graph/graph';
import { multiply, sumAll } from '../../../src/graph/operators';

/** An input of a case: its shape in the graph, its sizes in the run where names stand for them, and its range. */
interface CaseInput {
  readonly shape: Shape;
  readonly sizes?: readonly number[];
  readonly from?: number;
  readonly to?: number;
}

export interface OperatorCase {
  readonly inputs: readonly CaseInput[];
  /** Whole numbers that need no gradient, by the name the build asks for them. */
  readonly indices?: Readonly<Record<string, { values: number[]; sizes: readonly number[]; shape: Shape }>>;
  /** Other inputs that the build names itself. */
  readonly feeds?: Readonly<Record<string, Tensor>>;
  build(inputs: readonly Value[], indices: Readonly<Record<string, Value>>): Value;
  /** Sizes of what is built. */
  readonly outputSizes: readonly number[];
  readonly outputShape?: Shape;
}

const step = 1e-2;
/**
 * Largest accepted ‖found − expected‖ / ‖expected‖. Central differences err by step²/6 of the third derivative and by
 * float32 rounding of the loss over the step, each about 1e-4 here.
 */
const bound = 3e-3;

/**
 * Compares the gradients of Σ weights · output with central differences of the same graph's loss. Inputs and weights are
 * random, seeded by the name.
 */
export async function checkGradients(name: string, operator: OperatorCase): Promise<void> {
  const random = new RandomStream(deriveKey(new Uint8Array(32), name));
  const draw = (sizes: readonly number[], from = -1, to = 1): Tensor & { data: Float32Array } => ({
    type: 'float32',
    data: Float32Array.from({ length: count(sizes) }, () => from + (to - from) * random.nextFloat()),
    shape: sizes,
  });
  const graph = new Graph();
  const values = operator.inputs.map(({ shape }, i) =>
    graph.input(`x${i}`, 'float32', shape, { trained: true }),
  );
  const indices = Object.entries(operator.indices ?? {}).map(
    ([key, { shape }]) => [key, graph.input(key, 'int64', shape)] as const,
  );
  const output = operator.build(values, Object.fromEntries(indices));
  const weights = graph.input('weights', 'float32', operator.outputShape ?? operator.outputSizes);
  const loss = sumAll(multiply(output, weights));
  graph.output('loss', loss);
  graph.gradients(loss, values).forEach((gradient, i) => graph.output(`gradient${i}`, gradient));

  const tensors = operator.inputs.map(({ shape, sizes, from, to }) =>
    draw(sizes ?? (shape as number[]), from, to),
  );
  const feeds: Record<string, Tensor> = { ...operator.feeds, weights: draw(operator.outputSizes) };
  tensors.forEach((tensor, i) => (feeds[`x${i}`] = floatTensor(tensor.data, tensor.shape)));
  for (const [key, { values: ids, sizes }] of Object.entries(operator.indices ?? {}))
    feeds[key] = intTensor(ids, sizes);
  const session = await openSession(graph, { device: 'cpu' });
  const found = await session.run(feeds);
  for (const [i, { data }] of tensors.entries()) {
    const expected = new Float64Array(data.length);
    for (let place = 0; place < data.length; place++) {
      const kept = data[place]!;
      const [above, below] = [Math.fround(kept + step), Math.fround(kept - step)];
      data[place] = above;
      const high = (await session.run(feeds, ['loss'])).loss![0]!;
      data[place] = below;
      const low = (await session.run(feeds, ['loss'])).loss![0]!;
      data[place] = kept;
      expected[place] = (high - low) / (above - below);
    }
    const gradient = found[`gradient${i}`]!;
    assert.equal(gradient.length, expected.length, `${name}: size of gradient ${i}`);
    const error = norm(expected.map((value, place) => value - gradient[place]!)) / norm(expected);
    assert.ok(error <= bound, `${name}: gradient ${i} is off by ${error.toExponential(1)}`);
  }
  await session.close();
}

/** Runs a graph of float inputs once on the CPU. */
export async function runOnce(
  build: (graph: Graph) => void,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Float32Array>> {
  const graph = new Graph();
  build(graph);
  const session = await openSession(graph, { device: 'cpu' });
  const outputs = await session.run(feeds);
  await session.close();
  return outputs;
}

export function assertClose(found: ArrayLike<number>, expected: readonly number[], tolerance = 1e-5): void {
  assert.equal(found.length, expected.length);
  expected.forEach((value, i) =>
    assert.ok(Math.abs(found[i]! - value) <= tolerance, `[${i}]: ${found[i]!} instead of ${value}`),
  );
}

function count(sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, 1);
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
