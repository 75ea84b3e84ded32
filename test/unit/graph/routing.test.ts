import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { floatTensor, intTensor, openSession } from '../../../src/engine/runtime';
import { Graph, type Value } from '../../../src/graph/graph';
import { cut, join, lookUpRows, multiply, sumAll } from '../../../src/graph/operators';
import { collectRows, keepLargest, placesByGroup, sendRows, type Places } from '../../../src/graph/routing';
import { checkGradients, runOnce } from './finiteDifferences';

/** Of four rows: the second and the last go to the first group, the first and the last to the third. */
const visits = {
  table: floatTensor(Float32Array.of(0, 0.5, 0, 0.1, 0, 0, 0, 0, 1, 0, 0, 2), [3, 4]),
  groups: intTensor([2, 1, 0, 1, 0, 1, 2, 0], [4, 2]),
};

function placesOf(graph: Graph): Places {
  const table = graph.input('table', 'float32', [3, 'rows']);
  return placesByGroup(table, graph.input('groups', 'int64', ['rows', 2]), 'places');
}

describe('rows that go different ways', () => {
  it('keep the largest values of each row, and only these have a gradient', async () => {
    const build = (k: number) =>
      checkGradients(`keep ${k}`, {
        inputs: [{ shape: [4, 5], from: 1, to: 1.5 }],
        // Steps larger than the spread keep the order, whatever was drawn.
        build: ([a]) => keepLargest(multiply(a!, a!.graph.floats([1, 9, 3, 27, 81], [5])), k).kept,
        outputSizes: [4, 5],
      });
    for (const k of [1, 2, 5]) await build(k);
    const { kept } = await runOnce(
      (graph) => graph.output('kept', keepLargest(graph.input('a', 'float32', ['rows', 3]), 2).kept),
      { a: floatTensor(Float32Array.of(1, 2, 3, 9, 8, 7, 5, 5, 5), [3, 3]) },
    );
    assert.deepEqual([...kept!.slice(0, 6)], [0, 2, 3, 9, 8, 0]);
    assert.equal(kept!.slice(6).filter((value) => value > 0).length, 2);
  });

  it('are listed group by group', async () => {
    const found = await runOnce((graph) => {
      const places = placesOf(graph);
      for (const name of ['rows', 'flat', 'counts'] as const) graph.output(name, places[name]);
    }, visits);
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

  it('are copied to all their entries, and added up on the way back', async () => {
    const build = (a: Value): Value => {
      const places = placesOf(a.graph);
      const sent = sendRows(a, places);
      return collectRows(multiply(sent, sent), places);
    };
    const { back } = await runOnce(
      (graph) => graph.output('back', build(graph.input('a', 'float32', ['rows', 2]))),
      { ...visits, a: floatTensor(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), [4, 2]) },
    );
    // The first row has one place, the second one, the third none, the last two.
    assert.deepEqual([...back!], [1, 4, 9, 16, 0, 0, 98, 128]);
    await checkGradients('places', {
      inputs: [{ shape: ['rows', 2], sizes: [4, 2] }],
      feeds: visits,
      build: ([a]) => build(a!),
      outputSizes: [4, 2],
      outputShape: ['rows', 2],
    });
  });

  it('lose nothing where many meet in one, on several threads', async () => {
    const [count, kinds, size] = [2000, 2, 1024];
    const ids = Array.from({ length: count }, (_, i) => i % kinds);
    const graph = new Graph();
    const table = graph.input('table', 'float32', [kinds, size], { trained: true });
    const looked = lookUpRows(table, graph.input('ids', 'int64', ['count']));
    const total = sumAll(multiply(looked, graph.input('ones', 'float32', ['count', size])));
    graph.output('gradient', graph.gradients(total, [table])[0]!);
    const ones = floatTensor(new Float32Array(count * size).fill(1), [count, size]);
    const session = await openSession(graph, { device: 'cpu' });
    const feeds = { table: floatTensor(new Float32Array(kinds * size), [kinds, size]), ones };
    const { gradient } = await session.run({ ...feeds, ids: intTensor(ids, [count]) });
    await session.close();
    const expected = Array.from({ length: kinds }, (_, kind) => ids.filter((id) => id === kind).length);
    assert.deepEqual(
      [...gradient!],
      expected.flatMap((times) => new Array<number>(size).fill(times)),
    );
  });
});
