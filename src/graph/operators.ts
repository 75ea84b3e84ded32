import type { Dim, Shape, Value } from './graph';

/*
 * The operators that models are written with. Each adds its node and states its gradient. Elementwise
 * operators follow NumPy's broadcasting; "..." stands for any leading sizes.
 */

export function add(a: Value, b: Value): Value {
  const output = a.graph.node('Add', [a, b], broadcastShape(a.shape, b.shape));
  return a.graph.differentiate(
    output,
    [a, (g) => sumToShape(g, a.shape)],
    [b, (g) => sumToShape(g, b.shape)],
  );
}

export function subtract(a: Value, b: Value): Value {
  const output = a.graph.node('Sub', [a, b], broadcastShape(a.shape, b.shape));
  return a.graph.differentiate(
    output,
    [a, (g) => sumToShape(g, a.shape)],
    [b, (g) => sumToShape(negate(g), b.shape)],
  );
}

export function multiply(a: Value, b: Value): Value {
  const output = a.graph.node('Mul', [a, b], broadcastShape(a.shape, b.shape));
  return a.graph.differentiate(
    output,
    [a, (g) => sumToShape(multiply(g, b), a.shape)],
    [b, (g) => sumToShape(multiply(g, a), b.shape)],
  );
}

export function scale(a: Value, factor: number): Value {
  return multiply(a, a.graph.scalar(factor));
}

export function negate(a: Value): Value {
  const output = a.graph.node('Neg', [a], a.shape);
  return a.graph.differentiate(output, [a, (g) => negate(g)]);
}

export function exp(a: Value): Value {
  const output = a.graph.node('Exp', [a], a.shape);
  return a.graph.differentiate(output, [a, (g) => multiply(g, output)]);
}

export function tanh(a: Value): Value {
  const { graph, shape } = a;
  const output = graph.node('Tanh', [a], shape);
  return graph.differentiate(output, [
    a,
    (g) => multiply(g, subtract(graph.scalar(1), multiply(output, output))),
  ]);
}

export function reciprocal(a: Value): Value {
  const output = a.graph.node('Reciprocal', [a], a.shape);
  return a.graph.differentiate(output, [a, (g) => negate(multiply(g, multiply(output, output)))]);
}

/** max(a, 0); the gradient at 0 is 0. */
export function relu(a: Value): Value {
  const output = a.graph.node('Relu', [a], a.shape);
  return a.graph.differentiate(output, [a, (g) => multiply(g, maskOf('Greater', a, a.graph.scalar(0)))]);
}

/** Batched matrix product [..., m, k] · [..., k, n]. Both gradients need the leading sizes to be equal, not broadcast. */
export function matmul(a: Value, b: Value): Value {
  const shape = [...a.shape.slice(0, -1), b.shape.at(-1)!];
  const output = a.graph.node('MatMul', [a, b], shape);
  return a.graph.differentiate(
    output,
    [a, (g) => matmul(g, swapLastAxes(b))],
    [b, (g) => matmul(swapLastAxes(a), g)],
  );
}

/**
 * x · Wᵀ for x [rows, in] and W [out, in], the layout of published checkpoints, giving [rows, out]. `Gemm`
 * reads W transposed and the backward `MatMul` reads it as stored, so one copy of the weight serves both.
 */
export function linear(x: Value, weight: Value): Value {
  const [outSize, inSize] = weight.shape as readonly [Dim, Dim];
  const rows = x.shape[0]!;
  return x.graph.differentiate(
    productOf('Gemm', x, weight, [rows, outSize], { transB: 1 }),
    [x, (g) => productOf('MatMul', g, weight, [rows, inSize])],
    [weight, (g) => productOf('Gemm', g, x, [outSize, inSize], { transA: 1 })],
  );
}

/**
 * x · W for x [rows, in] and W [in, out], the layout of GPT-2's checkpoints, giving [rows, out]; the gradient
 * needs no transposed copy.
 */
export function linearTransposed(x: Value, weight: Value): Value {
  const [inSize, outSize] = weight.shape as readonly [Dim, Dim];
  const rows = x.shape[0]!;
  return x.graph.differentiate(
    productOf('MatMul', x, weight, [rows, outSize]),
    [x, (g) => productOf('Gemm', g, weight, [rows, inSize], { transB: 1 })],
    [weight, (g) => productOf('Gemm', x, g, [inSize, outSize], { transA: 1 })],
  );
}

/** A product of two matrices in the graph's precision; the result is float32. */
function productOf(
  operator: 'Gemm' | 'MatMul',
  a: Value,
  b: Value,
  shape: Shape,
  attributes: Readonly<Record<string, number>> = {},
): Value {
  const { graph } = a;
  const type = graph.precision === 'half' ? 'float16' : 'float32';
  const factors = [graph.cast(a, type), graph.cast(b, type)];
  return graph.cast(graph.node(operator, factors, shape, { attributes }), 'float32');
}

