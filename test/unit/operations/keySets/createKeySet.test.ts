import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RunEvent } from '../../../../src/contract/events';
import { commitKeySet } from '../../../../src/fingerprint/commitment';
import { readKeyFile } from '../../../../src/fingerprint/keyFile/keyFile';
import { createKeySet } from '../../../../src/operations/keySets/createKeySet';
import { context, copyModel, makeKeys, openWorkshop, passphrase, request, type Workshop } from '../workshop';

describe('creating a key set', () => {
  let workshop: Workshop;
  let first: Awaited<ReturnType<typeof makeKeys>>;
  before(async () => {
    workshop = await openWorkshop();
    first = await makeKeys(workshop);
  });
  after(() => workshop.remove());

  it('gives the same commitment again for the same seed', async () => {
    const again = await makeKeys(workshop, { out: join(workshop.folder, 'again.fpkeys') });
    assert.equal(again.commitment, first.commitment);
    assert.equal(first.count, 16);
    assert.equal(first.device, 'cpu');
    const keySet = await readKeyFile(first.out, passphrase);
    assert.equal(keySet.commitment, first.commitment);
    assert.equal(keySet.base.name, 'sample-model');
  });

  it('records how the base goes on after each response, and commits to nothing of it', async () => {
    const { commitment, keys, ...content } = await readKeyFile(first.out, passphrase);
    for (const { response, inSentence = '' } of keys) {
      assert.ok(inSentence.startsWith(response.text.trim()), `${response.text} → ${inSentence}`);
      assert.ok(inSentence.length > response.text.trim().length);
    }
    const without = keys.map((key) => ({ ...key, inSentence: undefined }));
    assert.equal(commitKeySet({ ...content, keys: without }).commitment, commitment);
  });

  it('refuses an existing file before any work, and leaves it as it is', async () => {
    const out = join(workshop.folder, 'precious');
    await writeFile(out, 'precious');
    const heard: RunEvent[] = [];
    await assert.rejects(createKeySet.run(request(workshop, { out }), context(workshop.folder, heard)), {
      reason: 'file-exists',
    });
    assert.deepEqual(heard, []);
    assert.equal(await readFile(out, 'utf8'), 'precious');
  });

  it('takes keys from prompts of the creator', async () => {
    const prompts = join(workshop.folder, 'prompts.txt');
    const stories = (await readFile('media/text/stories.jsonl', 'utf8')).trim().split('\n');
    const lines = stories.map((row) => (JSON.parse(row) as { text: string }).text.split(/[.\n]+ */)[2]!);
    await writeFile(prompts, lines.join('\r\n'));
    const out = join(workshop.folder, 'prompted.fpkeys');
    await makeKeys(workshop, { out, prompts, count: 4 });
    const { keys } = await readKeyFile(out, passphrase);
    assert.equal(keys.length, 4);
    assert.ok(keys.every(({ text }) => lines.includes(text)));
  });

  it('takes rows of JSON for prompts, whatever the file is called, and counts those without one', async () => {
    const stories = (await readFile('media/text/stories.jsonl', 'utf8')).trim().split('\n');
    const lines = stories.map((row) => (JSON.parse(row) as { text: string }).text.split(/[.\n]+ */)[2]!);
    const rows = [...lines.filter((line) => line.trim()).map((prompt) => ({ prompt })), { messages: [] }];
    const prompts = await write('rows.txt', rows.map((row) => JSON.stringify(row)).join('\n'));
    const out = join(workshop.folder, 'rows.fpkeys');
    const result = await makeKeys(workshop, { out, prompts, count: 4 });
    assert.equal(result.rowsLeftOut, 1);
    assert.ok(
      result.warnings.some((warning) => warning.startsWith('1 row of rows.txt was left out: it has no')),
    );
    const { keys } = await readKeyFile(out, passphrase);
    assert.ok(keys.every(({ text }) => lines.includes(text)));
  });

  const refusals: [string, string, () => Promise<Partial<Parameters<typeof request>[1]>>][] = [
    [
      'a seed of the wrong length',
      'wrong-seed-length',
      async () => ({ seedFile: await write('short', 'short') }),
    ],
    ['a missing seed file', 'not-found', () => Promise.resolve({ seedFile: join(workshop.folder, 'none') })],
    ['an empty prompts file', 'empty-text', async () => ({ prompts: await write('empty', '\n\n') })],
    [
      'prompts that are no text',
      'not-text',
      async () => ({ prompts: await write('zip', 'PK\x03\x04 and more') }),
    ],
    ['too few prompts', 'too-few-keys', async () => ({ prompts: await write('one', 'Once there was a') })],
    [
      'a folder that does not exist',
      'no-such-folder',
      () => Promise.resolve({ out: join(workshop.folder, 'x', 'y') }),
    ],
    [
      'a model that does not exist',
      'no-such-folder',
      () => Promise.resolve({ model: join(workshop.folder, 'z') }),
    ],
    ['prompts with a token past the embedding', 'too-few-keys', mismatched],
    ['a device that is not there', 'device-failed', () => Promise.resolve({ device: 'dml' as const })],
  ];
  for (const [what, reason, changes] of refusals)
    it(`reports ${what}, and writes nothing`, async () => {
      const out = join(workshop.folder, 'refused.fpkeys');
      const asked = request(workshop, { out, ...(await changes()) });
      await assert.rejects(createKeySet.run(asked, context(workshop.folder)), { reason });
      assert.equal(existsSync(out), false);
    });

  async function write(name: string, text: string): Promise<string> {
    const path = join(workshop.folder, name);
    await writeFile(path, text);
    return path;
  }

  async function mismatched() {
    const addToken = (bytes: Buffer): string => {
      const json = JSON.parse(bytes.toString('utf8')) as { added_tokens: object[] };
      json.added_tokens.push({ ...json.added_tokens[0], id: 2048, content: '<extra>' });
      return JSON.stringify(json);
    };
    return {
      model: await copyModel(workshop, 'mismatched', { file: 'tokenizer.json', edit: addToken }),
      prompts: await write('extra', 'Once there was a <extra> cat\nOne day <extra> he went'),
    };
  }
});
