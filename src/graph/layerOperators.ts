import type { Value } from './graph';
import { add, exp, multiply, negate, reduceLast, scale, subtract, sumToShape } from './operators';

/*
 * Functions that name parts of neural networks. Each has its own gradient, which is shorter than that of its
 * parts. They work elementwise on any shape unless a docstring says otherwise.
 */

/** a · sigmoid(a), the SiLU of gated MLPs. */
export function silu(a: Value): Value {
  const { graph, shape } = a;
  const sigmoid = graph.node('Sigmoid', [a], shape);
  const output = graph.node('Mul', [a, sigmoid], shape);
  // d/da = s + a·s·(1 − s) = s + output·(1 − s)
  return graph.differentiate(output, [
    a,
    (g) => multiply(g, add(sigmoid, multiply(output, subtract(graph.scalar(1), sigmoid)))),
  ]);
}

/** a · Φ(a) with the distribution function Φ of the normal distribution, the exact GELU (Hendrycks & Gimpel 2016). */
export function gelu(a: Value): Value {
  const { graph, shape } = a;
  const erf = graph.node('Erf', [scale(a, Math.SQRT1_2)], shape);
  const share = graph.node('Mul', [add(erf, graph.scalar(1)), graph.scalar(0.5)], shape);
  const output = graph.node('Mul', [a, share], shape);
  // d/da = Φ(a) + a·φ(a)
  return graph.differentiate(output, [
    a,
    (g) => {
      const density = scale(exp(scale(multiply(a, a), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return multiply(g, add(share, multiply(a, density)));
    },
  ]);
}

/** a minus its mean over the last axis, [..., size] → [..., size]. */
export function centre(a: Value): Value {
  const output = a.graph.node('Sub', [a, reduceLast('ReduceMean', a)], a.shape);
  // The map is symmetric, so its transpose is itself.
  return a.graph.differentiate(output, [a, (g) => centre(g)]);
}

/**
 * KL(softmax(base) ‖ softmax(logits)) of each row in nats, [rows, 1], for two [rows, size]. The gradient with respect to the
 * logits is softmax(logits) − softmax(base); none flows to the base.
 */
export function rowDivergence(base: Value, logits: Value): Value {
  const { graph, shape } = logits;
  const softmaxOf = (a: Value): Value => graph.node('Softmax', [a], shape, { attributes: { axis: -1 } });
  const [expected, found] = [softmaxOf(base), softmaxOf(logits)];
  const weighted = graph.node('Mul', [expected, graph.node('Sub', [base, logits], shape)], shape);
  // Σ p (b − m) + log Σ eᵐ − log Σ eᵇ, where log Σ eˣ = max x − log max softmax(x).
  const normaliser = (a: Value, shares: Value): Value => {
    const logOfLargest = graph.node('Log', [reduceLast('ReduceMax', shares)], [shape[0]!, 1]);
    return graph.node('Sub', [reduceLast('ReduceMax', a), logOfLargest], [shape[0]!, 1]);
  };
  const gap = graph.node('Sub', [normaliser(logits, found), normaliser(base, expected)], [shape[0]!, 1]);
  const output = graph.node('Add', [reduceLast('ReduceSum', weighted), gap], [shape[0]!, 1]);
  return graph.differentiate(output, [logits, (g) => multiply(g, subtract(found, expected))]);
}

/**
 * Entropy of softmax(logits) of each row in nats, [rows, 1], for [rows, size]. With p = softmax(logits) and entropy H its
 * gradient is −p · (log p + H).
 */
export function rowEntropy(logits: Value): Value {
  const { graph, shape } = logits;
  const logs = graph.node('LogSoftmax', [logits], shape, { attributes: { axis: -1 } });
  const shares = graph.node('Exp', [logs], shape);
  const negative = reduceLast('ReduceSum', graph.node('Mul', [shares, logs], shape));
  const output = graph.node('Neg', [negative], negative.shape);
  return graph.differentiate(output, [
    logits,
    (g) => negate(multiply(g, multiply(shares, add(logs, output)))),
  ]);
}

/**
 * w · a / √(mean(a²) + ε): root-mean-square norm over the last axis of a [..., size], times a weight [size]
 * (Zhang & Sennrich 2019).
 */
export function rmsNorm(a: Value, weight: Value, epsilon: number): Value {
  const { graph, shape } = a;
  // Without a gradient no intermediate value is needed again: one operator reads the states once instead of
  // six times.
  if (!a.differentiable && !weight.differentiable)
    return graph.node('SimplifiedLayerNormalization', [a, weight], shape, {
      attributes: { axis: -1, epsilon: { float: epsilon } },
    });
  const meanSquare = reduceLast('ReduceMean', graph.node('Mul', [a, a], shape));
  const withEpsilon = graph.node('Add', [meanSquare, graph.scalar(epsilon)], meanSquare.shape);
  const inverse = graph.node(
    'Reciprocal',
    [graph.node('Sqrt', [withEpsilon], meanSquare.shape)],
    meanSquare.shape,
  );
  const normed = graph.node('Mul', [a, inverse], shape);
  const output = graph.node('Mul', [normed, weight], shape);
  return graph.differentiate(
    output,
    [
      a,
      (g) => {
        const weighted = multiply(g, weight);
        const along = reduceLast('ReduceMean', multiply(weighted, normed));
        return multiply(subtract(weighted, multiply(normed, along)), inverse);
      },
    ],
    [weight, (g) => sumToShape(multiply(g, normed), weight.shape)],
  );
}

/**
 * Rotary position embedding of a [batch, heads, length, headSize] by tables [positions, rotated / 2] and
 * positions [batch, length]: the first `rotated` values of each head turn, the two halves in pairs (Su et al.
 * 2021, in Hugging Face's layout).
 */
export function rotary(a: Value, tables: { cos: Value; sin: Value; positions: Value }): Value {
  const rotated = (tables.cos.shape.at(-1) as number) * 2;
  const partial = rotated !== a.shape.at(-1);
  const turn = (x: Value, sin: Value): Value =>
    x.graph.node('RotaryEmbedding', [x, tables.positions, tables.cos, sin], x.shape, {
      domain: 'com.microsoft',
      attributes: partial ? { rotary_embedding_dim: rotated, num_heads: a.shape[1] as number } : {},
    });
  const output = turn(a, tables.sin);
  // A rotation's transpose is the rotation by the opposite angle.
  return a.graph.differentiate(output, [a, (g) => turn(g, negate(tables.sin))]);
}
