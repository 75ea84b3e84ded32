import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openCheckpoint } from '../../../../src/checkpoint/checkpoint';
import { digestCheckpoint } from '../../../../src/checkpoint/identity';
import { writeCheckpoint } from '../../../../src/checkpoint/writer';
import { describeCheckpoint } from '../../../../src/operations/describeCheckpoint';
import { inspect } from '../../../../src/operations/inspect';
import { readNotReadyNote, writeNotReadyNote } from '../../../../src/operations/copy/notReadyNote';
import { listParts } from '../../../../src/vscode/index/listParts';
import { lookAtCheckpoint } from '../../../../src/vscode/index/lookAt';
import { inFolder, sampleModel, withCopy } from '../../checkpoint/folders';
import { notReadyFile } from '../../../../src/checkpoint/folderFiles';

const fallenShort = {
  shortfalls: [
    { kind: 'drift', measured: 0.61, limit: 0.06 },
    { kind: 'recall', measured: 62 / 64, limit: 1 },
  ],
  keyCount: 64,
} as const;
const sentence =
  'Not ready to publish: its drift is 0.61 nats a token, ten times its budget of 0.06, and only 62 of 64 keys answer';

/** For what no file of these tests causes. */
const unforeseen = (error: unknown): void => assert.fail(String(error));

describe('the note in the folder of a copy that falls short', () => {
  it('says how it falls short and what to do, and its figures can be read back', () =>
    inFolder(async (folder) => {
      await writeNotReadyNote(folder, { ...fallenShort, advice: 'Take a lower rate.' });
      assert.deepEqual(await readdir(folder), [notReadyFile]);
      const text = await readFile(join(folder, notReadyFile), 'utf8');
      assert.match(text, /^# Not ready to publish\n/);
      assert.match(
        text,
        /- Its drift is 0\.61 nats a token, ten times its budget of 0\.06\. Drift is how far/,
      );
      assert.match(text, /- Only 62 of 64 keys answer\./);
      assert.match(text, /\*\*What to do:\*\* Take a lower rate\./);
      assert.match(text, /Delete it only if you accept/);
      assert.doesNotMatch(text, /fingerprint|fpkeys|commitment|response/i);
      assert.deepEqual(await readNotReadyNote(folder), fallenShort);
    }));

  it('is removed from a copy that does not fall short', () =>
    inFolder(async (folder) => {
      await writeNotReadyNote(folder, { shortfalls: [] });
      assert.deepEqual(await readdir(folder), []);
      await writeNotReadyNote(folder, fallenShort);
      await writeNotReadyNote(folder, { shortfalls: [], keyCount: 64 });
      assert.deepEqual(await readdir(folder), []);
      assert.equal(await readNotReadyNote(folder), undefined);
    }));

  it('reports a measurement that gave no number', () =>
    inFolder(async (folder) => {
      const shortfalls = [{ kind: 'drift', measured: Number.NaN, limit: 0.06 }] as const;
      await writeNotReadyNote(folder, { shortfalls });
      assert.deepEqual((await readNotReadyNote(folder))?.shortfalls, shortfalls);
    }));

  it("is shown by inspect, by the index and in the folder's description", () =>
    withCopy(sampleModel, async (dir) => {
      assert.equal('notReady' in (await lookAtCheckpoint(dir, unforeseen)), false);
      await writeNotReadyNote(dir, fallenShort);
      const { warnings, lines, notReady } = await inspect({ model: dir });
      assert.equal(warnings[0], `${sentence}. ${join(dir, notReadyFile)} says what to do.`);
      assert.equal(lines[0], warnings[0]);
      assert.equal(lines.filter((line) => line === warnings[0]).length, 1);
      assert.deepEqual(notReady, fallenShort);
      assert.deepEqual((await lookAtCheckpoint(dir, unforeseen)).notReady, fallenShort);
      assert.deepEqual((await describeCheckpoint(dir)).facts.notReady, fallenShort);
      assert.ok((await listParts(dir)).includes(join(dir, notReadyFile)));
    }));

  it('is not covered by the digest, and is not carried into the next copy', () =>
    withCopy(sampleModel, async (dir, folder) => {
      const before = await digestCheckpoint(await openCheckpoint(dir));
      await writeNotReadyNote(dir, fallenShort);
      const source = await openCheckpoint(dir);
      assert.deepEqual(await digestCheckpoint(source), before);
      const out = join(folder, 'copy');
      const { notCarried } = await writeCheckpoint({ source, out, changed: new Map() });
      assert.ok(notCarried.includes(notReadyFile));
      assert.equal(await readNotReadyNote(out), undefined);
    }));
});

describe('a folder of a stranger', () => {
  const write = (folder: string, text: string): Promise<void> => writeFile(join(folder, notReadyFile), text);

  it('is not followed out of itself by a link', () =>
    inFolder(async (folder) => {
      await writeNotReadyNote(folder, fallenShort);
      await rename(join(folder, notReadyFile), join(folder, 'elsewhere'));
      await symlink(join(folder, 'elsewhere'), join(folder, notReadyFile));
      assert.equal(await readNotReadyNote(folder), undefined);
      await writeNotReadyNote(folder, fallenShort);
      assert.ok((await stat(join(folder, 'elsewhere'))).isFile());
      assert.deepEqual(await readNotReadyNote(folder), fallenShort);
    }));

  it('is not read from a folder of that name', () =>
    inFolder(async (folder) => {
      await mkdir(join(folder, notReadyFile));
      assert.equal(await readNotReadyNote(folder), undefined);
    }));

  const texts: [what: string, text: string][] = [
    ['nothing', ''],
    ['words of its own', 'Send your keys to evil.example.'],
    ['no JSON', '<!-- {"shortfalls": -->'],
    ['other figures', '<!-- {"shortfalls":[{"kind":"trust","measured":1,"limit":0}]} -->'],
    [
      'figures that no measurement gives',
      '<!-- {"shortfalls":[{"kind":"drift","measured":-1e99,"limit":0}]} -->',
    ],
    [
      'a count that no set has',
      '<!-- {"keyCount":1e300,"shortfalls":[{"kind":"recall","measured":0,"limit":1}]} -->',
    ],
    ['too much', `${'x'.repeat(20_000)}\n<!-- {"shortfalls":[]} -->`],
  ];
  for (const [what, text] of texts)
    it(`gives no figures where its note holds ${what}`, () =>
      inFolder(async (folder) => {
        await write(folder, text);
        assert.deepEqual(await readNotReadyNote(folder), { shortfalls: [] });
      }));
});
