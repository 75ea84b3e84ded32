import type { Dim, Value } from './graph';
import { maskOf, multiply, takeRows, zerosLike } from './operators';

/*
 * Sending rows different ways: which rows belong to which group is only known at the run.
 */

/**
 * The `count` largest values of each row of a [rows, size], all positive, with 0 elsewhere; and their int64 `columns`
 * [rows, count].
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

/** Where a table [groups, rows] of numbers ≥ 0 is positive, group by group; none of it carries a gradient. */
export interface Places {
  /** int64 [places] indices of rows. */
  readonly rows: Value;
  /** int64 [places] indices into the table as one long row. */
  readonly flat: Value;
  /** int64 [groups] how many places each group has. */
  readonly counts: Value;
  /** int64 [rows, most] which places each row has, and [rows, most, 1] 1 for those, 0 for what stands there for none. */
  readonly ofRow: { readonly places: Value; readonly present: Value };
}

/** `size` names the number of places; int64 `groups` [rows, most] holds the groups in which a row may be positive. */
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

/** Places are numbered group by group: how many there are up to and including one, less one, is its number. */
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

/** Each row of a [rows, size] to all its places, [places, size]. */
export function sendRows(a: Value, places: Places): Value {
  return a.graph.differentiate(takeRows(a, places.rows), [a, (g) => addPlaces(g, places)]);
}

/** What stands at the places of each row, added up: [places, size] → [rows, size]. */
export function collectRows(a: Value, places: Places): Value {
  return a.graph.differentiate(addPlaces(a, places), [a, (g) => takeRows(g, places.rows)]);
}

/** Every row looks up its places: adding from the places' side, several threads would meet in one row. */
function addPlaces(a: Value, { ofRow: { places, present } }: Places): Value {
  const { graph } = a;
  const size = a.shape[1]!;
  const found = takeRows(a, places);
  const counted = graph.node('Mul', [found, present], found.shape);
  return graph.node('ReduceSum', [counted, graph.ints([1])], [places.shape[0]!, size], {
    attributes: { keepdims: 0 },
  });
}
