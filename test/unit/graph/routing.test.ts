import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { floatTensor } from '../../../src/engine/runtime';
import { cut, join, multiply, scatterRows } from '../../../src/graph/operators';
import { keepLargest, placesByGroup } from '../../../src/graph/routing';
import { assertClose, checkGradients, runOnce } from './finiteDifferences';

describe('rows that go different ways', () => {
  it('keep the largest values of each row, and only these have a gradient', async () => {
    const build = (k: number) =>
      checkGradients(`keep ${k}`, {
        inputs: [{ shape: [4, 5], from: 1, to: 1.5 }],
        // Steps larger than the spread keep the order, whatever was drawn.
        build: ([a]) => keepLargest(multiply(a!, a!.graph.floats([1, 9, 3, 27, 81], [5])), k),
        outputSizes: [4, 5],
      });
    for (const k of [1, 2, 5]) await build(k);
    const { kept } = await runOnce(
      (graph) => graph.output('kept', keepLargest(graph.input('a', 'float32', ['rows', 3]), 2)),
      { a: floatTensor(Float32Array.of(1, 2, 3, 9, 8, 7, 5, 5, 5), [3, 3]) },
    );
    assert.deepEqual([...kept!.slice(0, 6)], [0, 2, 3, 9, 8, 0]);
    assert.equal(kept!.slice(6).filter((value) => value > 0).length, 2);
  });

  it('are listed group by group', async () => {
    const found = await runOnce(
      (graph) => {
        const places = placesByGroup(graph.input('table', 'float32', [3, 'rows']), 'places');
        for (const name of ['rows', 'flat', 'counts'] as const) graph.output(name, places[name]);
      },
      { table: floatTensor(Float32Array.of(0, 0.5, 0, 0.1, 0, 0, 0, 0, 1, 0, 0, 2), [3, 4]) },
    );
    const numbers = (values: ArrayLike<unknown>): number[] => Array.from(values, Number);
    assert.deepEqual(numbers(found.rows!), [1, 3, 0, 3]);
    assert.deepEqual(numbers(found.flat!), [1, 3, 8, 11]);
    assert.deepEqual(numbers(found.counts!), [2, 0, 2]);
  });

  it('are cut by sizes of the run, an empty piece among them, and joined again', () =>
    checkGradients('cut and join', {
      inputs: [{ shape: ['rows', 3], sizes: [5, 3] }, { shape: [3] }],
      indices: { sizes: { values: [2, 0, 3], sizes: [3], shape: [3] } },
      build: ([a, b], { sizes }) => {
        const [first, none, last] = cut(
          a!,
          sizes!,
          0,
          ['first', 'none', 'last'].map((name) => [name, 3]),
        );
        const pieces = [multiply(first!, b!), multiply(none!, b!), multiply(last!, last!)];
        return join(pieces, sizes!, 0, ['rows', 3]);
      },
      outputSizes: [5, 3],
      outputShape: ['rows', 3],
    }));

  it('have no gradient from pieces that nothing reads', () =>
    checkGradients('one piece', {
      inputs: [{ shape: [5, 2] }],
      indices: { sizes: { values: [1, 4], sizes: [2], shape: [2] } },
      build: ([a], { sizes }) => {
        const [first] = cut(a!, sizes!, 0, [
          ['first', 2],
          ['last', 2],
        ]);
        return multiply(first!, first!);
      },
      outputSizes: [1, 2],
      outputShape: ['first', 2],
    }));

  it('are added where they came from, several to one place', async () => {
    await checkGradients('scatter', {
      inputs: [{ shape: [4, 2] }, { shape: [3, 2] }],
      indices: { rows: { values: [2, 0, 2], sizes: [3], shape: ['picked'] } },
      build: ([a, values], { rows }) =>
        multiply(scatterRows(a!, rows!, values!), scatterRows(a!, rows!, values!)),
      outputSizes: [4, 2],
    });
    const { sum } = await runOnce(
      (graph) => {
        const a = graph.floats([1, 2, 3], [3, 1]);
        graph.output('sum', scatterRows(a, graph.ints([2, 2]), graph.input('values', 'float32', [2, 1])));
      },
      { values: floatTensor(Float32Array.of(10, 100), [2, 1]) },
    );
    assertClose(sum!, [1, 2, 113]);
  });
});
