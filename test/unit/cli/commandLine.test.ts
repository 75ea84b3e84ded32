import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { findLiveOwner } from '../../../src/jobs/runFolder/lock';
import { readRun } from '../../../src/jobs/runs';
import { openWorkshop, type Workshop } from '../jobs/workshop';
import { waitUntil } from '../../harness/waitUntil';

let workshop: Workshop;
before(() => {
  workshop = openWorkshop();
});
after(() => workshop.remove());

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the command line without a terminal, in the workshop's folder. */
function start(args: readonly string[], env: Record<string, string> = { FINGERPRINT_PASSPHRASE: 'heron' }) {
  const child = spawn(process.execPath, [workshop.cliPath, ...args], {
    cwd: workshop.folder,
    env: {
      PATH: process.env.PATH ?? '',
      FINGERPRINT_STATE_DIR: join(workshop.folder, 'state'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]).then(([out, err, code]): Ended => ({ code, out, err }));
  return { child, ended };
}

const call = (line: string, env?: Record<string, string>): Promise<Ended> =>
  start(line.split(' '), env).ended;

const lineSchema = z.looseObject({ type: z.enum(['progress', 'result', 'error']) });
const parseLines = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => lineSchema.parse(JSON.parse(line)));

describe('exit codes', () => {
  const table: [code: number, line: string][] = [
    [0, '--help'],
    [0, '--version'],
    [0, 'keys create --help'],
    [0, 'inspect DIR'],
    [0, 'keys create --model DIR --out my.fpkeys'],
    [0, 'keys show --keys my.fpkeys --reveal'],
    [0, 'keys create --model DIR --out my.fpkeys --draw beacon --chain default --wait 60'],
    [0, 'keys draw --keys my.fpkeys --round round.json'],
    [0, 'keys export --plain --keys my.fpkeys --out plain.json'],
    [0, 'keys export --plain --private --keys my.fpkeys --out plain.json'],
    [0, 'keys spend --keys my.fpkeys --which 1,3,5-9 --why auditor'],
    [0, 'keys spend --keys my.fpkeys --which all --why auditor'],
    [2, 'keys spend --keys my.fpkeys --which 0 --why auditor'],
    [2, 'keys spend --keys my.fpkeys --which 9-5 --why auditor'],
    [2, 'keys spend --keys my.fpkeys --which all'],
    [0, 'keys import --plain plain.json --model DIR --out my.fpkeys'],
    [0, 'embed --model DIR --keys my.fpkeys --out table'],
    [0, 'verify --model marked --keys my.fpkeys --base DIR'],
    [0, 'verify --model marked --keys my.fpkeys --precision half --memory 0.5'],
    [0, 'drift --base DIR --model DIR2 --text a b'],
    [0, 'doctor'],
    [0, 'runs list'],
    [1, 'inspect broken'],
    [1, 'embed --model DIR --keys my.fpkeys --out refused --recipe refuse'],
    [1, 'runs pause nothing.run'],
    [1, 'runs show nothing.run'],
    [1, 'runs discard .'],
    [1, 'runs list nowhere'],
    [2, ''],
    [2, 'keys'],
    [2, 'paint'],
    [2, 'inspect'],
    [2, 'inspect DIR DIR2'],
    [2, 'inspect DIR --device cpu'],
    [2, 'doctor DIR'],
    [2, 'keys create --model DIR'],
    [2, 'keys create --model DIR --out K --count none'],
    [2, 'keys create --model DIR --out K --count 0'],
    [2, 'keys create --model DIR --out K --count 1.5'],
    [2, 'keys create --model DIR --out K --seed 00ff'],
    [2, 'keys create --model DIR --out K --device abacus'],
    [2, 'keys create --model DIR --out K --wait 5'],
    [2, 'keys create --model DIR --out K --draw beacon --round 5 --wait 5'],
    [2, 'keys draw --keys K'],
    [2, 'keys draw --keys K --round F --fetch'],
    [2, 'embed --model DIR --keys K --out O --precision double'],
    [2, 'verify --model DIR --keys K --memory plenty'],
    [2, 'drift --base DIR --model DIR2 --memory 0'],
    [2, 'keys export --keys K --out F'],
    [0, 'embed --model DIR --keys my.fpkeys --out table --preset gentle --budget 0.03'],
    [2, 'embed --model DIR --keys K --out O --preset strong'],
    [2, 'embed --model DIR --keys K --out O --budget 0'],
    [2, 'embed --model DIR --keys K'],
    [2, 'verify --model DIR --keys K --text F'],
    [2, 'runs steer RUN'],
    [2, 'runs show'],
    [3, 'verify --model suspect --keys my.fpkeys'],
    [4, 'embed --model DIR --keys my.fpkeys --out table --recipe short'],
  ];
  for (const [code, line] of table)
    it(`is ${code} for "${line}", in words and in JSON`, async () => {
      const plain = await start(line === '' ? [] : line.split(' ')).ended;
      assert.equal(plain.code, code, plain.err);
      if (code === 1 || code === 2) assert.ok(plain.err !== '' && plain.out === '');
      assert.doesNotMatch(plain.err, /\n\s+at /);
      rmSync(join(workshop.folder, 'table'), { force: true });
      rmSync(join(workshop.folder, 'table.run'), { recursive: true, force: true });
      if (code === 0 && line.includes('--help')) return;
      const json = await start([...(line === '' ? [] : line.split(' ')), '--json']).ended;
      assert.equal(json.code, code, json.out);
      assert.equal(json.err, '');
      if (line !== '--version')
        assert.equal(parseLines(json.out).at(-1)?.type, [0, 3, 4].includes(code) ? 'result' : 'error');
    });
});

describe('the command line', () => {
  it('takes --json before the command too and prints progress before the result', async () => {
    const { code, out } = await call('--json embed --model DIR --keys my.fpkeys --out before');
    assert.equal(code, 0);
    const lines = parseLines(out);
    assert.deepEqual(
      lines.map(({ type }) => type),
      ['progress', 'progress', 'result'],
    );
    assert.equal(lines[2]?.recall, 1);
  });

  it('never waits for a passphrase without a terminal', async () => {
    for (const line of [
      'keys show --keys K',
      'keys create --model DIR --out K',
      'embed --model DIR --keys K --out asked',
      'verify --model DIR --keys K',
    ]) {
      const { code, err } = await call(line, {});
      assert.equal(code, 1);
      assert.match(err, /FINGERPRINT_PASSPHRASE/);
    }
    const { code, err } = await call('keys passphrase --keys K');
    assert.equal(code, 1);
    assert.match(err, /FINGERPRINT_NEW_PASSPHRASE/);
    assert.ok(!existsSync(join(workshop.folder, 'asked.run')));
  });

  it('reports an unexpected error in one sentence without a stack', async () => {
    const both = { FINGERPRINT_PASSPHRASE: 'heron', FINGERPRINT_NEW_PASSPHRASE: 'heron' };
    const { code, err } = await call('keys passphrase --keys K', both);
    assert.equal(code, 1);
    assert.match(err, /^Something unexpected happened; \S+error\.log has the details\.\n/);
    assert.doesNotMatch(err, /unforeseen|at a place/);
    const log = readFileSync(join(workshop.folder, 'state', 'error.log'), 'utf8');
    assert.match(log, /unforeseen\nat a place/);
  });

  it('prints phases as plain lines where there is no terminal', async () => {
    const { err } = await call('embed --model DIR --keys my.fpkeys --out plain');
    assert.equal(err, 'opening the model\nThe fake device is used.\n');
  });

  it('leaves nothing behind when it could not begin', async () => {
    await call('embed --model DIR --keys my.fpkeys --out nothing --recipe refuse');
    assert.ok(!existsSync(join(workshop.folder, 'nothing.run')));
  });

  it('lists every device in its own block', async () => {
    const { out } = await call('doctor', {});
    assert.equal(
      out,
      `fingerprint-model 0.1.0, Node 20.10.0, onnxruntime 1.30.0, linux on x64
Processor: 1 thread; memory: 1.0 GB free of 2.0 GB
Graphics card: NVIDIA Fake; memory: 7.3 GB free of 8.0 GB

With --device auto: CPU: no graphics card could be used.

cpu
  Works. auto uses it.

cuda: Graphics card with CUDA
  Does not work: it is not installed.
  How to fix it: Install it.
    node install.js

dml: Graphics card with DirectML
  Not offered on this system; it is on Windows.
`,
    );
  });

  it('is silent when its reader goes away', async () => {
    const child = spawn(process.execPath, [workshop.cliPath, 'runs', 'list', '--json'], {
      cwd: workshop.folder,
    });
    child.stdout.destroy();
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'close') as Promise<unknown[]>]);
    assert.equal(err, '');
    assert.equal(code, 0);
  });
});

