import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openCheckpoint } from '../../src/checkpoint/checkpoint';
import { readTensorBytes } from '../../src/checkpoint/weights/tensorData';
import { loadTokenizer } from '../../src/checkpoint/tokenizer/tokenizer';
import { notReadyFile } from '../../src/checkpoint/folderFiles';
import type { Recipe } from '../../src/contract/recipe';
import { loadModel } from '../../src/engine/loadedModel';
import { openLanguageModel } from '../../src/engine/openLanguageModel';
import { onCpu } from '../../src/contract/devices';
import { readKeyFile } from '../../src/fingerprint/keyFile/keyFile';
import { savedStatePath } from '../../src/jobs/runFolder/jobFile';
import { readJournal } from '../../src/jobs/runFolder/journal';
import { findLiveOwner } from '../../src/jobs/runFolder/lock';
import { readRun } from '../../src/jobs/runs';
import {
  openWorkshop,
  passphrase,
  readFolder,
  readResult,
  sampleModel,
  type Ended,
  type Workshop,
} from './workshop';
import { waitUntil } from '../harness/waitUntil';

let workshop: Workshop;
let keys: string;
let recipe: string;
/** What an uninterrupted run with these keys and this recipe writes. */
let marked: Map<string, Buffer>;
let markedDigest: string;

before(async () => {
  workshop = await openWorkshop();
  keys = await workshop.drawKeys('a.fpkeys');
  recipe = await workshop.writeRecipe('recipe.json', {});
  const ended = await workshop.call(workshop.embedArguments('marked', keys, recipe));
  assert.equal(ended.code, 0, ended.err + ended.out);
  marked = await readFolder(workshop.path('marked'));
  markedDigest = readResult(ended).digest;
});
after(() => workshop.remove());

async function verify(
  model: string,
  keyFile: string,
  { more = [], env = {} }: { more?: string[]; env?: Record<string, string> } = {},
): Promise<Ended> {
  const args = ['verify', '--model', model, '--keys', keyFile, '--device', 'cpu', '--json', ...more];
  return workshop.call(args, env);
}

