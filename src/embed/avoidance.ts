import type { Placement } from '../contract/devices';
import { floatTensor, openSession, type Session } from '../engine/runtime';
import { Graph, type Value } from '../graph/graph';
import { add, linear, linearTransposed, subtract, transpose } from '../graph/operators';
import { inverseFactor } from './cholesky';

/** Y of one matrix, [count, in]: changes become U · (1 − YᵀY), see ordinaryDirections. */
export interface Directions {
  readonly values: Float32Array;
  readonly count: number;
}

/** The products that directions are made with, on the device of the run. */
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

  /** @param rows X [count, inSize], random mixtures of what text gives the matrix; undefined where it gives nothing. */
  async make(rows: Float32Array, inSize: number, avoidance: number): Promise<Directions | undefined> {
    const count = rows.length / inSize;
    const size = rows.reduce((sum, value) => sum + value * value, 0);
    if (size === 0) return undefined;
    const x = floatTensor(rows, [count, inSize]);
    const gram = Float64Array.from((await this.gram.run({ x })).gram!);
    // Over the mean eigenvalue, size / inSize.
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

/** A matrix [out, in], or [in, out] where it is transposed, and how it is to change. */
export interface Move {
  readonly values: Float32Array;
  readonly change: Float32Array;
  readonly shape: readonly number[];
  readonly isTransposed: boolean;
}

/** Changes matrices, but for what ordinary text would see of it. */
export class Avoidance {
  /** By whether matrices are transposed, opened when the first of a kind comes. */
  private readonly sessions = new Map<boolean, Session>();

  constructor(private readonly placement: Placement) {}

  /** values += change · (1 − YᵀY), in place. */
  async move({ values, change, shape, isTransposed }: Move, directions: Directions): Promise<void> {
    const session = this.sessions.get(isTransposed) ?? (await this.open(isTransposed));
    const { count } = directions;
    const moved = floatTensor(values, shape);
    const inputs = {
      values: moved,
      change: floatTensor(change, shape),
      directions: floatTensor(directions.values, [count, directions.values.length / count]),
    };
    await session.run(inputs, ['moved'], { moved });
  }

  private async open(isTransposed: boolean): Promise<Session> {
    const { device } = this.placement;
    const session = await openSession(moveGraph(isTransposed), { device, keepsMemory: true });
    this.sessions.set(isTransposed, session);
    return session;
  }

  async close(): Promise<void> {
    for (const session of this.sessions.values()) await session.close();
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

function moveGraph(isTransposed: boolean): Graph {
  const graph = new Graph();
  const shape = isTransposed ? ['in', 'out'] : ['out', 'in'];
  const turn = (value: Value): Value => (isTransposed ? transpose(value, [1, 0]) : value);
  const values = graph.input('values', 'float32', shape);
  const change = turn(graph.input('change', 'float32', shape));
  const directions = graph.input('directions', 'float32', ['count', 'in']);
  const kept = subtract(change, linearTransposed(linear(change, directions), directions));
  graph.output('moved', add(values, turn(kept)));
  return graph;
}