/** Softmax over the last axis, [..., size] → [..., size]. */
export function softmax(a: Value): Value {
  const output = a.graph.node('Softmax', [a], a.shape, { attributes: { axis: -1 } });
  return a.graph.differentiate(output, [
    a,
    (g) => {
      const weighted = multiply(g, output);
      return subtract(weighted, multiply(output, sumLast(weighted)));
    },
  ]);
}

/**
 * Log-softmax over the last axis, [..., size] → [..., size], from primitives: WebGPU has no `LogSoftmax`. The
 * gradient is g − softmax · Σg.
 */
export function logSoftmax(a: Value): Value {
  const { graph, shape } = a;
  const shifted = graph.node('Sub', [a, reduceLast('ReduceMax', a)], shape);
  const logSum = graph.node('Log', [sumLast(graph.node('Exp', [shifted], shape))], keptLast(shape));
  const output = graph.node('Sub', [shifted, logSum], shape);
  return graph.differentiate(output, [
    a,
    (g) => subtract(g, multiply(graph.node('Exp', [output], shape), sumLast(g))),
  ]);
}

/** The largest value along the last axis, [..., size] → [..., 1]. Equal largest values all receive the gradient. */
export function maxLast(a: Value): Value {
  const output = reduceLast('ReduceMax', a);
  return a.graph.differentiate(output, [a, (g) => multiply(g, maskOf('Equal', a, output))]);
}

/** The sum over the last axis, [..., size] → [..., 1]. */
export function sumLast(a: Value): Value {
  const output = reduceLast('ReduceSum', a);
  // A constant of ones would need the runtime size; a times zero plus g broadcasts without it.
  return a.graph.differentiate(output, [a, (g) => add(scale(a, 0), g)]);
}

/** The sum over everything, as a scalar []. */
export function sumAll(a: Value): Value {
  const output = a.graph.node('ReduceSum', [a], [], { attributes: { keepdims: 0 } });
  return a.graph.differentiate(output, [a, (g) => add(scale(a, 0), g)]);
}

/** The rows of a [rows, size] at int64 `indices` of any shape, no two of them equal: [...indices, size]. */
export function gatherRows(a: Value, indices: Value): Value {
  return a.graph.differentiate(takeRows(a, indices), [a, (g) => placeRows(a, indices, g)]);
}

/** The same where indices may repeat, as a text's ids do. */
export function lookUpRows(a: Value, indices: Value): Value {
  const { graph } = a;
  return graph.differentiate(takeRows(a, indices), [
    a,
    (g) => {
      const count = `each of ${indices.name}`;
      const flat = graph.node('Reshape', [indices, graph.ints([-1])], [count]);
      return placeRows(a, flat, sumOfEqual(flat, reshape(g, [count, a.shape[1]!])));
    },
  ]);
}

/** The rows of a [rows, size] at int64 `indices`, [...indices, size], without a gradient. */
export function takeRows(a: Value, indices: Value): Value {
  const { graph } = a;
  // Only the requested rows are widened: an embedding matrix stays as stored. Not in float16 unless products
  // are in it too: a graphics card may not know the type, while bfloat16 is left to the processor everywhere.
  const narrow = graph.narrowest(a);
  const isKnown = narrow.type !== 'float16' || graph.precision === 'half';
  const table = isKnown ? narrow : a;
  const rows = graph.node('Gather', [table, indices], [...indices.shape, a.shape.at(-1)!], {
    attributes: { axis: 0 },
  });
  return a.type === 'float32' ? graph.cast(rows, 'float32') : rows;
}

/**
 * Zeros in the shape of `like` [rows, size] with `values` [...indices, size] at int64 `indices` of any shape;
 * equal indices need equal values. ScatterND could add values that meet in one row, but onnxruntime adds them
 * from several threads at once and loses some (microsoft/onnxruntime#18048).
 */
function placeRows(like: Value, indices: Value, values: Value): Value {
  const { graph } = like;
  const places = graph.node('Unsqueeze', [indices, graph.ints([-1])], [...indices.shape, 1], {
    type: 'int64',
  });
  return graph.node('ScatterND', [zerosLike(like), places, values], like.shape);
}

/**
 * For each of `values` [count, size], the sum of all that have the same one of `indices` [count]; the result
 * is [count, size].
 */
function sumOfEqual(indices: Value, values: Value): Value {
  const { graph } = values;
  const count = indices.shape[0]!;
  const along = (axis: number, shape: Shape): Value =>
    graph.node('Unsqueeze', [indices, graph.ints([axis])], shape);
  const same = maskOf('Equal', along(1, [count, 1]), along(0, [1, count]), [count, count]);
  return graph.node('MatMul', [same, values], values.shape);
}

/** Zeros in the shape of a; no gradient flows through it. */
export function zerosLike(a: Value): Value {
  return a.graph.node('Mul', [a, a.graph.scalar(0)], a.shape);
}

/** One column a row: a [rows, columns] at int64 `columns` [rows] gives [rows, 1]. */
export function pickColumns(a: Value, columns: Value): Value {
  return sumLast(multiply(a, oneHot(columns, a)));
}

