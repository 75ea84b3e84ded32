import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { isMadeHere, rememberMade, stateFolder } from '../../../src/common/installation';
import { inNewFolder, skipOnWindows } from './strange';

describe('what an installation remembers', () => {
  const before = process.env.FINGERPRINT_STATE_DIR;
  const use = (folder: string): void => void (process.env.FINGERPRINT_STATE_DIR = folder);
  beforeEach(() => use('/nowhere'));
  afterEach(() => {
    if (before === undefined) delete process.env.FINGERPRINT_STATE_DIR;
    else use(before);
  });

  it('is every file it made, by kind and content', () =>
    inNewFolder((folder) => {
      use(join(folder, 'deep', 'state'));
      assert.equal(isMadeHere('run', 'a'), false);
      rememberMade('run', 'a');
      rememberMade('report', 'b');
      assert.deepEqual(
        [isMadeHere('run', 'a'), isMadeHere('report', 'b'), isMadeHere('run', 'b'), isMadeHere('run', 'a ')],
        [true, true, false, false],
      );
    }));

  it('is readable by its owner alone, and holds no content', { skip: skipOnWindows }, () =>
    inNewFolder((folder) => {
      use(join(folder, 'state'));
      rememberMade('run', 'secret words');
      assert.equal(statSync(stateFolder()).mode & 0o777, 0o700);
      assert.equal(statSync(join(stateFolder(), 'made')).mode & 0o777, 0o600);
      assert.match(readFileSync(join(stateFolder(), 'made'), 'utf8'), /^run [0-9a-f]{64}\n$/);
    }),
  );

  it('fails no work where nothing can be written, and follows no link', { skip: skipOnWindows }, () =>
    inNewFolder((folder) => {
      use('/dev/null/state');
      rememberMade('run', 'a');
      assert.equal(isMadeHere('run', 'a'), false);
      use(folder);
      writeFileSync(join(folder, 'victim'), 'mine');
      symlinkSync(join(folder, 'victim'), join(folder, 'made'));
      rememberMade('run', 'a');
      assert.equal(readFileSync(join(folder, 'victim'), 'utf8'), 'mine');
      chmodSync(folder, 0o700);
    }),
  );
});
