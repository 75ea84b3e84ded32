import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findOutProblem, readFreeDisk } from '../../../../../src/vscode/panel/recipe/outFolder';

describe('the folder to write to', () => {
  let folder: string;
  let model: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fingerprint-out-'));
    model = join(folder, 'aurora');
    await mkdir(model);
  });
  after(() => rm(folder, { recursive: true }));

  it('is accepted beside the model', async () => {
    assert.equal(await findOutProblem(model, 'aurora-r1'), undefined);
  });

  it('is refused where its name does not work everywhere, or nothing can be written', async () => {
    const refused: [string, RegExp][] = [
      ['', /name of a new folder/],
      ['x'.repeat(300), /too long: 300 bytes/],
      ['my model?', /must not contain \?/],
      ['nul', /Windows keeps/],
      ['aurora.', /end with a dot/],
      ['aurora', /exists|inside/],
      ['aurora/inside', /inside the folder/],
      [join(folder, 'none', 'x'), /There is no folder/],
    ];
    for (const [typed, problem] of refused)
      assert.match((await findOutProblem(model, typed)) ?? '', problem, typed);
    if (existsSync('/proc/self'))
      assert.match((await findOutProblem(model, '/proc/x')) ?? '', /Nothing can be written/);
  });

  it('has the free space of the nearest folder that exists', async () => {
    const here = await readFreeDisk(folder);
    const below = await readFreeDisk(join(folder, 'none', 'of', 'these'));
    assert.ok(here > 0 && below > 0);
  });
});
