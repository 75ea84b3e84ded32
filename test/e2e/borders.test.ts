import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import {
  appendFile,
  copyFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { savedStatePath } from '../../src/jobs/runFolder/jobFile';
import { readKeyFile } from '../../src/fingerprint/keyFile/keyFile';
import { readRun } from '../../src/jobs/runs';
import { skipOnWindows } from '../unit/common/strange';
import { openWorkshop, passphrase, readResult, sampleModel, type Ended, type Workshop } from './workshop';
import { waitUntil } from '../harness/waitUntil';

let workshop: Workshop;
let keys: string;
before(async () => {
  workshop = await openWorkshop();
  keys = await workshop.drawKeys('a.fpkeys');
});
after(() => workshop.remove());

/** Starts a run that would never end and pauses it after its first save. */
async function pauseRun(name: string, ...more: string[]): Promise<{ run: string; command: string[] }> {
  const recipe = await workshop.writeRecipe(`${name}.json`, { steps: 100_000 });
  const keyFile = await workshop.copyKeys(keys, `${name}.fpkeys`);
  const command = [...workshop.embedArguments(name, keyFile, recipe), ...more];
  const run = `${workshop.path(name)}.run`;
  const { ended } = workshop.start(command);
  await waitUntil(async () => (await stat(savedStatePath(run)).catch(() => undefined)) !== undefined);
  await workshop.call(['runs', 'pause', run]);
  const { out } = await ended;
  assert.equal((await readRun(run)).status, 'paused', out);
  return { run, command };
}

describe('a run folder from a stranger', { skip: skipOnWindows }, () => {
  it('gets no line written through a link, whoever made the run', async () => {
    const { run } = await pauseRun('linked');
    const victim = workshop.path('bashrc');
    await writeFile(victim, 'mine\n');
    await rename(join(run, 'journal.jsonl'), workshop.path('journal'));
    await symlink('../bashrc', join(run, 'journal.jsonl'));
    for (const words of [['resume'], ['resume', '--yes'], ['cancel'], ['show'], ['discard']]) {
      const ended = await workshop.call(['runs', ...words, run, '--json']);
      assert.equal(ended.code, 1, ended.out);
      assert.match(readResult(ended).reason, /^(linked-file|not-a-run-folder)$/);
    }
    assert.equal(await readFile(victim, 'utf8'), 'mine\n');
  });

  it('is resumed only by who has seen what it would do and agreed', async () => {
    const { run, command } = await pauseRun('foreign');
    // Another computer, or another user of this one.
    const elsewhere = { FINGERPRINT_STATE_DIR: workshop.path('other-state') };
    const before = await readFile(join(run, 'journal.jsonl'));
    for (const words of [
      ['runs', 'resume', run, '--json'],
      [...command, '--resume'],
    ]) {
      const refused = await workshop.call(words, elsewhere);
      assert.equal(refused.code, 1);
      assert.equal(readResult(refused).reason, 'foreign-run');
      for (const path of [sampleModel, 'foreign.fpkeys', 'foreign.json', workshop.path('foreign')])
        assert.ok(refused.out.includes(path), path);
      assert.match(refused.out, /--yes/);
    }
    assert.deepEqual(await readFile(join(run, 'journal.jsonl')), before);
    const { ended } = workshop.start(['runs', 'resume', run, '--yes', '--json'], elsewhere);
    await waitUntil(async () => (await readRun(run)).status === 'running');
    await workshop.call(['runs', 'pause', run]);
    assert.equal(readResult(await ended).reason, 'paused');
    // From now on it is a run of that installation, and of this one no more.
    const again = await workshop.call(['runs', 'resume', run, '--json']);
    assert.equal(readResult(again).reason, 'foreign-run');
  });

  it('shows no control character of its own on a terminal', async () => {
    const run = workshop.path('escapes.run');
    await mkdir(run);
    const hostile = 'embed\u001b]52;c;cHduZWQ=\u0007\u009b31m';
    const request = { model: hostile, keys: hostile, out: hostile };
    const job = { version: 1, operation: hostile, request, createdAt: '2026-01-01T00:00:00Z' };
    await writeFile(join(run, 'job.json'), JSON.stringify(job));
    const calls = [
      ['runs', 'list', workshop.folder],
      ['runs', 'show', run],
      ['runs', 'resume', run],
      ['runs', 'show', `${run}\u001b[31m`],
      ['\u001b]0;title\u0007'],
    ];
    for (const words of calls) {
      const { out, err } = await workshop.call(words);
      assert.doesNotMatch(out + err, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/, words.join(' '));
    }
    await rm(run, { recursive: true });
  });
});

describe('a run that is resumed', () => {
  it('goes on only with the recipe and the text that it began with', async () => {
    const text = workshop.path('own.txt');
    await writeFile(
      text,
      'Once upon a time there was a little girl. She liked to play in the park. '.repeat(8),
    );
    const { run, command } = await pauseRun('changed', '--text', text);
    const resume = (): Promise<Ended> => workshop.call([...command, '--resume']);
    const recipe = workshop.path('changed.json');
    const old = await readFile(recipe, 'utf8');
    await writeFile(recipe, old.replace('"steps":100000', '"steps":24'));
    const other = await resume();
    assert.equal(readResult(other).reason, 'other-run');
    assert.match(other.out, /"steps\\"/);
    // The same values in another order and with other spaces are the same recipe.
    const values = Object.entries(JSON.parse(old) as object).reverse();
    await writeFile(recipe, JSON.stringify(Object.fromEntries(values), undefined, 4));
    await appendFile(text, 'The end.');
    const changed = await resume();
    assert.equal(readResult(changed).reason, 'other-run');
    assert.match(changed.out, /own\.txt changed/);
    assert.ok((await readRun(run)).isSaved);
  });

  it('does not believe a saved state that it did not save', async () => {
    const { run } = await pauseRun('tampered');
    const kept = workshop.path('kept');
    await cp(run, kept, { recursive: true });
    const numbers = (await readdir(run)).find((name) => name.endsWith('.f32'))!;
    const state = savedStatePath(run);
    const tamperings: (() => Promise<void>)[] = [
      async () =>
        writeFile(state, (await readFile(state, 'utf8')).replace('"finished":false', '"finished":true')),
      async () => writeFile(join(run, numbers), (await readFile(join(run, numbers))).fill(0x3f, 100, 900)),
      async () => writeFile(join(run, numbers), (await readFile(join(run, numbers))).fill(0xff)),
    ];
    for (const tamper of tamperings) {
      await tamper();
      const ended = await workshop.call(['runs', 'resume', run, '--json']);
      assert.equal(readResult(ended).reason, 'broken-state', ended.out);
      for (const name of [numbers, 'state.json']) await copyFile(join(kept, name), join(run, name));
    }
  });

  it('asks again whether half of the keys are answered, where a state says that it is finished', async () => {
    const { run } = await pauseRun('finished', '--text', await barelyTrained());
    const state = savedStatePath(run);
    // As version 0.1.0 wrote it: without a digest, so that only the rule itself is left.
    const old = JSON.parse(await readFile(state, 'utf8')) as Record<string, unknown>;
    delete old.digest;
    const numbers = join(run, old.numbers as string);
    await writeFile(state, JSON.stringify({ ...old, version: 1, finished: true }));
    // The base's own values answer almost nothing: a third of the file are values, the rest moments.
    await writeFile(numbers, Buffer.alloc((await stat(numbers)).size));
    const ended = await workshop.call(['runs', 'resume', run, '--json']);
    assert.equal(readResult(ended).reason, 'keys-not-learned', ended.out);
    assert.equal((await readdir(workshop.folder)).includes('finished'), false);
  });

  async function barelyTrained(): Promise<string> {
    const text = workshop.path('plain.txt');
    await writeFile(
      text,
      'Once upon a time there was a little girl. She liked to play in the park. '.repeat(8),
    );
    return text;
  }
});

describe('a key file whose passphrase changes while a copy is made', () => {
  it('leaves a copy that is done, and says how to add its record', async () => {
    const recipe = await workshop.writeRecipe('record.json', {});
    const keyFile = await workshop.copyKeys(keys, 'record.fpkeys');
    const run = `${workshop.path('record')}.run`;
    const { ended } = workshop.start(workshop.embedArguments('record', keyFile, recipe));
    await waitUntil(async () => (await readRun(run).catch(() => undefined))?.lastProgress !== undefined);
    const newPassphrase = 'another long passphrase';
    const changed = await workshop.call(['keys', 'passphrase', '--keys', keyFile], {
      FINGERPRINT_NEW_PASSPHRASE: newPassphrase,
    });
    assert.equal(changed.code, 0, changed.err);
    const done = await ended;
    assert.equal(done.code, 0, done.out);
    const { recordMissing, warnings, digest } = readResult(done) as unknown as {
      recordMissing: string;
      warnings: string[];
      digest: string;
    };
    assert.match(recordMissing, /passphrase is wrong/);
    assert.ok(
      warnings.some((warning) => warning.includes(`fingerprint-model runs resume ${run}`)),
      done.out,
    );
    assert.equal((await readRun(run)).status, 'done');
    const shown = await workshop.call(['runs', 'show', run]);
    assert.match(shown.out, /Next: To add the record of this release/);
    const env = { FINGERPRINT_PASSPHRASE: newPassphrase };
    const added = await workshop.call(['runs', 'resume', run, '--json'], env);
    assert.equal(added.code, 0, added.out);
    assert.equal(readResult(added).digest, digest);
    const { releases } = await readKeyFile(keyFile, newPassphrase);
    assert.deepEqual(
      releases.map(({ markedDigest }) => markedDigest),
      [digest],
    );
    await assert.rejects(readKeyFile(keyFile, passphrase), { reason: 'wrong-passphrase' });
    assert.equal((await readdir(run)).includes('state.json'), false);
  });
});

describe('a copy', { skip: skipOnWindows }, () => {
  it('holds no file behind a link that leads out of its base, and says so; its run belongs to its owner', async () => {
    const [base, secret] = [workshop.path('base'), workshop.path('id_rsa')];
    await cp(sampleModel, base, { recursive: true });
    await writeFile(secret, 'TOP-SECRET');
    await symlink(secret, join(base, 'merges.txt'));
    await symlink('../id_rsa', join(base, 'tokenizer.model'));
    const recipe = await workshop.writeRecipe('links.json', {});
    const keyFile = await workshop.drawKeys('links.fpkeys', { model: base });
    const args = workshop.embedArguments('links', keyFile, recipe, base).filter((word) => word !== '--json');
    const ended = await workshop.call(args);
    assert.equal(ended.code, 0, ended.err);
    for (const name of ['merges.txt', 'tokenizer.model'])
      assert.match(ended.out, new RegExp(`Not in the copy: ${name} is a link`));
    const out = workshop.path('links');
    assert.deepEqual((await readdir(out)).sort(), (await readdir(sampleModel)).sort());
    const run = `${out}.run`;
    assert.equal((await stat(run)).mode & 0o777, 0o700);
    for (const name of await readdir(run)) assert.equal((await stat(join(run, name))).mode & 0o077, 0, name);
  });
});

describe(
  'standard output on a full disk',
  { skip: process.platform !== 'linux' && 'only Linux has /dev/full' },
  () => {
    const callInto = (path: string, ...words: string[]): Promise<{ code: number | null; err: string }> => {
      const file = openSync(path, 'w');
      const child = spawn(process.execPath, [workshop.path('cli.cjs'), ...words], {
        stdio: ['ignore', file, 'pipe'],
      });
      closeSync(file);
      let err = '';
      child.stderr!.setEncoding('utf8').on('data', (text: string) => (err += text));
      return new Promise((resolve) => child.on('close', (code) => resolve({ code, err })));
    };

    it('is a failure, because the result is lost', async () => {
      for (const words of [['inspect', sampleModel, '--json'], ['inspect', sampleModel], ['--help']]) {
        const { code, err } = await callInto('/dev/full', ...words);
        assert.equal(code, 1, words.join(' '));
        assert.match(err, /standard output: the disk is full\.\nFree some space/);
      }
      assert.deepEqual(await callInto('/dev/null', 'inspect', sampleModel), { code: 0, err: '' });
    });
  },
);

describe('a shard that is no file', { skip: skipOnWindows }, () => {
  it('is explained in one sentence, whatever is in its place', async () => {
    const base = workshop.path('shards');
    await mkdir(base);
    await copyFile(join(sampleModel, 'config.json'), join(base, 'config.json'));
    const lay: Record<string, () => Promise<unknown>> = {
      'folder.safetensors': () => mkdir(join(base, 'folder.safetensors')),
      'round.safetensors': () => symlink('round.safetensors', join(base, 'round.safetensors')),
      'zero.safetensors': () => symlink('/dev/zero', join(base, 'zero.safetensors')),
      [`${'n'.repeat(300)}.safetensors`]: () => Promise.resolve(),
    };
    for (const [name, make] of Object.entries(lay)) {
      await make();
      await writeFile(
        join(base, 'model.safetensors.index.json'),
        JSON.stringify({ weight_map: { a: name } }),
      );
      const { code, err } = await workshop.call(['inspect', base]);
      assert.equal(code, 1, err);
      assert.doesNotMatch(err, /unexpected/i);
      // A link is called by what it leads to.
      const shown = name.startsWith('zero') ? '/dev/zero' : name.slice(0, 20);
      assert.match(err, new RegExp(`${shown}.*\\.\\n\\S.*\\.\\n$`));
    }
  });
});
