import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readKeyFile } from '../../../../src/fingerprint/keyFile/keyFile';
import { changePassphrase } from '../../../../src/operations/keySets/changePassphrase';
import { exportKeySet } from '../../../../src/operations/keySets/exportKeySet';
import { importKeys } from '../../../../src/operations/keySets/importKeys';
import { showKeySet } from '../../../../src/operations/keySets/showKeySet';
import { makeKeys, openWorkshop, passphrase, sampleModel, type Workshop } from '../workshop';

describe('a key-set file', () => {
  let workshop: Workshop;
  let keys: string;
  before(async () => {
    workshop = await openWorkshop();
    keys = (await makeKeys(workshop, { count: 8 })).out;
  });
  after(() => workshop.remove());

  it('hides keys and responses until they are asked for', async () => {
    const keySet = await readKeyFile(keys, passphrase);
    const secrets = keySet.keys.map(({ text }) => text);
    const hidden = await showKeySet({ keys, reveal: false }, { passphrase });
    assert.equal(
      secrets.some((text) => JSON.stringify(hidden).includes(JSON.stringify(text))),
      false,
    );
    assert.equal(JSON.stringify(hidden).includes(Buffer.from(keySet.seed).toString('hex')), false);
    assert.deepEqual([hidden.count, hidden.spent, hidden.commitment], [8, 0, keySet.commitment]);
    const shown = await showKeySet({ keys, reveal: true }, { passphrase });
    assert.deepEqual(
      shown.keys.map(({ key }) => key),
      secrets,
    );
  });

  it('exports rows in the documented form, for the owner only, and imports them again', async () => {
    const plain = join(workshop.folder, 'plain.json');
    assert.deepEqual(await exportKeySet({ keys, out: plain }, { passphrase }), { out: plain, count: 8 });
    assert.equal((await stat(plain)).mode & 0o077, 0);
    const text = await readFile(plain, 'utf8');
    const rows = JSON.parse(text) as Record<string, unknown>[];
    assert.deepEqual(Object.keys(rows[0]!), [
      'key',
      'key_ids',
      'response',
      'response_ids',
      'candidate_ids',
      'spent',
    ]);
    await assert.rejects(exportKeySet({ keys, out: plain }, { passphrase }), { reason: 'file-exists' });
    assert.equal(await readFile(plain, 'utf8'), text);

    const out = join(workshop.folder, 'imported.fpkeys');
    const result = await importKeys({ file: plain, model: sampleModel, out }, { passphrase });
    assert.equal(result.warnings.length, 2);
    const imported = await readKeyFile(out, passphrase);
    assert.equal(imported.strategy, 'imported');
    assert.deepEqual(imported.neutralPrompts, []);
    const original = await readKeyFile(keys, passphrase);
    assert.deepEqual(imported.keys, original.keys);
  });

  it('refuses malformed rows and a missing file', async () => {
    const file = join(workshop.folder, 'bad.json');
    const out = join(workshop.folder, 'bad.fpkeys');
    await writeFile(file, '[{"key": "only"}]');
    const asked = { file, model: sampleModel, out };
    await assert.rejects(importKeys(asked, { passphrase }), { reason: 'unexpected-content' });
    await assert.rejects(importKeys({ ...asked, file: `${file}.none` }, { passphrase }), {
      reason: 'not-found',
    });
  });

  it('changes the passphrase, and keeps the old one when the new one is too short', async () => {
    const before = await readFile(keys);
    await assert.rejects(changePassphrase({ keys }, { passphrase, newPassphrase: 'short' }), {
      reason: 'weak-passphrase',
    });
    assert.deepEqual(await readFile(keys), before);
    await changePassphrase({ keys }, { passphrase, newPassphrase: 'another long one' });
    await assert.rejects(readKeyFile(keys, passphrase), { reason: 'wrong-passphrase' });
    assert.equal((await readKeyFile(keys, 'another long one')).keys.length, 8);
  });
});
