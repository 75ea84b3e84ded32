import type { Dim, Value } from './graph';
import { maskOf, multiply, takeRows, zerosLike } from './operators';

/* Sends rows to different groups; which row belongs to which group is known only at run time. */

/**
 * Keeps the `count` largest values of each row of a [rows, size], all positive, and sets the rest to 0; also
 * returns their int64 `columns` [rows, count].
 */
export function keepLargest(a: Value, count: number): { readonly kept: Value; readonly columns: Value } {
  const { graph } = a;
  const shape = [a.shape[0]!, count];
  const [values, columns] = graph.nodeWithOutputs(
    'TopK',
    [a, graph.ints([count])],
    [
      { type: a.type, shape },
      { type: 'int64', shape },
    ],
  ) as [Value, Value];
  const output = graph.node('ScatterElements', [zerosLike(a), columns, values], a.shape, {
    attributes: { axis: 1 },
  });
  const isKept = (g: Value): Value => multiply(g, maskOf('Greater', output, graph.scalar(0)));
  return { kept: graph.differentiate(output, [a, isKept]), columns };
}

/**
 * The entries of a table [groups, rows] of numbers ≥ 0 that are positive, group by group. None of this
 * carries a gradient.
 */
export interface Places {
  /** int64 [places] the row of each entry. */
  readonly rows: Value;
  /** int64 [places] the index of each entry in the flattened table. */
  readonly flat: Value;
  /** int64 [groups] the number of entries of each group. */
  readonly counts: Value;
  /** int64 [rows, most] the entries of each row, and [rows, most, 1] 1 for an entry and 0 for a filler. */
  readonly ofRow: { readonly places: Value; readonly present: Value };
}

/**
 * `size` names the number of entries; int64 `groups` [rows, most] holds the groups in which a row may be
 * positive. `table` is [groups, rows].
 */
export function placesByGroup(table: Value, groups: Value, size: string): Places {
  const { graph } = table;
  const [groupCount, rows] = table.shape as [number, Dim];
  const nonZero = (a: Value, axes: number): Value =>
    graph.node('NonZero', [a], [axes, size], { type: 'int64' });
  const line = (a: Value, length: Dim): Value => graph.node('Reshape', [a, graph.ints([-1])], [length]);
  const everywhere = `${groupCount} x ${rows}`;
  const positive = maskOf('Greater', table, graph.scalar(0));
  const ofGroup = graph.node('ReduceSum', [positive, graph.ints([1])], [groupCount], {
    attributes: { keepdims: 0 },
  });
  const pairs = nonZero(table, 2);
  return {
    rows: line(graph.node('Gather', [pairs, graph.ints([1])], [1, size], { attributes: { axis: 0 } }), size),
    flat: line(nonZero(line(table, everywhere), 1), size),
    counts: graph.cast(ofGroup, 'int64'),
    ofRow: placesOfRows(positive, groups),
  };
}

/** Entries are numbered group by group: the number of an entry is the count up to and including it, less one. */
function placesOfRows(positive: Value, groups: Value): Places['ofRow'] {
  const { graph } = positive;
  const [groupCount, rows] = positive.shape as [number, Dim];
  const line = graph.node('Reshape', [graph.cast(positive, 'int64'), graph.ints([-1])], ['cells']);
  const upTo = graph.node('CumSum', [line, graph.ints([0])], ['cells']);
  const table = graph.node('Reshape', [upTo, graph.sizes([groupCount, rows])], positive.shape);
  const ofRows = (a: Value): Value => {
    const turned = graph.node('Transpose', [a], [rows, groupCount], { attributes: { perm: [1, 0] } });
    return graph.node('GatherElements', [turned, groups], groups.shape, { attributes: { axis: 1 } });
  };
  return {
    places: graph.node('Sub', [ofRows(table), graph.ints([1])], groups.shape),
    present: graph.node('Unsqueeze', [ofRows(positive), graph.ints([-1])], [...groups.shape, 1]),
  };
}

/** Copies each row of a [rows, size] to all its entries, [places, size]. */
export function sendRows(a: Value, places: Places): Value {
  return a.graph.differentiate(takeRows(a, places.rows), [a, (g) => addPlaces(g, places)]);
}

/** Adds up the entries of each row: [places, size] → [rows, size]. */
export function collectRows(a: Value, places: Places): Value {
  return a.graph.differentiate(addPlaces(a, places), [a, (g) => takeRows(g, places.rows)]);
}

/** Every row looks up its entries: if entries were added to rows, several threads would meet in one row. */
function addPlaces(a: Value, { ofRow: { places, present } }: Places): Value {
  const { graph } = a;
  const size = a.shape[1]!;
  const found = takeRows(a, places);
  const counted = graph.node('Mul', [found, present], found.shape);
  return graph.node('ReduceSum', [counted, graph.ints([1])], [places.shape[0]!, size], {
    attributes: { keepdims: 0 },
  });
}
