import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  crossEntropy,
  divergence,
  entropyLoss,
  marginLoss,
  marginsOf,
  relativeShift,
} from '../../../src/embed/losses';
import { floatTensor, intTensor, openSession, type Tensors } from '../../../src/engine/runtime';
import { Graph } from '../../../src/graph/graph';
import { rowEntropy } from '../../../src/graph/layerOperators';

const logits = [
  [2, -1, 0.5, 0],
  [0.1, 3, 2.5, -2],
  [-4, 0, 1, 1.5],
];
const base = [
  [1, 0, 0.5, -1],
  [0, 2, 2.5, -3],
  [-4, 0, 1, 1.5],
];
const targets = [0, 2, 1];
const weights = [0.5, 0.25, 2];

const softmaxOf = (row: readonly number[]): number[] => {
  const sum = row.reduce((total, logit) => total + Math.exp(logit), 0);
  return row.map((logit) => Math.exp(logit) / sum);
};
const sumWeighted = (rows: readonly number[]): number =>
  rows.reduce((sum, value, row) => sum + value * weights[row]!, 0);
const expectedMargins = logits.map((row, i) => {
  const target = targets[i]!;
  return row[target]! - Math.max(...row.filter((_, column) => column !== target));
});

async function compute(): Promise<Record<string, Float32Array>> {
  const graph = new Graph();
  const model = graph.input('logits', 'float32', ['rows', 4], { trained: true });
  const ofBase = graph.input('base', 'float32', ['rows', 4]);
  const wanted = graph.input('targets', 'int64', ['rows']);
  const rowWeights = graph.input('weights', 'float32', ['rows', 1]);
  const margins = marginsOf(model, wanted);
  const hinge = marginLoss(margins, graph.scalar(1), rowWeights);
  const drift = divergence(ofBase, model, rowWeights);
  graph.output('margins', margins);
  graph.output('hinge', hinge);
  graph.output('crossEntropy', crossEntropy(model, wanted, rowWeights));
  graph.output('divergence', drift);
  graph.output('entropyLoss', entropyLoss(rowEntropy(ofBase), model, rowWeights));
  graph.output('shift', relativeShift(ofBase, model, rowWeights));
  graph.output('hingeGradient', graph.gradients(hinge, [model])[0]!);
  graph.output('driftGradient', graph.gradients(drift, [model])[0]!);
  const inputs: Tensors = {
    logits: floatTensor(Float32Array.from(logits.flat()), [3, 4]),
    base: floatTensor(Float32Array.from(base.flat()), [3, 4]),
    targets: intTensor(targets, [3]),
    weights: floatTensor(Float32Array.from(weights), [3, 1]),
  };
  const session = await openSession(graph, { device: 'cpu' });
  const outputs = await session.run(inputs);
  await session.close();
  return outputs;
}

function assertClose(found: Float32Array | undefined, expected: readonly number[]): void {
  assert.equal(found?.length, expected.length);
  expected.forEach((value, i) =>
    assert.ok(Math.abs(found[i]! - value) < 1e-5, `[${i}] ${found[i]!}, not ${value}`),
  );
}

describe('the losses are those of plain arithmetic', () => {
  it('the margin over the largest other word, and what is missing of it', async () => {
    const { margins, hinge, hingeGradient } = await compute();
    assertClose(margins, expectedMargins);
    assertClose(hinge, [sumWeighted(expectedMargins.map((margin) => Math.max(0, 1 - margin)))]);
    // Row 0 stands well; in the others the target is pulled up and the winner down.
    assertClose(hingeGradient, [0, 0, 0, 0, 0, 0.25, -0.25, 0, 0, -2, 0, 2]);
  });

  it('cross-entropy', async () => {
    const expected = sumWeighted(logits.map((row, i) => -Math.log(softmaxOf(row)[targets[i]!]!)));
    assertClose((await compute()).crossEntropy, [expected]);
  });

  it('the divergence KL(base ‖ model), zero where both agree, and its gradient q − p', async () => {
    const rows = base.map((row, i) => {
      const [p, q] = [softmaxOf(row), softmaxOf(logits[i]!)];
      return p.reduce((sum, share, word) => sum + share * Math.log(share / q[word]!), 0);
    });
    assert.ok(Math.abs(rows[2]!) < 1e-12);
    const { divergence: drift, driftGradient } = await compute();
    assertClose(drift, [sumWeighted(rows)]);
    const gradient = logits.flatMap((row, i) => {
      const p = softmaxOf(base[i]!);
      return softmaxOf(row).map((share, word) => weights[i]! * (share - p[word]!));
    });
    assertClose(driftGradient, gradient);
  });

  it('the square of the change of the mean entropy, of which a pass adds its share', async () => {
    const entropyOf = (row: readonly number[]): number =>
      softmaxOf(row).reduce((sum, share) => sum - share * Math.log(share), 0);
    const change = sumWeighted(logits.map((row, i) => entropyOf(row) - entropyOf(base[i]!)));
    const share = weights.reduce((sum, weight) => sum + weight, 0);
    assertClose((await compute()).entropyLoss, [change ** 2 / share]);
  });

  it('how far states move, as a share of their size', async () => {
    const squared = (row: readonly number[]): number => row.reduce((sum, value) => sum + value * value, 0);
    const moved = logits.map((row, i) => {
      const from = base[i]!;
      return squared(row.map((value, column) => value - from[column]!)) / squared(from);
    });
    assertClose((await compute()).shift, [sumWeighted(moved)]);
  });
});
