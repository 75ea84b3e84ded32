import type { Placement } from '../../contract/devices';
import { floatTensor, openSession, type Session } from '../../engine/runtime';
import { Graph } from '../../graph/graph';
import { linear, linearTransposed } from '../../graph/operators';
import type { Directions } from '../../train/update/projection';
import { inverseFactor } from './cholesky';

/** The matrix products that directions are computed with, on the device of the run; see ordinaryDirections. */
export class DirectionMaker {
  private constructor(
    private readonly gram: Session,
    private readonly product: Session,
  ) {}

  static async open({ device }: Placement): Promise<DirectionMaker> {
    return new DirectionMaker(
      await openSession(gramGraph(), { device }),
      await openSession(productGraph(), { device }),
    );
  }

  /** @param rows X [count, inSize], random mixtures of the text's inputs to the matrix; undefined where there are none. */
  async make(rows: Float32Array, inSize: number, avoidance: number): Promise<Directions | undefined> {
    const count = rows.length / inSize;
    const size = rows.reduce((sum, value) => sum + value * value, 0);
    if (size === 0) return undefined;
    const x = floatTensor(rows, [count, inSize]);
    const gram = Float64Array.from((await this.gram.run({ x })).gram!);
    // Divided by the mean eigenvalue, size / inSize.
    const ridge = size / (inSize * avoidance);
    for (let i = 0; i < count; i++) gram[i * count + i]! += ridge;
    const inverse = Float32Array.from(inverseFactor(gram, count));
    const { product } = await this.product.run({ a: floatTensor(inverse, [count, count]), x });
    return { values: product!, count };
  }

  async close(): Promise<void> {
    await this.gram.close();
    await this.product.close();
  }
}

function gramGraph(): Graph {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['count', 'in']);
  graph.output('gram', linear(x, x));
  return graph;
}

function productGraph(): Graph {
  const graph = new Graph();
  const a = graph.input('a', 'float32', ['count', 'count']);
  graph.output('product', linearTransposed(a, graph.input('x', 'float32', ['count', 'in'])));
  return graph;
}