describe('an embedding whose copy falls short', () => {
  const line = 'embed --model DIR --keys my.fpkeys --out ruined --recipe short';
  const sentence =
    'Not ready to publish: its drift is 0.61 nats a token, ten times its budget of 0.06.\nTake a lower rate.\n';

  it('says so before everything else and ends with 4, each time it is asked', async () => {
    const first = await call(line);
    assert.equal(first.code, 4, first.err);
    assert.ok(first.out.startsWith(`${sentence}The marked checkpoint is in `), first.out);
    assert.match(first.out, /\nWhat the probe found: chosen learning rate 0\.001, a step moves .*\n/);
    for (const again of [`${line} --resume`, 'runs resume ruined.run']) {
      const { code, out } = await call(again, {});
      assert.equal(code, 4, out);
      assert.ok(out.startsWith(`${sentence}This run had already finished.\nThe marked`), out);
    }
    const { code, out } = await call(`${line} --resume --json`, {});
    assert.equal(code, 4);
    const result = parseLines(out).at(-1)!;
    assert.equal(result.finishedBefore, true);
    assert.deepEqual(result.shortfalls, [{ kind: 'drift', measured: 0.61, limit: 0.06 }]);
    assert.equal(result.advice, 'Take a lower rate.');
    assert.match((await call('runs list')).out, /done {9}embed .*ruined\.run {2}\(not ready to publish\)/);
    const shown = (await call('runs show ruined.run')).out;
    assert.ok(shown.startsWith(`${sentence}embed: make a marked copy of a checkpoint\nModel: `), shown);
    assert.match(shown, /\nOutput: .*ruined\nState: done\n$/);
  });

  it('is named in the help', async () => {
    for (const help of ['embed --help', 'runs resume --help'])
      assert.match((await call(help, {})).out, /Exits with 4 if the copy was written but is not ready/);
  });
});

