import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { readKeyFilePublic } from '../../src/fingerprint/keyFile/keyFile';
import { commandIds } from '../../src/ids';
import type { TestApi } from '../../src/vscode/testApi';
import { makeKeySetRows } from '../../src/vscode/tree/keySetRows';
import { answering, sayAsked, typedLast, type Asked } from './answers';
import { activateExtension, workspaceFolder } from './extension';

const newPassphrase = 'heron lamp orbit velvet crust';

describe('a user with key sets', () => {
  let api: TestApi;
  const model = join(workspaceFolder(), 'sample');
  const other = join(workspaceFolder(), 'elsewhere', 'adapter');
  const plain = join(workspaceFolder(), 'plain.json');
  let keys = join(workspaceFolder(), 'keys', 'sample-keys.fpkeys');
  let passphrase = '';
  const run = (id: string, given?: unknown) => () => vscode.commands.executeCommand(id, given);
  const pick = (label: string) => () => label;
  const type =
    (...texts: string[]) =>
    () =>
      texts;
  const giveUp = () => undefined;
  const device = () => vscode.workspace.getConfiguration('fingerprintModel');
  const read = (asked: Asked) => (assert.equal(asked.kind, 'message'), undefined);

  before(async () => {
    api = await activateExtension();
    await api.index.whenReady();
    // Trying every device takes long, and is not what is tested here.
    await device().update('device', 'cpu', vscode.ConfigurationTarget.Global);
  });

  after(async () => {
    await device().update('device', undefined, vscode.ConfigurationTarget.Global);
    for (const path of ['keys', 'elsewhere', 'plain.json'])
      await rm(join(workspaceFolder(), path), { recursive: true, force: true });
  });

  it('who has none creates one where it is asked for, and the dialog continues', async function () {
    this.timeout(420_000);
    const { asked, complaints } = await answering(
      [
        ({ choices }) => choices[0],
        type('four', '4'),
        ({ choices }) => choices[0],
        type('as proposed'),
        type('aaaaaaaaaaaa', 'Generate'),
        () => typedLast(),
        ({ words }) => (assert.match(words, /recipe/), undefined),
      ],
      run(commandIds.embed, model),
      400_000,
    );
    passphrase = typedLast();
    assert.equal(asked[0]!.choices[0], '$(add) Create Key Set…');
    assert.match(passphrase, /^([a-z2-9]{4}-){4}[a-z2-9]{4}$/);
    assert.ok(complaints.some((words) => words.includes('too easy to guess')));
    assert.ok(api.index.keySets.some(({ path }) => path === keys));
  });

  it('copies the whole commitment', async () => {
    await answering([], run(commandIds.copyCommitment, keys));
    const { commitment } = await readKeyFilePublic(keys);
    assert.equal(await vscode.env.clipboard.readText(), commitment);
  });

  it('is told that an export is no backup, and gets a file that names its model', async () => {
    const { asked } = await answering(
      [pick('Export for Myself'), () => plain, read],
      run(commandIds.exportKeys, keys),
    );
    assert.match(asked[0]!.detail, /This is not a backup/);
    assert.ok(asked[0]!.choices.includes('Copy Key File…'));
    assert.match(asked[2]!.words, /Delete it when it is no longer needed/);
    assert.deepEqual(asked[2]!.choices, ['Reveal', 'Open']);
    const { model: madeFor } = JSON.parse(await readFile(plain, 'utf8')) as { model: string };
    assert.equal(madeFor, 'sample');
    assert.equal((await readKeyFilePublic(keys)).spentCount, 0);
  });

  it('reads what an import weakens before a passphrase is asked for, and sees it on the row', async () => {
    const imported = join(workspaceFolder(), 'keys', 'imported.fpkeys');
    const { asked } = await answering(
      [
        () => plain,
        ({ words, choices }) => (assert.match(words, /made for sample/), choices[0]),
        ({ choices }) => choices[0],
        pick('Import Keys'),
        type('keys/imported.fpkeys'),
        type(newPassphrase),
        type(newPassphrase),
        read,
      ],
      run(commandIds.importKeys),
    );
    const [confirmed, passphraseAsked] = ['prove less', 'At least 8 characters'].map((words) =>
      asked.findIndex((question) => question.words.includes(words)),
    ) as [number, number];
    assert.ok(confirmed >= 0 && confirmed < passphraseAsked, sayAsked({ asked, complaints: [] }));
    assert.match(asked[confirmed]!.detail, /not that they were drawn by chance[^]*no neutral prompts/);
    const row = makeKeySetRows(api.index.keySets, new Set()).find(({ label }) => label === 'imported.fpkeys');
    assert.match(row!.description, /imported, weaker/);
    await answering([pick('Delete Key Set')], run(commandIds.deleteKeySet, imported));
    assert.ok(!api.index.keySets.some(({ path }) => path === imported));
  });

  it('imports keys whose responses a beacon draws later, and reads what stays weaker before the passphrase', async () => {
    const imported = join(workspaceFolder(), 'keys', 'undrawn.fpkeys');
    const { asked } = await answering(
      [
        () => plain,
        ({ choices }) => choices[0],
        pick('$(broadcast) A public beacon, in a day'),
        pick('Import Keys'),
        type('keys/undrawn.fpkeys'),
        type(newPassphrase),
        type(newPassphrase),
        () => 'Copy Commitment',
      ],
      run(commandIds.importKeys),
    );
    assert.match(asked[2]!.choices.join(), /Use the responses in the file/);
    assert.match(asked[3]!.detail, /no neutral prompts/);
    assert.doesNotMatch(asked[3]!.detail, /not that they were drawn by chance/);
    assert.match(asked[7]!.words, /^Publish the commitment of undrawn\.fpkeys with a date before/);
    const { commitment } = await readKeyFilePublic(imported);
    assert.equal(await vscode.env.clipboard.readText(), commitment);
    const row = makeKeySetRows(api.index.keySets, new Set()).find(({ label }) => label === 'undrawn.fpkeys');
    assert.match(row!.description, /^4 keys, responses not drawn, imported, weaker/);
    await answering([pick('Delete Key Set')], run(commandIds.deleteKeySet, imported));
  });

  it('whose file cannot be imported learns it before any other question', async () => {
    await writeFile(join(workspaceFolder(), 'keys', 'bad.json'), '[{"key":"only"}]');
    const { asked } = await answering(
      [() => join(workspaceFolder(), 'keys', 'bad.json'), read],
      run(commandIds.importKeys),
    );
    assert.match(asked[1]!.words, /unexpected value/);
  });

  it('marks keys as spent, with a note', async () => {
    await answering(
      [() => ['Key 2', 'Key 3'], type('', 'shown to the auditor'), read],
      run(commandIds.spendKeys, keys),
    );
    assert.equal((await readKeyFilePublic(keys)).spentCount, 2);
  });

  it('gives the old passphrase to change it, although the set is unlocked', async () => {
    assert.equal(await api.secrets.isUnlocked(keys), true);
    const { asked, complaints } = await answering(
      [type('wrong horse', passphrase), type(newPassphrase), type('another', newPassphrase), read],
      run(commandIds.changePassphrase, keys),
    );
    assert.equal(asked[0]!.words, 'The present passphrase');
    assert.ok(complaints.includes('The passphrase is wrong, or the file is damaged.'));
    assert.ok(complaints.includes('Strong.') || complaints.some((words) => words.startsWith('The two')));
    assert.match(asked[3]!.words, /was changed\. Copies/);
    assert.equal((await api.secrets.unlockAny(keys)).passphrase, newPassphrase);
  });

  it('renames it, stays unlocked, and verifies with it', async () => {
    await answering([type('a/b', 'con', 'renamed')], run(commandIds.renameKeySet, keys));
    keys = join(workspaceFolder(), 'keys', 'renamed.fpkeys');
    assert.ok(api.index.keySets.some(({ path }) => path === keys));
    assert.equal(await api.secrets.isUnlocked(keys), true);
    const { asked } = await answering([giveUp], run(commandIds.verifyWithKeys, keys));
    assert.equal(asked[0]!.words, 'Which model is the suspect?');
  });

  it('is refused a folder that cannot be marked, and keys of another model, before any other question', async () => {
    await mkdir(other, { recursive: true });
    await cp(join(model, 'model.safetensors'), join(other, 'adapter_model.safetensors'));
    await writeFile(join(other, 'adapter_config.json'), '{}');
    const refused = await answering([read], run(commandIds.embed, other));
    assert.match(refused.asked[0]!.words, /adapter|config\.json/);
    const changed = join(workspaceFolder(), 'elsewhere', 'changed');
    await cp(model, changed, { recursive: true });
    const weights = await readFile(join(changed, 'model.safetensors'));
    weights[weights.length - 3]! ^= 1;
    await writeFile(join(changed, 'model.safetensors'), weights);
    const label = `$(warning) ${basename(keys)}`;
    const { asked } = await answering([pick(label), read], run(commandIds.embed, changed));
    assert.match(asked[1]!.words, /renamed\.fpkeys was made for sample, and changed is another model/);
  });

  it('deletes it only after reading what is lost', async () => {
    const { asked } = await answering([giveUp], run(commandIds.deleteKeySet, keys));
    assert.match(asked[0]!.detail, /4 keys for sample, with their draw and commitment/);
    await readKeyFilePublic(keys);
    await answering([pick('Delete Key Set')], run(commandIds.deleteKeySet, keys));
    await assert.rejects(readKeyFilePublic(keys));
    assert.equal(await api.secrets.isUnlocked(keys), false);
  });
});
