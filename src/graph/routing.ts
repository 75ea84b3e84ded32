import type { Dim, Value } from './graph';
import { maskOf, multiply, zerosLike } from './operators';

/*
 * Sending rows different ways: which rows belong to which group is only known at the run.
 */

/** The `count` largest values of each row of a [rows, size], all positive; 0 elsewhere. */
export function keepLargest(a: Value, count: number): Value {
  const { graph } = a;
  const shape = [a.shape[0]!, count];
  const [values, places] = graph.nodeWithOutputs(
    'TopK',
    [a, graph.ints([count])],
    [
      { type: a.type, shape },
      { type: 'int64', shape },
    ],
  ) as [Value, Value];
  const output = graph.node('ScatterElements', [zerosLike(a), places, values], a.shape, {
    attributes: { axis: 1 },
  });
  return graph.differentiate(output, [a, (g) => multiply(g, maskOf('Greater', output, graph.scalar(0)))]);
}

/** Where a table [groups, rows] of numbers ≥ 0 is positive, group by group. All are int64 and carry no gradient. */
export interface Places {
  /** [places] indices of rows. */
  readonly rows: Value;
  /** [places] indices into the table as one long row. */
  readonly flat: Value;
  /** [groups] how many places each group has. */
  readonly counts: Value;
}

/** `size` names the number of places. */
export function placesByGroup(table: Value, size: string): Places {
  const { graph } = table;
  const [groups, rows] = table.shape as [number, Dim];
  const nonZero = (a: Value, axes: number): Value =>
    graph.node('NonZero', [a], [axes, size], { type: 'int64' });
  const pairs = nonZero(table, 2);
  const line = (a: Value): Value => graph.node('Reshape', [a, graph.ints([-1])], [size]);
  const positive = maskOf('Greater', table, graph.scalar(0));
  const totals = graph.node('ReduceSum', [positive, graph.ints([1])], [groups], {
    attributes: { keepdims: 0 },
  });
  return {
    rows: line(graph.node('Gather', [pairs, graph.ints([1])], [1, size], { attributes: { axis: 0 } })),
    flat: line(nonZero(graph.node('Reshape', [table, graph.ints([-1])], [`${groups} x ${rows}`]), 1)),
    counts: graph.cast(totals, 'int64'),
  };
}