describe('an embedding that is interrupted', () => {
  it('saves at Ctrl-C, exits 130, refuses to start over and continues with --resume', async () => {
    const line = 'embed --model DIR --keys my.fpkeys --out long --recipe endless';
    const run = join(workshop.folder, 'long.run');
    const { child, ended } = start(line.split(' '));
    await waitUntil(
      async () => findLiveOwner(run) !== undefined && (await readRun(run)).lastProgress?.phase === 'training',
    );
    child.kill('SIGINT');
    const { code, err } = await ended;
    assert.equal(code, 130);
    assert.match(err, /--resume/);
    assert.equal((await readRun(run)).isSaved, true);

    assert.match((await call('runs list')).out, /cancelled {4}embed .*long\.run.*can be resumed/);
    const shown = (await call('runs show long.run')).out;
    assert.match(
      shown,
      /\nState: cancelled; training, step .*\nSaved: step .*\nNext: To continue, resume it with .*long\.run"\.\n$/,
    );
    const again = await call(line);
    assert.equal(again.code, 1);
    assert.match(again.err, /--resume/);
    assert.equal((await call(`${line.replace('DIR', 'OTHER')} --resume`)).code, 1);

    const resumed = start(['runs', 'resume', 'long.run', '--json']);
    await waitUntil(() => findLiveOwner(run) !== undefined);
    assert.equal((await call('runs discard long.run')).code, 1);
    assert.equal((await call('runs stop long.run')).code, 0);
    const { code: resumedCode, out } = await resumed.ended;
    assert.equal(resumedCode, 0);
    assert.equal(parseLines(out).at(-1)?.wasResumed, true);

    const finished = await call(`${line} --resume --json`, {});
    assert.equal(finished.code, 0);
    assert.equal(parseLines(finished.out).at(-1)?.finishedBefore, true);
    assert.equal((await call('runs discard long.run')).code, 0);
  });

  it('exits 130 when another process pauses it', async () => {
    const run = join(workshop.folder, 'paused.run');
    const { ended } = start(
      'embed --model DIR --keys my.fpkeys --out paused --recipe endless --json'.split(' '),
    );
    await waitUntil(
      async () => findLiveOwner(run) !== undefined && (await readRun(run)).lastProgress?.phase === 'training',
    );
    assert.equal((await call('runs pause paused.run')).code, 0);
    const { code, out } = await ended;
    assert.equal(code, 130);
    assert.equal(parseLines(out).at(-1)?.reason, 'paused');
  });
});
