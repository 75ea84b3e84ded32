import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { removeState, restoreState, saveState, type SavedParts } from '../../../src/train/savedState';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'state-test-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What of a trainer is saved, with numbers that tell where they belong. */
function fakeTrainer(options: {
  step?: number;
  names?: readonly string[];
  size?: number;
  remembered?: number;
  fill?: boolean;
}): SavedParts {
  const { step = 0, names = ['a', 'b'], size = 5, remembered = 3, fill = false } = options;
  const numbers = (start: number): Float32Array =>
    Float32Array.from({ length: size }, (_, i) => (fill ? start + i + 0.1 : 0));
  const states = names.map((name, i) => ({
    name,
    shape: [size],
    values: numbers(100 * i),
    first: numbers(100 * i + 20),
    second: numbers(100 * i + 40),
    start: undefined,
  }));
  const memory = { dueAt: new Array<number>(remembered).fill(0) };
  return { step, rateShare: 1, returns: 0, states, memory };
}

describe('the state of a run', () => {
  it('comes back as it was saved', async () => {
    const trainer = fakeTrainer({ step: 15, fill: true });
    [4, 0, 19].forEach((step, key) => (trainer.memory.dueAt![key] = step));
    await saveState(folder, trainer, false);
    const fresh = fakeTrainer({});
    const state = await restoreState(folder, fresh);
    assert.equal(state.finished, false);
    assert.equal(fresh.step, 15);
    assert.deepEqual(fresh.memory.dueAt, [4, 0, 19]);
    assert.deepEqual(fresh.states, trainer.states);
  });

  it('is replaced by the next, leaving one pair of files', async () => {
    await saveState(folder, fakeTrainer({ step: 5, fill: true }), false);
    await saveState(folder, fakeTrainer({ step: 10, fill: true }), true);
    assert.deepEqual((await readdir(folder)).sort(), ['state-10.f32', 'state.json']);
    const fresh = fakeTrainer({});
    assert.equal((await restoreState(folder, fresh)).finished, true);
    await removeState(folder);
    assert.deepEqual(await readdir(folder), []);
  });

  it('is still the last complete one when a process died while saving the next', async () => {
    await saveState(folder, fakeTrainer({ step: 5, fill: true }), false);
    await writeFile(join(folder, 'state-10.f32'), 'torn');
    const fresh = fakeTrainer({});
    assert.equal((await restoreState(folder, fresh)).step, 5);
    assert.deepEqual(fresh.states, fakeTrainer({ fill: true }).states);
  });

  const misfits: [what: string, options: Parameters<typeof fakeTrainer>[0]][] = [
    ['of other tensors', { names: ['a', 'c'] }],
    ['of fewer tensors', { names: ['a'] }],
    ['of another size', { size: 6 }],
    ['of another number of keys', { remembered: 4 }],
  ];
  for (const [what, options] of misfits)
    it(`is refused by a run ${what}`, async () => {
      await saveState(folder, fakeTrainer({ step: 5, fill: true }), false);
      await assert.rejects(restoreState(folder, fakeTrainer(options)), {
        name: 'UserError',
        reason: 'broken-state',
        next: /discard/,
      });
    });

  const damages: [what: string, damage: () => Promise<void>, reason: string][] = [
    ['its numbers are cut short', () => truncate(join(folder, 'state-5.f32'), 50), 'broken-state'],
    ['its numbers are gone', () => rm(join(folder, 'state-5.f32')), 'broken-state'],
    ['its file is no JSON', () => writeFile(join(folder, 'state.json'), '{"version":1,'), 'broken-json'],
    ['its file is gone', () => rm(join(folder, 'state.json')), 'not-found'],
    [
      'it names a file elsewhere',
      async () => {
        const text = await readFile(join(folder, 'state.json'), 'utf8');
        await writeFile(join(folder, 'state.json'), text.replace('state-5.f32', '../state-5.f32'));
      },
      'unexpected-content',
    ],
  ];
  for (const [what, damage, reason] of damages)
    it(`is refused when ${what}`, async () => {
      await saveState(folder, fakeTrainer({ step: 5, fill: true }), false);
      await damage();
      await assert.rejects(restoreState(folder, fakeTrainer({})), {
        name: 'UserError',
        reason,
        next: /discard/,
      });
    });
});