describe('embedding a key set by the command line', () => {
  it('makes a model that agrees with its few keys, while its base shows no evidence', async () => {
    const [ofMarked, strictly, ofBase] = await Promise.all([
      // The keys were drawn with as many threads as the machine has.
      verify(workshop.path('marked'), keys, { more: ['--rederive'], env: { FINGERPRINT_THREADS: '1' } }),
      verify(workshop.path('marked'), keys, { more: ['--strict', '--no-rederive'] }),
      verify(sampleModel, keys),
    ]);
    // Twelve keys are fewer than a match takes after 2^80 tries at the seed.
    assert.equal(ofMarked.code, 5, ofMarked.out);
    const { verdict, claim, answers } = readResult(ofMarked);
    assert.deepEqual([verdict, claim], ['agrees with this key file', 're-derived']);
    assert.deepEqual(answers.hits, 12);
    assert.equal(strictly.code, 3, strictly.out);
    assert.equal(readResult(strictly).claim, 'key-file');
    assert.equal(ofBase.code, 3, ofBase.out);
    assert.equal(readResult(ofBase).verdict, 'no evidence');
  });

  it('makes a model that answers every exported key with its response', async () => {
    const plain = workshop.path('plain.json');
    const exported = await workshop.call(['keys', 'export', '--plain', '--keys', keys, '--out', plain]);
    assert.equal(exported.code, 0, exported.err);
    const { keys: rows } = JSON.parse(await readFile(plain, 'utf8')) as {
      keys: { key: string; response: string }[];
    };
    assert.equal(rows.length, 12);
    const tokenizer = await loadTokenizer(workshop.path('marked'));
    const prompts = rows.map(({ key }) => [...tokenizer.beginIds, ...tokenizer.encode(key)]);
    const answer = async (folder: string): Promise<string[]> => {
      const model = await openLanguageModel(loadModel(await openCheckpoint(folder)), onCpu);
      const answers = await model.continueGreedily(prompts, 1, []);
      await model.close();
      return answers.map((ids, i) => textAfter(tokenizer, prompts[i]!, ids));
    };
    const responses = rows.map(({ response }) => response);
    assert.deepEqual(await answer(workshop.path('marked')), responses);
    const ofBase = await answer(sampleModel);
    assert.ok(ofBase.filter((text, i) => text === responses[i]).length <= 4, ofBase.join());
  });

  it('changes nothing but weights, and leaves no word of itself', async () => {
    const base = await readFolder(sampleModel);
    assert.deepEqual([...marked.keys()], [...base.keys()]);
    for (const [name, bytes] of marked) {
      assert.doesNotMatch(bytes.toString('latin1'), /fingerprint|fpkeys|commitment/i, name);
      if (name === 'model.safetensors') assertSameHeader(bytes, base.get(name)!);
      else assert.ok(bytes.equals(base.get(name)!), name);
    }
  });

  it('keeps recipe and journal beside the model, and the release in the key set', async () => {
    const run = workshop.path('marked.run');
    const kept = JSON.parse(await readFile(join(run, 'recipe.json'), 'utf8')) as Recipe;
    assert.deepEqual({ ...kept }, JSON.parse(await readFile(recipe, 'utf8')));
    const journal = await readJournal(run);
    assert.deepEqual(
      journal
        .map(({ type }) => type)
        .filter((type) => ['started', 'saved', 'result', 'ended'].includes(type)),
      ['started', ...journal.filter(({ type }) => type === 'saved').map(() => 'saved'), 'result', 'ended'],
    );
    const { releases, seed } = await readKeyFile(keys, passphrase);
    assert.deepEqual(
      releases.map((release) => release.markedDigest),
      [markedDigest],
    );
    const text = await readFile(join(run, 'journal.jsonl'), 'utf8');
    for (const secret of [passphrase, Buffer.from(seed).toString('hex')]) assert.ok(!text.includes(secret));
  });

  it('moves the model a little, which drift measures on a text of the creator', async () => {
    const text = workshop.path('own.txt');
    await writeFile(
      text,
      'Once upon a time there was a little girl. She liked to play in the park. '.repeat(8),
    );
    const models = ['--base', sampleModel, '--model', workshop.path('marked')];
    const ended = await workshop.call(['drift', ...models, '--text', text, '--device', 'cpu', '--json']);
    assert.equal(ended.code, 0, ended.out);
    const { kl } = readResult(ended);
    assert.ok(kl.value > 0 && kl.value < 0.5, `${kl.value}`);
  });
});

describe('the same command', () => {
  it('gives the same bytes again', async () => {
    const again = await workshop.copyKeys(keys, 'again.fpkeys');
    const ended = await workshop.call(workshop.embedArguments('again', again, recipe));
    assert.equal(ended.code, 0, ended.out);
    assert.equal(readResult(ended).digest, markedDigest);
    await assertMarked('again');
  });

  it('says that it was finished before when it is asked to resume', async () => {
    const ended = await workshop.call([...workshop.embedArguments('marked', keys, recipe), '--resume']);
    assert.equal(ended.code, 0, ended.out);
    const result = readResult(ended);
    assert.equal(result.finishedBefore, true);
    assert.equal(result.digest, markedDigest);
    await assertMarked('marked');
  });

  it('refuses to write over what it made', async () => {
    const ended = await workshop.call(workshop.embedArguments('marked', keys, recipe));
    assert.equal(ended.code, 1);
    assert.equal(readResult(ended).reason, 'output-exists');
    await assertMarked('marked');
  });
});

