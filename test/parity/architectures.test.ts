import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openCheckpoint } from '../../src/checkpoint/checkpoint';
import { loadModel } from '../../src/engine/loadedModel';
import { openLanguageModel } from '../../src/engine/openLanguageModel';
import { onCpu } from '../../src/engine/placement';
import { computeAll, readGolden, type Golden } from './golden';
import { nameAsInMemory } from './memoryNames';

const root = process.env.FIXTURES_DIR ?? 'test/fixtures/architectures';
const folders = readdirSync(root).filter((name) => existsSync(join(root, name, 'golden.safetensors')));

describe(`checkpoints under ${root} agree with Hugging Face transformers`, () => {
  it('there is at least one folder', () => assert.ok(folders.length > 0));

  for (const name of folders)
    it(name, async () => {
      const folder = join(root, name);
      const golden = await readGolden(join(folder, 'golden.safetensors'));
      const get = (key: string): Golden => golden.get(key)!;
      await checkLogitsLossAndGradients(folder, golden);
      await checkPrefixes(folder, get('input_ids'), get('prefix_lengths'), get('prefix_last_logits'));
      await checkGreedy(folder, get('input_ids'), get('greedy_ids'));
    });
});

async function checkLogitsLossAndGradients(folder: string, golden: Map<string, Golden>): Promise<void> {
  const { logits, loss, gradients } = await computeAll(folder, golden.get('input_ids')!);
  assertClose(logits, golden.get('logits')!.values, 1e-3, 'logits');
  assertClose([loss], golden.get('loss')!.values, 1e-4, 'loss');
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
    assert.ok(error <= 1e-3, `${name}: relative error ${error.toExponential(1)}`);
  }
}

async function checkPrefixes(folder: string, ids: Golden, lengths: Golden, expected: Golden): Promise<void> {
  const vocabulary = expected.shape[1]!;
  const model = await openModel(folder);
  const prefixes = lengths.values.map((length) => ({
    ids: ids.values.slice(0, length),
    positions: [length - 1],
  }));
  await model.visitRows(prefixes, ({ sequence, logits }) =>
    assertClose(
      logits,
      expected.values.slice(sequence * vocabulary, (sequence + 1) * vocabulary),
      1e-3,
      `logits of prefix ${lengths.values[sequence]!}`,
    ),
  );
  await model.close();
}

async function checkGreedy(folder: string, ids: Golden, expected: Golden): Promise<void> {
  const model = await openModel(folder);
  const count = expected.values.length;
  const [continued] = await model.continueGreedily([ids.values.slice(0, 24)], count, []);
  assert.deepEqual(continued, expected.values, 'greedy ids');
  await model.close();
}

async function openModel(folder: string) {
  return openLanguageModel(loadModel(await openCheckpoint(folder)), onCpu);
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
