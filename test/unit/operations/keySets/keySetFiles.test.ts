import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readKeyFile, readKeyFilePublic } from '../../../../src/fingerprint/keyFile/keyFile';
import { changePassphrase } from '../../../../src/operations/keySets/changePassphrase';
import { exportKeySet } from '../../../../src/operations/keySets/exportKeySet';
import {
  checkImport,
  importKeys,
  openImportModel,
  readKeysToImport,
} from '../../../../src/operations/keySets/importKeys';
import { showKeySet } from '../../../../src/operations/keySets/showKeySet';
import { spendKeys } from '../../../../src/operations/keySets/spendKeys';
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
    const exported = await exportKeySet({ keys, out: plain, isPrivate: true }, { passphrase });
    assert.deepEqual(exported, { out: plain, count: 8, marked: 0 });
    assert.equal((await stat(plain)).mode & 0o077, 0);
    const text = await readFile(plain, 'utf8');
    const written = JSON.parse(text) as { model: string; digest: string; keys: Record<string, unknown>[] };
    const { base } = await readKeyFile(keys, passphrase);
    assert.deepEqual([written.model, written.digest], [base.name, base.digest]);
    assert.deepEqual(Object.keys(written.keys[0]!), [
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
    // No model was open that could have gone on with the responses.
    assert.deepEqual(
      imported.keys,
      original.keys.map((key) => withoutSentence(key)),
    );
  });

  it('imports a bare list too, as earlier versions and other tools write it', async () => {
    const { keys: rows } = JSON.parse(await readFile(join(workshop.folder, 'plain.json'), 'utf8')) as {
      keys: unknown[];
    };
    const file = join(workshop.folder, 'list.json');
    await writeFile(file, JSON.stringify(rows));
    const out = join(workshop.folder, 'list.fpkeys');
    assert.equal((await importKeys({ file, model: sampleModel, out }, { passphrase })).count, 8);
  });

  it('says what an import weakens and for which model the keys were made, before anything is written', async () => {
    const written = JSON.parse(await readFile(join(workshop.folder, 'plain.json'), 'utf8')) as {
      keys: { key_ids: number[] }[];
    };
    const file = join(workshop.folder, 'other.json');
    const elsewhere = { ...written, model: 'chat-5M', digest: 'e'.repeat(64) };
    await writeFile(file, JSON.stringify(elsewhere));
    const model = await openImportModel(sampleModel);
    const check = async () =>
      checkImport({ read: await readKeysToImport(file, undefined), model, draw: undefined });
    const said = await check();
    assert.equal(said.length, 3);
    assert.match(said[0]!, /were made for chat-5M .* and sample-model is another model/);
    assert.match(said[1]!, /not that they were drawn by chance/);
    assert.match(said[2]!, /no neutral prompts/);
    elsewhere.keys[0]!.key_ids = [99_999];
    await writeFile(file, JSON.stringify(elsewhere));
    await assert.rejects(check(), {
      reason: 'unusable-keys',
      message: /vocabulary\. The file says that its keys were made for chat-5M, not for sample-model\./,
    });
  });

  it('counts keys as spent that were exported for others, with the reason', async () => {
    const { out } = await makeKeys(workshop, { count: 4, out: join(workshop.folder, 'given.fpkeys') });
    const plain = join(workshop.folder, 'given.json');
    const result = await exportKeySet({ keys: out, out: plain }, { passphrase });
    assert.deepEqual(result, { out: plain, count: 4, marked: 4 });
    const shown = await showKeySet({ keys: out, reveal: false }, { passphrase });
    assert.equal(shown.spent, 4);
    assert.match(shown.lines.join('\n'), /Spent: 4 keys on .*: exported without encryption to given\.json/);
    const { keys: rows } = JSON.parse(await readFile(plain, 'utf8')) as { keys: { spent: boolean }[] };
    assert.ok(rows.every(({ spent }) => spent));
  });

  it('marks chosen keys as spent once, with a note, and keeps the commitment', async () => {
    const { out, commitment } = await makeKeys(workshop, {
      count: 4,
      out: join(workshop.folder, 'some.fpkeys'),
    });
    const spend = (which: number[], why: string) => spendKeys({ keys: out, which, why }, { passphrase });
    assert.deepEqual(await spend([0, 2], 'the auditor'), { keys: out, marked: 2, spent: 2, count: 4 });
    assert.deepEqual(await spend([2, 3], 'the court'), { keys: out, marked: 1, spent: 3, count: 4 });
    const keySet = await readKeyFile(out, passphrase);
    assert.equal(keySet.commitment, commitment);
    assert.deepEqual(
      keySet.spending!.map(({ why, keys: indices }) => [why, indices]),
      [
        ['the auditor', [0, 2]],
        ['the court', [3]],
      ],
    );
    assert.equal((await readKeyFilePublic(out)).spentCount, 3);
    await assert.rejects(spend([4], 'nobody'), { reason: 'no-such-key' });
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

function withoutSentence(key: object): object {
  return Object.fromEntries(Object.entries(key).filter(([name]) => name !== 'inSentence'));
}