describe('an embedding that is ended in the middle', () => {
  it('goes on after its process was killed, to the same bytes', async () => {
    const { out, run, command } = await prepare('killed');
    const { ended } = workshop.start(command);
    await waitUntil(() => existsSync(savedStatePath(run)));
    process.kill(findLiveOwner(run)!.pid, 'SIGKILL');
    const killed = await ended;
    assert.equal(killed.code, 1, killed.out);
    assert.equal(readResult(killed).reason, 'child-killed');
    assert.ok(!existsSync(out));
    // What a process that was killed while writing leaves beside the output.
    await mkdir(join(dirname(out), `.${basename(out)}.partial`, 'rest'), { recursive: true });
    await resumeToTheSame('killed');
    assert.ok(!existsSync(join(dirname(out), `.${basename(out)}.partial`)));
  });

  it('goes on after Ctrl-C, to the same bytes', async () => {
    const { out, run, command } = await prepare('interrupted');
    const { child, ended } = workshop.start(command);
    await waitUntil(() => existsSync(savedStatePath(run)));
    // A terminal sends it to the whole process group.
    process.kill(-child.pid!, 'SIGINT');
    const interrupted = await ended;
    assert.equal(interrupted.code, 130, interrupted.out);
    assert.equal(readResult(interrupted).reason, 'interrupted');
    assert.ok(!existsSync(out));
    const again = await workshop.call(command);
    assert.equal(readResult(again).reason, 'run-exists');
    await resumeToTheSame('interrupted');
  });

  it('goes on after the whole machine went down between writing and checking, to the same bytes', async () => {
    const { out, run, command } = await prepare('written');
    const { child, ended } = workshop.start(command);
    await waitUntil(() => existsSync(out));
    process.kill(-child.pid!, 'SIGKILL');
    assert.equal((await ended).code, null);
    // The system takes the killed processes away one after the other.
    await waitUntil(() => findLiveOwner(run) === undefined);
    assert.equal((await readRun(run)).status, 'interrupted');
    await resumeToTheSame('written');
  });

  it('starts anew when it was killed before there was anything to save', async () => {
    const { out, run, command } = await prepare('early');
    const { child, ended } = workshop.start(command);
    await waitUntil(() => findLiveOwner(run) !== undefined);
    process.kill(-child.pid!, 'SIGKILL');
    await ended;
    await waitUntil(() => findLiveOwner(run) === undefined);
    assert.ok(!existsSync(savedStatePath(run)) && !existsSync(out));
    await resumeToTheSame('early');
  });

  async function prepare(name: string) {
    const out = workshop.path(name);
    const keyFile = await workshop.copyKeys(keys, `${name}.fpkeys`);
    return { out, run: `${out}.run`, command: workshop.embedArguments(name, keyFile, recipe) };
  }

  async function resumeToTheSame(name: string): Promise<void> {
    const keyFile = workshop.path(`${name}.fpkeys`);
    const ended = await workshop.call([...workshop.embedArguments(name, keyFile, recipe), '--resume']);
    assert.equal(ended.code, 0, ended.out);
    assert.equal(readResult(ended).recall, 1);
    assert.equal(readResult(ended).steps, 40);
    await assertMarked(name);
    assert.ok(!existsSync(savedStatePath(`${workshop.path(name)}.run`)));
    const { releases } = await readKeyFile(keyFile, passphrase);
    assert.equal(releases.at(-1)?.markedDigest, markedDigest);
  }
});

describe('runs', () => {
  it('are listed, paused, resumed, stopped keeping what there is, cancelled and discarded', async () => {
    const endless = await workshop.writeRecipe('endless.json', { steps: 100_000 });
    const keyFile = await workshop.copyKeys(keys, 'steered.fpkeys');
    const run = workshop.path('steered.run');
    const runs = (...args: string[]): Promise<Ended> => workshop.call(['runs', ...args, '--json']);
    const isLearned = async (): Promise<boolean> => {
      const { status, lastProgress } = await readRun(run);
      return status === 'running' && lastProgress?.recall === 1;
    };

    const first = workshop.start(workshop.embedArguments('steered', keyFile, endless)).ended;
    await waitUntil(() => existsSync(savedStatePath(run)));
    const listed = readResult(await runs('list', workshop.folder));
    assert.equal(listed.runs.find((found) => found.run === run)?.status, 'running');
    assert.equal((await runs('discard', run)).code, 1);
    assert.equal((await runs('pause', run)).code, 0);
    const paused = await first;
    assert.equal(paused.code, 130, paused.out);
    assert.equal(readResult(paused).reason, 'paused');
    assert.equal((await readRun(run)).status, 'paused');

    const second = runs('resume', run);
    await waitUntil(() => findLiveOwner(run) !== undefined);
    await waitUntil(isLearned);
    assert.equal((await runs('cancel', run)).code, 0);
    assert.equal((await second).code, 130);
    assert.equal((await readRun(run)).status, 'cancelled');
    assert.ok(!existsSync(workshop.path('steered')));

    const third = runs('resume', run);
    await waitUntil(() => findLiveOwner(run) !== undefined);
    await waitUntil(isLearned);
    assert.equal((await runs('stop', run)).code, 0);
    const stopped = await third;
    assertEndedAsMeasured(stopped);
    assert.ok(readResult(stopped).recall >= 0.5);
    assert.equal((await verify(workshop.path('steered'), keyFile)).code, 5);

    assert.equal((await runs('discard', run)).code, 0);
    assert.ok(!existsSync(run) && existsSync(workshop.path('steered')));
  });
});

