import { buildCheckGraph, drawCheckInputs, type CheckSize } from './checkGraph';
import { openSession, type Session, type SessionOptions, type Tensors } from '../runtime';
import type { Device, Precision } from '../../contract/devices';
import type { Graph } from '../../graph/graph';

/**
 * How far a value may be from the CPU's, as a share of the largest value of its tensor. CUDA multiplies
 * matrices in TF32 by default, which keeps 11 bits of each factor: weights rounded to that move this graph's
 * outputs by up to 0.15 %, and intermediate values are rounded too. Missing masks, positions or repeated
 * rows, and rotations in the wrong direction, move them by at least 25 %. A graphics card that computes in
 * float32 stays below one in a million.
 */
const bound = 0.02;

/** Two runs of one session, to find a device that fixes sizes at the first run. */
const sizes: readonly CheckSize[] = [
  { batch: 3, length: 7 },
  { batch: 1, length: 8 },
];

/** Opens sessions; tests substitute a device that computes something else. */
export type OpenSession = (graph: Graph, options: SessionOptions) => Promise<Session>;

interface CheckOptions {
  readonly precision?: Precision;
  readonly open?: OpenSession;
}

/**
 * Runs a small training step on a device, in single or half precision, and compares every logit, margin, loss
 * and gradient with those of the CPU in single precision.
 * @throws Error when the device fails, computes something else or returns numbers that are not finite.
 */
export async function checkDevice(
  device: Device,
  { precision = 'single', open = openSession }: CheckOptions = {},
): Promise<void> {
  const { graph, trained } = buildCheckGraph(precision);
  const session = await open(graph, { device });
  try {
    const reference = await openSession(buildCheckGraph().graph, { device: 'cpu' });
    try {
      for (const size of sizes) await compare(session, reference, { ...drawCheckInputs(size), ...trained });
    } finally {
      await reference.close();
    }
  } finally {
    await session.close();
  }
}

async function compare(session: Session, reference: Session, inputs: Tensors): Promise<void> {
  const expected = await reference.run(inputs);
  const found = await session.run(inputs);
  for (const [name, values] of Object.entries(expected)) {
    const fault = findFault(found[name], values);
    if (fault !== undefined) throw new Error(`it computes wrong results (${name}: ${fault})`);
  }
}

function findFault(found: Float32Array | undefined, expected: Float32Array): string | undefined {
  if (found?.length !== expected.length) return 'the wrong number of values';
  if (!found.every(Number.isFinite)) return 'values that are not finite';
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const distance = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0);
  if (distance <= bound * largest) return undefined;
  return `off by ${((100 * distance) / largest).toFixed(0)} % of the largest value`;
}
