import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readDeclared } from '../../../../src/suspects/kinship/declared';

describe('what a folder says of its origin', () => {
  let folder: string;
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'declared-'))));
  after(() => rm(folder, { recursive: true }));

  async function read(card: string, raw: Record<string, unknown> = {}) {
    await writeFile(join(folder, 'README.md'), card);
    return readDeclared(folder, raw);
  }

  it('is read from the head of its card and from its config', async () => {
    assert.deepEqual(
      await read(
        '---\nlicense: apache-2.0\nbase_model:\n- owner/first\n  - "owner/second"\ntags: [a]\n---\n# base_model: no\n',
        {
          _name_or_path: '/home/x/first',
        },
      ),
      { bases: ['/home/x/first', 'owner/first', 'owner/second'], licence: 'apache-2.0' },
    );
    assert.deepEqual(await read("---\r\nbase_model: 'owner/one'\r\n---\r\n"), {
      bases: ['owner/one'],
      licence: undefined,
    });
  });

  it('is nothing without a head, and never long or with control characters', async () => {
    assert.deepEqual(await read('base_model: x\n'), { bases: [], licence: undefined });
    const { bases, licence } = await read(
      `---\nbase_model: ${'x'.repeat(500)}\nlicense: \u001b]0;a\u0007b\n---\n`,
    );
    assert.deepEqual([bases[0]!.length, licence], [200, ']0;ab']);
  });
});
