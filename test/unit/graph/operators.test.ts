import { describe, it } from 'node:test';
import { floatTensor, intTensor } from '../../../src/engine/runtime';
import { centre, gelu, rmsNorm, rotary, rowEntropy, silu } from '../../../src/graph/layerOperators';
import {
  add,
  exp,
  gatherRows,
  linear,
  linearTransposed,
  logSoftmax,
  lookUpRows,
  matmul,
  maxLast,
  multiply,
  negate,
  pickColumns,
  reciprocal,
  relu,
  reshape,
  scale,
  softmax,
  split,
  subtract,
  sumAll,
  sumLast,
  tanh,
  transpose,
} from '../../../src/graph/operators';
import { assertClose, checkGradients, runOnce, type OperatorCase } from './finiteDifferences';

const square = { shape: [3, 4] };

const table: Record<string, OperatorCase> = {
  add: { inputs: [square, square], build: ([a, b]) => add(a!, b!), outputSizes: [3, 4] },
  'add, a row to every row': {
    inputs: [square, { shape: [4] }],
    build: ([a, b]) => add(a!, b!),
    outputSizes: [3, 4],
  },
  'add, a scalar': { inputs: [{ shape: [] }, square], build: ([a, b]) => add(a!, b!), outputSizes: [3, 4] },
  'subtract, a column from every column': {
    inputs: [square, { shape: [3, 1] }],
    build: ([a, b]) => subtract(a!, b!),
    outputSizes: [3, 4],
  },
  'subtract, every row from a row': {
    inputs: [{ shape: [1, 4] }, square],
    build: ([a, b]) => subtract(a!, b!),
    outputSizes: [3, 4],
  },
  'multiply, both repeated': {
    inputs: [{ shape: [3, 1] }, { shape: [1, 4] }],
    build: ([a, b]) => multiply(a!, b!),
    outputSizes: [3, 4],
  },
  'multiply, over a missing axis': {
    inputs: [{ shape: [2, 3, 4] }, { shape: [3, 1] }],
    build: ([a, b]) => multiply(a!, b!),
    outputSizes: [2, 3, 4],
  },
  'multiply, with itself': { inputs: [square], build: ([a]) => multiply(a!, a!), outputSizes: [3, 4] },
  'multiply, sizes known at the run': {
    inputs: [{ shape: ['rows', 4], sizes: [3, 4] }, { shape: [4] }],
    build: ([a, b]) => multiply(a!, b!),
    outputSizes: [3, 4],
    outputShape: ['rows', 4],
  },
  scale: { inputs: [square], build: ([a]) => scale(a!, -2.5), outputSizes: [3, 4] },
  negate: { inputs: [square], build: ([a]) => negate(a!), outputSizes: [3, 4] },
  exp: { inputs: [square], build: ([a]) => exp(a!), outputSizes: [3, 4] },
  reciprocal: {
    inputs: [{ ...square, from: 0.5, to: 2 }],
    build: ([a]) => reciprocal(a!),
    outputSizes: [3, 4],
  },
  tanh: { inputs: [{ ...square, from: -2, to: 2 }], build: ([a]) => tanh(a!), outputSizes: [3, 4] },
  gelu: { inputs: [{ ...square, from: -3, to: 3 }], build: ([a]) => gelu(a!), outputSizes: [3, 4] },
  centre: { inputs: [square], build: ([a]) => centre(a!), outputSizes: [3, 4] },
  'relu, above zero': { inputs: [{ ...square, from: 0.1 }], build: ([a]) => relu(a!), outputSizes: [3, 4] },
  'relu, on both sides': {
    // Products of a constant's sign keep every value away from the bend.
    inputs: [{ ...square, from: 0.1 }],
    build: ([a]) => relu(multiply(a!, a!.graph.floats([1, -1, 1, -1, -1, 1, -1, 1, 1, 1, -1, -1], [3, 4]))),
    outputSizes: [3, 4],
  },
  silu: { inputs: [{ ...square, from: -3, to: 3 }], build: ([a]) => silu(a!), outputSizes: [3, 4] },
  matmul: {
    inputs: [{ shape: [2, 3] }, { shape: [3, 4] }],
    build: ([a, b]) => matmul(a!, b!),
    outputSizes: [2, 4],
  },
  'matmul, batched': {
    inputs: [{ shape: [2, 2, 3, 2] }, { shape: [2, 2, 2, 3] }],
    build: ([a, b]) => matmul(a!, b!),
    outputSizes: [2, 2, 3, 3],
  },
  linear: {
    inputs: [{ shape: ['rows', 3], sizes: [5, 3] }, { shape: [4, 3] }],
    build: ([x, weight]) => linear(x!, weight!),
    outputSizes: [5, 4],
    outputShape: ['rows', 4],
  },
  linearTransposed: {
    inputs: [{ shape: ['rows', 3], sizes: [5, 3] }, { shape: [3, 4] }],
    build: ([x, weight]) => linearTransposed(x!, weight!),
    outputSizes: [5, 4],
    outputShape: ['rows', 4],
  },
  softmax: { inputs: [{ ...square, from: -2, to: 2 }], build: ([a]) => softmax(a!), outputSizes: [3, 4] },
  logSoftmax: {
    inputs: [{ ...square, from: -2, to: 2 }],
    build: ([a]) => logSoftmax(a!),
    outputSizes: [3, 4],
  },
  maxLast: {
    inputs: [square],
    // A ramp parts the values of a row by more than the step of the differences.
    build: ([a]) => maxLast(add(a!, a!.graph.floats([0, 3, 6, 9], [4]))),
    outputSizes: [3, 1],
  },
  sumLast: { inputs: [square], build: ([a]) => sumLast(a!), outputSizes: [3, 1] },
  'sumLast, sizes known at the run': {
    inputs: [{ shape: ['rows', 'columns'], sizes: [3, 4] }],
    build: ([a]) => sumLast(a!),
    outputSizes: [3, 1],
    outputShape: ['rows', 1],
  },
  sumAll: { inputs: [square], build: ([a]) => sumAll(a!), outputSizes: [] },
  rowEntropy: {
    inputs: [{ shape: [3, 5], from: -2, to: 2 }],
    build: ([a]) => rowEntropy(a!),
    outputSizes: [3, 1],
  },
  rmsNorm: {
    inputs: [{ shape: [3, 6], from: -2, to: 2 }, { shape: [6] }],
    build: ([a, weight]) => rmsNorm(a!, weight!, 1e-5),
    outputSizes: [3, 6],
  },
  'rmsNorm, per head': {
    inputs: [{ shape: ['tokens', 2, 4], sizes: [3, 2, 4] }, { shape: [4] }],
    build: ([a, weight]) => rmsNorm(a!, weight!, 1e-5),
    outputSizes: [3, 2, 4],
    outputShape: ['tokens', 2, 4],
  },
  rotary: {
    inputs: [{ shape: [2, 2, 3, 4] }],
    indices: { positions: { values: [0, 1, 2, 2, 0, 1], sizes: [2, 3], shape: [2, 3] } },
    build: ([a], { positions }) => rotary(a!, { ...rotaryTables(a!), positions: positions! }),
    outputSizes: [2, 2, 3, 4],
  },
  'rotary, of a part of each head': {
    inputs: [{ shape: [1, 2, 3, 8] }],
    indices: { positions: { values: [0, 1, 2], sizes: [1, 3], shape: [1, 3] } },
    build: ([a], { positions }) => rotary(a!, { ...rotaryTables(a!), positions: positions! }),
    outputSizes: [1, 2, 3, 8],
  },
  gatherRows: {
    inputs: [{ shape: [5, 3] }],
    indices: { rows: { values: [4, 1, 0], sizes: [3], shape: ['rows'] } },
    build: ([a], { rows }) => gatherRows(a!, rows!),
    outputSizes: [3, 3],
    outputShape: ['rows', 3],
  },
  'lookUpRows, some of them several times': {
    inputs: [{ shape: [5, 3] }],
    indices: { rows: { values: [4, 1, 1, 0, 1], sizes: [5], shape: ['rows'] } },
    build: ([a], { rows }) => lookUpRows(a!, rows!),
    outputSizes: [5, 3],
    outputShape: ['rows', 3],
  },
  'lookUpRows, by a table of indices': {
    inputs: [{ shape: [5, 3] }],
    indices: { ids: { values: [4, 1, 1, 0, 4, 4], sizes: [2, 3], shape: ['batch', 'length'] } },
    build: ([a], { ids }) => lookUpRows(a!, ids!),
    outputSizes: [2, 3, 3],
    outputShape: ['batch', 'length', 3],
  },
  pickColumns: {
    inputs: [square],
    indices: { columns: { values: [3, 0, 3], sizes: [3], shape: ['rows'] } },
    build: ([a], { columns }) => pickColumns(a!, columns!),
    outputSizes: [3, 1],
  },
  reshape: { inputs: [square], build: ([a]) => reshape(a!, [2, 6]), outputSizes: [2, 6] },
  'reshape, two sizes known at the run': {
    inputs: [{ shape: ['batch', 'length', 6], sizes: [2, 3, 6] }],
    build: ([a]) => reshape(reshape(a!, ['tokens', 6]), ['batch', 'length', 2, 3]),
    outputSizes: [2, 3, 2, 3],
    outputShape: ['batch', 'length', 2, 3],
  },
  transpose: {
    inputs: [{ shape: [2, 3, 4] }],
    build: ([a]) => transpose(a!, [2, 0, 1]),
    outputSizes: [4, 2, 3],
  },
  split: {
    inputs: [{ shape: [3, 6] }],
    build: ([a]) => {
      const [first, , last] = split(a!, [2, 1, 3], 1);
      return add(multiply(first!, first!), sumLast(last!));
    },
    outputSizes: [3, 2],
  },
};

