import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { floatTensor } from '../../../src/engine/runtime';
import { Graph } from '../../../src/graph/graph';
import { add, exp, multiply, scale, sumAll } from '../../../src/graph/operators';
import { assertClose, checkGradients, runOnce } from './finiteDifferences';

describe('gradients', () => {
  it('add up over every use of a shared expression', () =>
    checkGradients('shared', {
      inputs: [{ shape: [3] }, { shape: [3] }],
      build: ([a, b]) => {
        const shared = multiply(exp(a!), b!);
        const deeper = multiply(shared, shared);
        return add(multiply(deeper, shared), add(deeper, a!));
      },
      outputSizes: [3],
    }));

  it('of x·x·x + 2·x at 3 is 29', async () => {
    const { gradient } = await runOnce(
      (graph) => {
        const x = graph.input('x', 'float32', [], { trained: true });
        const loss = add(multiply(multiply(x, x), x), scale(x, 2));
        graph.output('gradient', graph.gradients(loss, [x])[0]!);
      },
      { x: floatTensor(Float32Array.of(3), []) },
    );
    assertClose(gradient!, [29]);
  });

  it('throw for an input that the loss does not depend on', () => {
    const graph = new Graph();
    const used = graph.input('used', 'float32', [2], { trained: true });
    const unused = graph.input('unused', 'float32', [2], { trained: true });
    exp(unused);
    assert.throws(() => graph.gradients(sumAll(used), [used, unused]), /does not depend on unused/);
  });

  it('cost nothing where nothing is trained', () => {
    const graph = new Graph();
    const trained = graph.input('trained', 'float32', [2], { trained: true });
    const fixed = graph.input('fixed', 'float32', [2]);
    const loss = sumAll(multiply(trained, exp(exp(fixed))));
    const before = graph.nodes.length;
    graph.gradients(loss, [trained]);
    const written = graph.nodes.slice(before).map(({ operator }) => operator);
    assert.ok(!written.includes('Exp'), written.join());
  });

  it('are not recorded on the tape, so they can be computed twice', async () => {
    const { first, second } = await runOnce(
      (graph) => {
        const x = graph.input('x', 'float32', [2], { trained: true });
        const loss = sumAll(multiply(x, x));
        graph.output('first', graph.gradients(loss, [x])[0]!);
        graph.output('second', graph.gradients(loss, [x])[0]!);
      },
      { x: floatTensor(Float32Array.of(3, -1), [2]) },
    );
    assertClose(first!, [6, -2]);
    assertClose(second!, [6, -2]);
  });
});

describe('constants', () => {
  it('that are equal are stored once, and those that differ in shape are not', () => {
    const graph = new Graph();
    assert.equal(graph.scalar(2), graph.scalar(2));
    assert.notEqual(graph.scalar(2), graph.floats([2], [1]));
    assert.notEqual(graph.floats([1, 2], [2]), graph.floats([1, 2], [1, 2]));
    assert.equal(graph.initializers.length, 4);
  });

  it('in a file are stored once a name', () => {
    const graph = new Graph();
    const place = { file: 'w.bin', offset: 8, byteLength: 8 };
    assert.equal(
      graph.fileConstant('w', 'float32', [2], place),
      graph.fileConstant('w', 'float32', [2], place),
    );
    assert.equal(graph.initializers.length, 1);
  });
});
