import type { Placement } from '../../contract/devices';
import { floatTensor, openSession, type Session } from '../../engine/runtime';
import { Graph, type Value } from '../../graph/graph';
import { add, linear, linearTransposed, subtract, transpose } from '../../graph/operators';

/** The directions that changes of one matrix avoid: Y [count, in]; a change U [out, in] becomes U · (1 − YᵀY). */
export interface Directions {
  readonly values: Float32Array;
  readonly count: number;
}

/** A matrix [out, in], or [in, out] if it is transposed, and its intended change. */
export interface Move {
  readonly values: Float32Array;
  readonly change: Float32Array;
  readonly shape: readonly number[];
  readonly isTransposed: boolean;
}

/** Changes matrices, except along given directions of their input. */
export class Projection {
  /** By whether matrices are transposed; opened when the first of a kind comes. */
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
