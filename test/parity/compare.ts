import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openCheckpoint } from '../../src/checkpoint/checkpoint';
import { loadModel } from '../../src/engine/loadedModel';
import type { LanguageModel } from '../../src/engine/languageModel';
import { openLanguageModel } from '../../src/engine/openLanguageModel';
import { onCpu, type Device } from '../../src/contract/devices';
import { computeAll, readGolden, type Golden } from './golden';
import { nameAsInMemory } from './memoryNames';

/** How far from transformers' values a device may be. */
export interface Bounds {
  /** Largest difference of any logit, and difference of the mean loss in nats. */
  readonly logits: number;
  readonly loss: number;
  /** Norm of a gradient's difference over the norm of the gradient. */
  readonly gradients: number;
}

/** The folders under `root` that hold a checkpoint and its golden values. */
export function listGoldenFolders(root: string): string[] {
  return readdirSync(root).filter((name) => existsSync(join(root, name, 'golden.safetensors')));
}

/** Logits of every position, the loss, and the gradient of every parameter. */
export async function checkLogitsLossAndGradients(
  folder: string,
  device: Device,
  bounds: Bounds,
): Promise<void> {
  const golden = await openGolden(folder);
  const { logits, loss, gradients } = await computeAll(folder, golden.get('input_ids')!, device);
  assertClose(logits, golden.get('logits')!.values, bounds.logits, 'logits');
  assertClose([loss], golden.get('loss')!.values, bounds.loss, 'loss');
  const expected = [...golden].filter(([name]) => name.startsWith('grad.'));
  const named = nameAsInMemory(gradients);
  assert.deepEqual(expected.map(([name]) => name.slice(5)).sort(), [...named.keys()].sort());
  // A gradient that is zero in theory (of a share that is always one, of a shift that softmax takes out) is rounding in both:
  // a thousandth of this bound is what float32 rounds off the whole gradient.
  const leastNorm = 1e-4 * Math.hypot(...expected.map(([, { values }]) => norm(values)));
  for (const [name, { values }] of expected) {
    const found = named.get(name.slice(5))!;
    const difference = norm(values.map((value, i) => value - found[i]!));
    const error = difference / Math.max(norm(values), leastNorm);
    assert.ok(error <= bounds.gradients, `${name}: relative error ${error.toExponential(1)}`);
  }
}

/** The model as it is asked: sequences of several lengths padded to a batch, and greedy text with keys and values kept. */
export async function checkAsking(folder: string, device: Device, bounds: Bounds): Promise<void> {
  const golden = await openGolden(folder);
  const model = await openLanguageModel(loadModel(await openCheckpoint(folder)), { ...onCpu, device });
  try {
    await checkPrefixes(model, golden, bounds);
    await checkGreedy(model, golden);
  } finally {
    await model.close();
  }
}

async function checkPrefixes(
  model: LanguageModel,
  golden: ReadonlyMap<string, Golden>,
  bounds: Bounds,
): Promise<void> {
  const ids = golden.get('input_ids')!;
  const lengths = golden.get('prefix_lengths')!;
  const expected = golden.get('prefix_last_logits')!;
  const vocabulary = expected.shape[1]!;
  const prefixes = lengths.values.map((length) => ({
    ids: ids.values.slice(0, length),
    positions: [length - 1],
  }));
  await model.visitRows(prefixes, ({ sequence, logits }) =>
    assertClose(
      logits,
      expected.values.slice(sequence * vocabulary, (sequence + 1) * vocabulary),
      bounds.logits,
      `logits of prefix ${lengths.values[sequence]!}`,
    ),
  );
}

async function checkGreedy(model: LanguageModel, golden: ReadonlyMap<string, Golden>): Promise<void> {
  const expected = golden.get('greedy_ids')!.values;
  const prompt = golden.get('input_ids')!.values.slice(0, 24);
  const [continued] = await model.continueGreedily([prompt], expected.length, []);
  assert.deepEqual(continued, expected, 'greedy ids');
}

async function openGolden(folder: string): Promise<Map<string, Golden>> {
  return readGolden(join(folder, 'golden.safetensors'));
}

function assertClose(
  found: ArrayLike<number>,
  expected: readonly number[],
  bound: number,
  what: string,
): void {
  assert.equal(found.length, expected.length, what);
  const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0);
  assert.ok(worst <= bound, `${what}: largest difference ${worst.toExponential(1)}`);
}

function norm(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