/** Tables that turn four values of each head. */
function rotaryTables(a: Parameters<typeof rotary>[0]) {
  const angles = [0, 1, 2].flatMap((position) => [position, position * 0.3]);
  return {
    cos: a.graph.floats(angles.map(Math.cos), [3, 2]),
    sin: a.graph.floats(angles.map(Math.sin), [3, 2]),
  };
}

describe('the gradient of every operator is that of finite differences', () => {
  for (const [name, operator] of Object.entries(table)) it(name, () => checkGradients(name, operator));
});

describe('operators compute', () => {
  it('softmax and logSoftmax of large logits without overflow', async () => {
    const { shares, logs } = await runOnce(
      (graph) => {
        const a = graph.input('a', 'float32', [1, 3]);
        graph.output('shares', softmax(a));
        graph.output('logs', logSoftmax(a));
      },
      { a: floatTensor(Float32Array.of(1000, 1001, 1000), [1, 3]) },
    );
    const sum = 2 + Math.E;
    assertClose(shares!, [1 / sum, Math.E / sum, 1 / sum]);
    assertClose(logs!, [-Math.log(sum), 1 - Math.log(sum), -Math.log(sum)]);
  });

  it('rotary by turning pairs of the two halves of a head', async () => {
    const angle = 0.7;
    const { turned } = await runOnce(
      (graph) => {
        const a = graph.input('a', 'float32', [1, 1, 1, 4]);
        const positions = graph.input('positions', 'int64', [1, 1]);
        const cos = graph.floats([1, 1, Math.cos(angle), Math.cos(2 * angle)], [2, 2]);
        const sin = graph.floats([0, 0, Math.sin(angle), Math.sin(2 * angle)], [2, 2]);
        graph.output('turned', rotary(a, { cos, sin, positions }));
      },
      { a: floatTensor(Float32Array.of(1, 2, 3, 4), [1, 1, 1, 4]), positions: intTensor([1], [1, 1]) },
    );
    const turn = (x: number, y: number, by: number): [number, number] => [
      x * Math.cos(by) - y * Math.sin(by),
      y * Math.cos(by) + x * Math.sin(by),
    ];
    const [[a, c], [b, d]] = [turn(1, 3, angle), turn(2, 4, 2 * angle)];
    assertClose(turned!, [a, b, c, d]);
  });

  it('rmsNorm as w · a / √(mean(a²) + ε)', async () => {
    const row = floatTensor(Float32Array.of(3, 4), [1, 2]);
    const { normed, trained } = await runOnce(
      (graph) => {
        const weight = graph.floats([2, -1], [2]);
        graph.output('normed', rmsNorm(graph.input('a', 'float32', [1, 2]), weight, 0.5));
        // One through which a gradient passes is written otherwise.
        const trained = graph.input('trained', 'float32', [1, 2], { trained: true });
        graph.output('trained', rmsNorm(trained, weight, 0.5));
      },
      { a: row, trained: row },
    );
    const root = Math.sqrt(12.5 + 0.5);
    assertClose(normed!, [(2 * 3) / root, -4 / root]);
    assertClose(trained!, [(2 * 3) / root, -4 / root]);
  });
});