/** 1 at `columns` [rows] of each row, 0 elsewhere, in the shape of `like` [rows, size]. No gradient flows through it. */
export function oneHot(columns: Value, like: Value): Value {
  const { graph } = columns;
  const size = like.shape[1] as number;
  const indices = graph.ints(Array.from({ length: size }, (_, index) => index));
  const column = graph.node('Unsqueeze', [columns, graph.ints([-1])], [columns.shape[0]!, 1], {
    type: 'int64',
  });
  return maskOf('Equal', column, indices, like.shape);
}

/** The same values in another shape; sizes known only at run time have names. */
export function reshape(a: Value, shape: Shape): Value {
  const output = a.graph.node('Reshape', [a, a.graph.sizes(shape)], shape);
  return a.graph.differentiate(output, [a, (g) => reshape(g, a.shape)]);
}

/** Reorders the axes of a: axis i of the result is axis `order[i]` of a. */
export function transpose(a: Value, order: readonly number[]): Value {
  const shape = order.map((axis) => a.shape[axis]!);
  const output = a.graph.node('Transpose', [a], shape, { attributes: { perm: order } });
  const inverse = order.map((_, axis) => order.indexOf(axis));
  return a.graph.differentiate(output, [a, (g) => transpose(g, inverse)]);
}

/** Cuts a along an axis into pieces of the given sizes. */
export function split(a: Value, sizes: readonly number[], axis: number): Value[] {
  const shapes = sizes.map((size) => a.shape.map((dim, index) => (index === axis ? size : dim)));
  return cut(a, a.graph.ints(sizes), axis, shapes);
}

/** The same with sizes known only at run time, int64 [pieces]; `shapes` are those of the pieces. */
export function cut(a: Value, sizes: Value, axis: number, shapes: readonly Shape[]): Value[] {
  const outputs = shapes.map((shape) => ({ type: a.type, shape }));
  const parts = a.graph.nodeWithOutputs('Split', [a, sizes], outputs, { attributes: { axis } });
  return a.graph.differentiateAll(parts, [a, (gradients) => join(gradients, sizes, axis, a.shape)]);
}

/** Undoes cut: `parts` are joined along an axis into `shape`. */
export function join(parts: readonly Value[], sizes: Value, axis: number, shape: Shape): Value {
  const { graph } = parts[0]!;
  const output = graph.node('Concat', parts, shape, { attributes: { axis } });
  const piecesOf = new Map<string, Value[]>();
  const pieceOf = (g: Value, index: number): Value => {
    const shapes = parts.map((part) => part.shape);
    const pieces = piecesOf.get(g.name) ?? cut(g, sizes, axis, shapes);
    piecesOf.set(g.name, pieces);
    return pieces[index]!;
  };
  return graph.differentiate(
    output,
    ...parts.map((part, index) => [part, (g: Value) => pieceOf(g, index)] as const),
  );
}

/** Joins a and b along an axis into `shape`. No gradient flows through it. */
export function concat(a: Value, b: Value, axis: number, shape: Shape): Value {
  return a.graph.node('Concat', [a, b], shape, { attributes: { axis } });
}

/** [..., m, n] → [..., n, m]. */
function swapLastAxes(a: Value): Value {
  const axes = a.shape.map((_, axis) => axis);
  const [last, before] = [axes.pop()!, axes.pop()!];
  return transpose(a, [...axes, last, before]);
}

/** A comparison as a float32 tensor of zeros and ones, by default in the shape of a. */
export function maskOf(operator: 'Greater' | 'Equal', a: Value, b: Value, shape: Shape = a.shape): Value {
  return a.graph.cast(a.graph.node(operator, [a, b], shape, { type: 'bool' }), 'float32');
}

/** The shape of a reduction over the last axis, [..., size] → [..., 1]. */
function keptLast(shape: Shape): Shape {
  return [...shape.slice(0, -1), 1];
}

/** Reduces the last axis, [..., size] → [..., 1]. No gradient flows through it. */
export function reduceLast(operator: 'ReduceSum' | 'ReduceMean' | 'ReduceMax', a: Value): Value {
  return a.graph.node(operator, [a, a.graph.ints([-1])], keptLast(a.shape), { attributes: { keepdims: 1 } });
}

function broadcastShape(a: Shape, b: Shape): Shape {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, index) => {
    const x = a[a.length - length + index] ?? 1;
    const y = b[b.length - length + index] ?? 1;
    return x === 1 ? y : x;
  });
}

/** Undoes a broadcast: sums a gradient to `shape`, over the axes along which its operand was repeated. */
export function sumToShape(gradient: Value, shape: Shape): Value {
  const extra = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((dim, axis) =>
    axis < extra || (shape[axis - extra] === 1 && dim !== 1) ? [axis] : [],
  );
  if (axes.length === 0) return gradient;
  const { graph } = gradient;
  const summed = graph.node('ReduceSum', [gradient, graph.ints(axes)], shape, {
    attributes: { keepdims: 0 },
  });
  return shape.some((dim) => dim === 1) ? reshape(summed, shape) : summed;
}
