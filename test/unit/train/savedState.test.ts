import assert from 'node:assert/strict';
import {
  appendFile,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { skipOnWindows } from '../common/strange';
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

  const rewrite = async (words: string, others: string): Promise<void> => {
    const path = join(folder, 'state.json');
    const text = await readFile(path, 'utf8');
    assert.ok(text.includes(words), text);
    await writeFile(path, text.replace(words, others));
  };
  /** As version 0.1.0 wrote it: without a digest. */
  const makeOld = async (): Promise<void> => {
    await rewrite('"version":2', '"version":1');
    await rewrite(/,"digest":"\w+"/.exec(await readFile(join(folder, 'state.json'), 'utf8'))![0], '');
  };
  async function makeOldWithNaN(): Promise<void> {
    await makeOld();
    await writeFile(join(folder, 'state-5.f32'), new Float32Array(30).fill(NaN));
  }
  async function linkNumbers(): Promise<void> {
    await rename(join(folder, 'state-5.f32'), join(folder, 'numbers'));
    await symlink('numbers', join(folder, 'state-5.f32'));
  }

  it('of version 0.1.0 is read, which kept no digest', async () => {
    await saveState(folder, fakeTrainer({ step: 5, fill: true }), true);
    await makeOld();
    const fresh = fakeTrainer({});
    assert.equal((await restoreState(folder, fresh)).finished, true);
    assert.deepEqual(fresh.states, fakeTrainer({ fill: true }).states);
  });

  it('never overwrites the numbers that an older state names, or what a link leads to', async () => {
    await saveState(folder, fakeTrainer({ step: 5, fill: true }), false);
    const victim = join(folder, 'victim');
    await writeFile(victim, 'mine');
    await symlink(victim, join(folder, 'state-5-1.f32'));
    await saveState(folder, fakeTrainer({ step: 5 }), false);
    assert.equal(await readFile(victim, 'utf8'), 'mine');
    assert.deepEqual((await readdir(folder)).sort(), ['state-5-2.f32', 'state.json', 'victim']);
    await restoreState(folder, fakeTrainer({}));
  });

  it('belongs to its owner alone', { skip: skipOnWindows }, async () => {
    await saveState(folder, fakeTrainer({ step: 5 }), false);
    for (const name of await readdir(folder))
      assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600, name);
  });

  const damages: [what: string, damage: () => Promise<void>, reason: string][] = [
    ['its numbers are cut short', () => truncate(join(folder, 'state-5.f32'), 50), 'broken-state'],
    ['its numbers are gone', () => rm(join(folder, 'state-5.f32')), 'broken-state'],
    ['its file is no JSON', () => writeFile(join(folder, 'state.json'), '{"version":1,'), 'broken-json'],
    ['its file is gone', () => rm(join(folder, 'state.json')), 'not-found'],
    [
      'its numbers are others',
      () => writeFile(join(folder, 'state-5.f32'), new Float32Array(30).fill(0.5)),
      'broken-state',
    ],
    [
      'its numbers are no numbers',
      () => writeFile(join(folder, 'state-5.f32'), new Float32Array(30).fill(NaN)),
      'broken-state',
    ],
    ['its numbers go on', () => appendFile(join(folder, 'state-5.f32'), new Uint8Array(4)), 'broken-state'],
    ['it was finished by hand', () => rewrite('"finished":false', '"finished":true'), 'broken-state'],
    ['its step is another', () => rewrite('"step":5', '"step":6'), 'broken-state'],
    ['its rate is another', () => rewrite('"rateShare":1', '"rateShare":0.5'), 'broken-state'],
    ['it remembers something else', () => rewrite('"dueAt":[0', '"dueAt":[9'), 'broken-state'],
    ['its digest is gone', () => rewrite('"digest":', '"other":["digest"],"was":'), 'unexpected-content'],
    ['its version 1 has numbers that are none', makeOldWithNaN, 'broken-state'],
    ['its numbers are a link', linkNumbers, 'broken-state'],
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
