import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createKeySet } from '../../../../src/fingerprint/drawing/keySetDrawing';
import { encryptKeySet } from '../../../../src/fingerprint/keyFile/keyFile';
import { findKeyFile } from '../../../../src/operations/keySets/findKeyFile';
import { inNewFolder } from '../../common/strange';
import { createRequest, silentWatch } from '../../fingerprint/fakes';

describe('a key file that a run needs', () => {
  it('is found in its folder under another name, by its commitment alone', () =>
    inNewFolder(async (folder) => {
      const keySet = await createKeySet(createRequest(), silentWatch);
      const path = join(folder, 'a.fpkeys');
      const renamed = join(folder, 'b.fpkeys');
      await writeFile(path, await encryptKeySet(keySet, 'correct horse battery', { N: 16, r: 1, p: 1 }));
      await writeFile(join(folder, 'aa.fpkeys'), 'no key file');
      assert.equal(await findKeyFile(path, keySet.commitment), path);
      await rename(path, renamed);
      assert.equal(await findKeyFile(path, keySet.commitment), renamed);
      assert.equal(await findKeyFile(path, 'f'.repeat(64)), path);
      assert.equal(await findKeyFile(path, undefined), path);
      assert.equal(
        await findKeyFile(join(folder, 'gone', 'a.fpkeys'), keySet.commitment),
        join(folder, 'gone', 'a.fpkeys'),
      );
    }));
});
