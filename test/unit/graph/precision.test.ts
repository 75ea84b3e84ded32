import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { floatTensor, openSession } from '../../../src/engine/runtime';
import { Graph, type Value } from '../../../src/graph/graph';
import type { Precision } from '../../../src/contract/devices';
import { lookUpRows, linear, linearTransposed, multiply, sumAll } from '../../../src/graph/operators';

const rows = 5;
const inSize = 8;
const outSize = 6;
const wave = (size: number, phase: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => Math.sin(i + phase));

/** Σ weights · product, with the gradients of both factors. */
async function runProduct(
  product: (x: Value, weight: Value) => Value,
  shape: readonly number[],
  precision: Precision,
): Promise<Record<string, Float32Array>> {
  const graph = new Graph(precision);
  const x = graph.input('x', 'float32', [rows, inSize], { trained: true });
  const weight = graph.input('weight', 'float32', shape, { trained: true });
  const output = product(x, weight);
  const loss = sumAll(multiply(output, graph.input('weights', 'float32', [rows, outSize])));
  graph.output('output', output);
  const [ofX, ofWeight] = graph.gradients(loss, [x, weight]);
  graph.output('gradient of x', ofX!);
  graph.output('gradient of weight', ofWeight!);
  const session = await openSession(graph, { device: 'cpu' });
  const results = await session.run({
    x: floatTensor(wave(rows * inSize, 0), [rows, inSize]),
    weight: floatTensor(wave(outSize * inSize, 1), shape),
    weights: floatTensor(wave(rows * outSize, 2), [rows, outSize]),
  });
  await session.close();
  return results;
}

describe('half precision', () => {
  const products = [
    ['linear', linear, [outSize, inSize]],
    ['linearTransposed', linearTransposed, [inSize, outSize]],
  ] as const;
  for (const [name, product, shape] of products)
    it(`${name} and its gradients agree with single precision up to float16 rounding`, async () => {
      const single = await runProduct(product, shape, 'single');
      const half = await runProduct(product, shape, 'half');
      for (const [what, expected] of Object.entries(single)) {
        const largest = Math.max(...expected.map(Math.abs));
        const worst = Math.max(...expected.map((value, i) => Math.abs(value - half[what]![i]!)));
        assert.ok(worst <= 4e-3 * largest, `${what}: ${worst} of ${largest}`);
      }
    });

  it('leaves everything but products with weights in float32', () => {
    const graph = new Graph('half');
    const x = graph.input('x', 'float32', [rows, inSize]);
    const output = linear(multiply(x, x), graph.input('weight', 'float32', [outSize, inSize]));
    assert.equal(output.type, 'float32');
    assert.deepEqual(
      graph.nodes.map(({ operator }) => operator),
      ['Mul', 'Cast', 'Cast', 'Gemm', 'Cast'],
    );
  });
});

describe('a cast', () => {
  const place = { file: 'w.bin', offset: 0, byteLength: 48 };

  it('is made once, and never where the type is the same', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    assert.equal(graph.cast(x, 'float32'), x);
    assert.equal(graph.cast(x, 'float16'), graph.cast(x, 'float16'));
    assert.equal(graph.nodes.length, 1);
  });

  it('of a widened tensor starts from the narrow one', () => {
    const graph = new Graph();
    const stored = graph.fileConstant('w', 'float16', [4, 6], place);
    const wide = graph.cast(stored, 'float32');
    assert.equal(graph.cast(wide, 'float16'), stored);
  });

  it('of a rounded tensor does not undo the rounding', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    assert.notEqual(graph.cast(graph.cast(x, 'float16'), 'float32'), x);
  });

  it('widens the rows that are looked up, not the whole matrix', () => {
    const graph = new Graph();
    const matrix = graph.cast(graph.fileConstant('w', 'bfloat16', [4, 6], place), 'float32');
    const looked = lookUpRows(matrix, graph.input('ids', 'int64', ['n']));
    assert.equal(looked.type, 'float32');
    assert.deepEqual(graph.nodes.at(-2)!.inputs, ['w', 'ids']);
  });

  it('of a float16 matrix comes before the look-up where nothing else is float16', () => {
    for (const precision of ['single', 'half'] as const) {
      const graph = new Graph(precision);
      const matrix = graph.cast(graph.fileConstant('w', 'float16', [4, 6], place), 'float32');
      lookUpRows(matrix, graph.input('ids', 'int64', ['n']));
      const gather = graph.nodes.find(({ operator }) => operator === 'Gather')!;
      assert.equal(gather.inputs[0], precision === 'half' ? 'w' : matrix.name);
    }
  });
});
