import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { StoredPassphrases, type SecretMemory } from '../../../../src/vscode/secrets/storedPassphrases';

type Header = NonNullable<Awaited<ReturnType<ConstructorParameters<typeof StoredPassphrases>[1]>>>;

describe('the passphrase of a key set', () => {
  let secrets: Map<string, string>;
  /** The key files of the workspace. */
  let files: Map<string, Header>;
  let stored: StoredPassphrases;

  beforeEach(() => {
    secrets = new Map();
    files = new Map([['/k/a.fpkeys', { commitment: 'c1' }]]);
    const memory: SecretMemory = {
      get: (key) => Promise.resolve(secrets.get(key)),
      store: (key, value) => Promise.resolve(void secrets.set(key, value)),
      delete: (key) => Promise.resolve(void secrets.delete(key)),
    };
    stored = new StoredPassphrases(memory, (path) => Promise.resolve(files.get(path)));
  });

  function rename(from: string, to: string): void {
    files.set(to, files.get(from)!);
    files.delete(from);
  }

  it('is known whatever its file is called, and of every copy of it', async () => {
    await stored.store('/k/a.fpkeys', 'secret');
    files.set('/backup/a.fpkeys', { commitment: 'c1' });
    rename('/k/a.fpkeys', '/k/b.fpkeys');
    assert.equal(await stored.find('/k/b.fpkeys'), 'secret');
    assert.equal(await stored.find('/backup/a.fpkeys'), 'secret');
  });

  it('is not that of another set which takes its path', async () => {
    await stored.store('/k/a.fpkeys', 'secret');
    files.set('/k/a.fpkeys', { commitment: 'c2' });
    assert.equal(await stored.find('/k/a.fpkeys'), undefined);
  });

  it('stays when a beacon draws the responses', async () => {
    files.set('/k/a.fpkeys', { commitment: 'undrawn', draw: { from: 'announced' } });
    await stored.store('/k/a.fpkeys', 'secret');
    files.set('/k/a.fpkeys', { commitment: 'drawn', draw: { from: 'beacon', keysCommitment: 'undrawn' } });
    rename('/k/a.fpkeys', '/k/b.fpkeys');
    assert.equal(await stored.find('/k/b.fpkeys'), 'secret');
  });

  it('is kept by the path until the set is drawn, as version 0.1.0 always did, and by the commitment from then on', async () => {
    await stored.store('/k/new.fpkeys', 'secret');
    files.set('/k/new.fpkeys', { commitment: 'c3' });
    assert.equal(await stored.find('/k/new.fpkeys'), 'secret');
    assert.deepEqual([...secrets], [['passphrase:c3', 'secret']]);
    rename('/k/new.fpkeys', '/k/renamed.fpkeys');
    assert.equal(await stored.find('/k/renamed.fpkeys'), 'secret');
  });

  it('is forgotten under both names when the set is locked', async () => {
    secrets.set('passphrase:/k/a.fpkeys', 'old');
    await stored.store('/k/a.fpkeys', 'secret');
    await stored.forget('/k/a.fpkeys');
    assert.deepEqual([...secrets], []);
  });
});