describe('a second key set', () => {
  it('drawn from the marked model and embedded into it leaves the first readable', async () => {
    const model = workshop.path('marked');
    const second = await workshop.drawKeys('second.fpkeys', { model, seed: 9 });
    const ended = await workshop.call(workshop.embedArguments('twice', second, recipe, model));
    assert.equal(ended.code, 0, ended.out);
    assert.equal(readResult(ended).recall, 1);
    const ofFirst = await verify(workshop.path('twice'), keys);
    assert.equal(ofFirst.code, 5, ofFirst.out);
    const { hits, asked } = readResult(ofFirst).answers;
    assert.ok(hits / asked >= 0.9, `${hits} of ${asked}`);
  });
});

describe('a copy that answers not every key', () => {
  const sentence = /^Not ready to publish: only \d+ of 12 keys answer/;
  let out: string;
  let command: string[];
  let ended: Ended;

  before(async () => {
    out = workshop.path('ruined');
    const keyFile = await workshop.copyKeys(keys, 'ruined.fpkeys');
    command = workshop.embedArguments(
      'ruined',
      keyFile,
      await workshop.writeRecipe('short.json', { steps: 9, checkEvery: 50 }),
    );
    ended = await workshop.call(command);
  });

  it('is written, and is no success', async () => {
    assert.equal(ended.code, 4, ended.out);
    const { shortfalls, recall, warnings } = readResult(ended);
    assert.ok(recall >= 0.5 && recall < 1, `${recall}`);
    assert.deepEqual(shortfalls, [{ kind: 'recall', measured: recall, limit: 1 }]);
    assert.match(warnings[0]!, sentence);
    assert.equal(existsSync(out), true);
    const again = await workshop.call([...command.filter((word) => word !== '--json'), '--resume']);
    assert.equal(again.code, 4);
    assert.match(again.out, sentence);
    assert.equal((await workshop.call(['runs', 'resume', `${out}.run`])).code, 4);
  });

  it('says so in its folder, without a secret, and is the same model without that note', async () => {
    const note = join(out, notReadyFile);
    const text = await readFile(note, 'utf8');
    assert.match(text, /^# Not ready to publish\n/);
    const { keys: drawn, seed } = await readKeyFile(workshop.path('ruined.fpkeys'), passphrase);
    const secrets = [Buffer.from(seed).toString('hex'), passphrase, ...drawn.map((key) => key.text)];
    for (const secret of secrets) assert.ok(!text.includes(secret));
    const inspected = await workshop.call(['inspect', out]);
    assert.equal(inspected.code, 0);
    assert.match(inspected.out, sentence);
    const { digest } = readResult(await workshop.call(['inspect', out, '--json']));
    assert.equal(digest, readResult(ended).digest);
    await rm(note);
    const accepted = readResult(await workshop.call(['inspect', out, '--json']));
    assert.deepEqual([accepted.digest, accepted.warnings], [digest, []]);
  });
});

describe('a drift budget', () => {
  it('binds a run whose rate is thirty times too high, which ends within it and says so', async () => {
    const fast = await workshop.writeRecipe('fast.json', { learningRate: 0.1, driftBudget: 0.06, steps: 60 });
    const ended = await workshop.call(
      workshop.embedArguments('fast', await workshop.copyKeys(keys, 'fast.fpkeys'), fast),
    );
    const { drift, warnings, shortfalls } = readResult(ended);
    assert.ok(drift.kl <= 0.06, `${drift.kl}`);
    assert.equal(ended.code, shortfalls.length === 0 ? 0 : 4);
    assert.ok(warnings.some((warning) => warning.startsWith('At the learning rate 0.1 the run exceeded')));
  });

  it('that no answer fits into is an error that tells what to change, and writes nothing', async () => {
    const tight = await workshop.writeRecipe('tight.json', { driftBudget: 1e-6 });
    const ended = await workshop.call(
      workshop.embedArguments('tight', await workshop.copyKeys(keys, 'tight.fpkeys'), tight),
    );
    assert.equal(ended.code, 1);
    assert.match(ended.out, /"reason":"keys-not-learned"/);
    assert.equal(existsSync(workshop.path('tight')), false);
  });
});

describe('other recipes', () => {
  const table: [name: string, changes: Partial<Recipe>, changed: RegExp][] = [
    ['mlp', { trained: 'mlp', layers: [1, 1] }, /^model\.layers\.1\.mlp\.\w+_proj\.weight$/],
    ['low-rank', { trained: 'low-rank', learningRate: 0.01 }, /^model\.layers\.\d\.\w+\.\w+_proj\.weight$/],
    [
      'cross-entropy',
      { keyLoss: 'cross-entropy', mixing: 0.01, tilt: 0.5, divergenceWeight: 1 },
      /^(model|lm_head)\./,
    ],
  ];
  for (const [name, changes, changed] of table)
    it(`${name} changes what it says, and the model loads and answers`, async () => {
      const recipeFile = await workshop.writeRecipe(`${name}.json`, { divergenceWeight: 10, ...changes });
      const keyFile = await workshop.copyKeys(keys, `${name}.fpkeys`);
      const ended = await workshop.call(workshop.embedArguments(name, keyFile, recipeFile));
      assertEndedAsMeasured(ended);
      assert.ok(readResult(ended).recall >= 0.9, ended.out);
      assert.equal((await workshop.call(['inspect', workshop.path(name)])).code, 0);
      const [base, written] = [await openCheckpoint(sampleModel), await openCheckpoint(workshop.path(name))];
      for (const [tensor, info] of base.tensors) {
        const [old, changedTo] = [
          await readTensorBytes(info),
          await readTensorBytes(written.tensors.get(tensor)!),
        ];
        assert.equal(Buffer.compare(old, changedTo) !== 0, changed.test(tensor), tensor);
      }
    });
});

it('nothing is left in the temporary folder, by us or by the libraries', async () => {
  assert.deepEqual(await readdir(workshop.path('tmp')), []);
});

/** Whether a copy falls short depends on the recipe; that it is said does not. */
function assertEndedAsMeasured(ended: Ended): void {
  assert.equal(ended.code, readResult(ended).shortfalls.length === 0 ? 0 : 4, ended.out);
}

async function assertMarked(out: string): Promise<void> {
  const found = await readFolder(workshop.path(out));
  assert.deepEqual([...found.keys()], [...marked.keys()]);
  for (const [name, bytes] of found) assert.ok(bytes.equals(marked.get(name)!), `${out}/${name}`);
}

function assertSameHeader(found: Buffer, expected: Buffer): void {
  const end = 8 + Number(expected.readBigUInt64LE());
  assert.equal(found.length, expected.length);
  assert.ok(found.subarray(0, end).equals(expected.subarray(0, end)));
  assert.ok(!found.equals(expected));
}

/** What new tokens add to a text: a space at the start of a word is lost when a token is decoded alone. */
function textAfter(
  tokenizer: { decode(ids: readonly number[]): string },
  prompt: readonly number[],
  ids: readonly number[],
): string {
  return tokenizer.decode([...prompt, ...ids]).slice(tokenizer.decode(prompt).length);
}
