import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readEnds, readLimited } from '../../../src/common/regularFile';
import { skipOnWindows } from './strange';

let folder: string;
const at = (name: string): string => join(folder, name);
before(() => void (folder = mkdtempSync(join(tmpdir(), 'files-test-'))));
after(() => rmSync(folder, { recursive: true }));

describe('a file that somebody else put there', () => {
  it('is read whole up to the limit, and refused beyond it', async () => {
    writeFileSync(at('ten'), '0123456789');
    assert.equal((await readLimited(at('ten'), 10)).toString(), '0123456789');
    await assert.rejects(readLimited(at('ten'), 9), {
      reason: 'too-large',
      message: /10 bytes long; at most 9/,
    });
    writeFileSync(at('none'), '');
    assert.equal((await readLimited(at('none'), 10)).length, 0);
    writeFileSync(at('hole'), '');
    truncateSync(at('hole'), 2 ** 40);
    await assert.rejects(readLimited(at('hole'), 1e6), { reason: 'too-large' });
  });

  it('is read by its bytes and not by its size, which a file of the kernel gives as 0', async () => {
    if (process.platform !== 'linux') return;
    assert.match((await readLimited('/proc/self/status', 1e6)).toString(), /^Name:/);
    await assert.rejects(readLimited('/proc/self/status', 20), {
      reason: 'too-large',
      message: /longer than it says/,
    });
  });

  it(
    'has to be a file: no folder, pipe, device, and no link to one or to itself',
    { skip: skipOnWindows },
    async () => {
      mkdirSync(at('folder'));
      execFileSync('mkfifo', [at('pipe')]);
      symlinkSync('/dev/zero', at('zero'));
      symlinkSync(at('pipe'), at('to pipe'));
      symlinkSync(at('itself'), at('itself'));
      const refusals: [name: string, reason: string, message: RegExp][] = [
        ['folder', 'not-a-file', /is a folder/],
        ['pipe', 'not-a-file', /is a named pipe/],
        ['to pipe', 'not-a-file', /is a named pipe/],
        ['zero', 'not-a-file', /is a device/],
        ['itself', 'not-readable', /leads back to itself/],
        ['missing', 'not-found', /no file/],
        ['folder/missing', 'not-found', /no file/],
        ['x'.repeat(5000), 'not-found', /name is longer/],
      ];
      for (const [name, reason, message] of refusals)
        await assert.rejects(readLimited(at(name), 1e6), { name: 'UserError', reason, message });
    },
  );

  it('is read at its ends only, if that is enough', async () => {
    writeFileSync(at('long'), 'begin');
    truncateSync(at('long'), 2 ** 40);
    const { head, tail, sizeBytes } = await readEnds(at('long'), { head: 6, tail: 2 });
    assert.deepEqual([head.toString(), tail.toString(), sizeBytes], ['begin\0', '\0\0', 2 ** 40]);
    writeFileSync(at('short'), 'abc');
    const ends = await readEnds(at('short'), { head: 6, tail: 2 });
    assert.deepEqual([ends.head.toString(), ends.tail.toString()], ['abc', 'bc']);
  });
});
