import assert from 'node:assert/strict';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { assertSameInputs, keepInputs, readRunIdentity } from '../../../../src/operations/copy/runInputs';
import { inNewFolder } from '../../common/strange';

const named = { steps: 12, learningRate: 0.003 };
const digest = (letter: string): string => letter.repeat(64);
const keySet = { commitment: digest('c'), base: { digest: digest('b') } };

describe('what a run reads', () => {
  it('has to be the same when it is resumed', () =>
    inNewFolder(async (folder) => {
      const text = join(folder, 'own.txt');
      await writeFile(text, 'Once upon a time.');
      await keepInputs(folder, { named, text: [text], keySet });
      await assertSameInputs(folder, { named: { learningRate: 0.003, steps: 12 }, text: [text], keySet });
      for (const change of [{ ...named, steps: 24 }, { steps: 12 }, { ...named, margin: 3 }])
        await assert.rejects(assertSameInputs(folder, { named: change, text: [text], keySet }), {
          reason: 'other-run',
          message: /another value of "\w+"\./,
          next: /Put the old content back/,
        });
      await appendFile(text, ' ');
      await assert.rejects(assertSameInputs(folder, { named, text: [text], keySet }), {
        reason: 'other-run',
        message: /own\.txt changed/,
      });
      await rm(text);
      await assert.rejects(assertSameInputs(folder, { named, text: [text], keySet }), {
        reason: 'not-found',
      });
    }));

  it('includes the key set, whatever its file is called, and the base', () =>
    inNewFolder(async (folder) => {
      assert.equal(readRunIdentity(folder), undefined);
      await keepInputs(folder, { named, text: [], keySet });
      assert.deepEqual(readRunIdentity(folder), { base: digest('b'), commitment: digest('c') });
      const other = { ...keySet, commitment: digest('d') };
      await assert.rejects(assertSameInputs(folder, { named, text: [], keySet: other }), {
        reason: 'other-run',
        message: /another key set/,
      });
      // A stranger's folder may hold anything.
      await writeFile(join(folder, 'inputs.json'), '{');
      assert.equal(readRunIdentity(folder), undefined);
    }));

  it('is compared with the kept recipe where an older version began the run', () =>
    inNewFolder(async (folder) => {
      await assertSameInputs(folder, { named, text: [], keySet });
    }));
});
