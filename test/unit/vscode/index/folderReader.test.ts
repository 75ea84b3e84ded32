import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openCheckpoint } from '../../../../src/checkpoint/checkpoint';
import { digestCheckpoint } from '../../../../src/checkpoint/identity';
import { FolderReader } from '../../../../src/vscode/index/reader/folderReader';

const sampleModel = 'media/sample-model';
const config = {
  model_type: 'llama',
  vocab_size: 16,
  hidden_size: 8,
  intermediate_size: 8,
  num_hidden_layers: 2,
  num_attention_heads: 2,
};

let folder: string;
before(async () => void (folder = await mkdtemp(join(tmpdir(), 'reader-test-'))));
after(() => rm(folder, { recursive: true, force: true }));

/** A reader whose process is `program`, or the real one; `log` collects its lines. */
async function withReader(
  work: (reader: FolderReader, log: string[]) => Promise<void>,
  program?: string,
  readMs = 600_000,
): Promise<void> {
  const log: string[] = [];
  const readerPath = program === undefined ? 'dist/reader.cjs' : join(folder, 'reader.cjs');
  if (program !== undefined) await writeFile(readerPath, program);
  const reader = new FolderReader({
    readerPath,
    log: (line) => log.push(line),
    // A busy computer takes its time; only what hangs is not waited for.
    limits: { startMs: 600_000, readMs, heapMegabytes: program === undefined ? 384 : 64 },
  });
  try {
    await work(reader, log);
  } finally {
    reader.dispose();
  }
}

async function addModel(name: string, changes: object): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  await writeFile(join(path, 'config.json'), JSON.stringify({ ...config, ...changes }));
  await writeFile(join(path, 'model.safetensors'), Buffer.from('\u0002\0\0\0\0\0\0\0{}'));
  return path;
}

describe('reading all of a checkpoint', () => {
  it('gives its digest, and none where that is not possible', () =>
    withReader(async (reader, log) => {
      const { root } = await digestCheckpoint(await openCheckpoint(sampleModel));
      assert.equal(await reader.look('digest', sampleModel), root);
      assert.equal(await reader.look('digest', join(folder, 'nothing')), undefined);
      assert.deepEqual(log, []);
    }));
});

describe('reading a workspace of hostile folders', () => {
  it('gives each a problem that names its value, and the sound one beside them its facts', () =>
    withReader(async (reader, log) => {
      const pipe = await addModel('pipe', {});
      await rm(join(pipe, 'config.json'));
      execFileSync('mkfifo', [join(pipe, 'config.json')]);
      const endless = await addModel('endless', {});
      await rm(join(endless, 'config.json'));
      await symlink('/dev/zero', join(endless, 'config.json'));
      const cases: [path: string, message: RegExp][] = [
        [await addModel('head', { head_dim: 2_147_483_646 }), /"head_dim" \(2147483646\)/],
        [await addModel('deep', { num_hidden_layers: 10_000 }), /"num_hidden_layers" \(10000\)/],
        [
          await addModel('long', { num_hidden_layers: 2000 }),
          /2.000 layers, but the weights hold only 0 tensors/,
        ],
        [pipe, /is a named pipe, not a file/],
        [endless, /is a device, not a file/],
      ];
      for (const [path, message] of cases) {
        const { problem, facts } = await reader.look('checkpoint', path);
        assert.match(problem!.message, message);
        assert.deepEqual([problem!.kind, facts], ['damaged', undefined]);
      }
      assert.equal((await reader.look('checkpoint', sampleModel)).facts!.parameters, 656_000);
      assert.deepEqual(log, []);
    }));

  it('gives key files and reports the same', () =>
    withReader(async (reader) => {
      const keys = join(folder, 'a.fpkeys');
      await writeFile(keys, `{"format":"fingerprint-model/keys","version":1,"data":"${'A'.repeat(1e6)}"}`);
      assert.equal((await reader.look('keySet', keys)).problem!.reason, 'broken-key-file');
      const report = join(folder, 'a.fpreport.json');
      execFileSync('mkfifo', [report]);
      assert.equal(await reader.look('report', report), undefined);
    }));
});

const ready = "process.send({ type: 'ready' });";
/** A process that answers every question but those for which `act` does something else. */
const readerThat = (act: string): string => `
  process.on('message', ({ path }) => {
    if (path.endsWith('bad')) ${act}
    else process.send({ type: 'answer', found: { path, name: path }, unforeseen: [path + ' was odd'] });
  });
  process.on('disconnect', () => process.exit());
  ${ready}`;

describe('a process that reads', () => {
  const good = '/w/good';
  const bad = '/w/bad';

  it('is killed where it hangs, and the next item is read by another', () =>
    withReader(
      async (reader) => {
        const asked = [reader.look('checkpoint', bad), reader.look('checkpoint', good)] as const;
        const [hung, read] = await Promise.all(asked);
        assert.equal(hung.problem!.reason, 'took-too-long');
        assert.match(hung.problem!.message, /longer than 1.second,/);
        assert.deepEqual([hung.name, hung.changedAtMs, read.name], ['bad', Infinity, good]);
      },
      readerThat('for (;;);'),
      1000,
    ));

  it('may run out of memory, crash or be silent without taking others with it', async () => {
    for (const act of ['{ const all = []; for (;;) all.push([all]); }', 'process.exit(3);'])
      await withReader(async (reader) => {
        assert.equal((await reader.look('keySet', bad)).problem!.reason, 'out-of-memory');
        assert.equal((await reader.look('keySet', good)).problem, undefined);
        assert.equal(await reader.look('report', bad), undefined);
      }, readerThat(act));
  });

  it('passes on what nobody foresaw, for the log', () =>
    withReader(async (reader, log) => {
      await reader.look('checkpoint', good);
      assert.deepEqual(log, ['/w/good was odd']);
    }, readerThat('process.exit();')));

  it('that cannot start is a problem of the item and a line in the log, and is not tried without end', () =>
    withReader(async (reader, log) => {
      for (let item = 0; item < 4; item++) {
        const { problem } = await reader.look('checkpoint', good);
        assert.match(problem!.message, /could not be started/);
      }
      assert.match(log[0]!, /^\/w\/good: .*did not start/);
      assert.equal(log.length, 2);
      reader.tryAgain();
      await reader.look('checkpoint', good);
      assert.equal(log.length, 3);
    }, 'process.exit(1);'));

  it('ends when nobody asks, and starts again', async () => {
    const readerPath = join(folder, 'counted.cjs');
    await writeFile(
      readerPath,
      readerThat('process.exit();').replace('found: {', 'found: { pid: process.pid,'),
    );
    const reader = new FolderReader({ readerPath, log: () => undefined, limits: { idleMs: 0 } });
    const pids = new Set<number>();
    for (let round = 0; round < 2; round++) {
      const found = await reader.look('report', good);
      pids.add((found as unknown as { pid: number }).pid);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    reader.dispose();
    assert.equal(pids.size, 2);
  });
});
