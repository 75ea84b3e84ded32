import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bindRelease } from '../../../src/fingerprint/commitment';
import { readKeyFile, writeKeyFile } from '../../../src/fingerprint/keyFile/keyFile';
import { verdictRules } from '../../../src/fingerprint/verdictRules';
import type { DeeplyReadonly, RequestOf, ResultOf } from '../../../src/contract/declaration';
import { verify } from '../../../src/operations/verify';
import { verifyReportSchema } from '../../../src/verify/verifyReport';
import {
  context,
  copyModel,
  makeKeys,
  models,
  openWorkshop,
  passphrase,
  sampleModel,
  type Workshop,
} from './workshop';

const relative = join(models, 'TinyStories-656K-q8_0');

describe('verifying a suspect', () => {
  let workshop: Workshop;
  let keys: string;
  let fewKeys: string;
  before(async () => {
    workshop = await openWorkshop();
    keys = (await makeKeys(workshop)).out;
    const movedBase = await copyModel(workshop, 'moved-base');
    fewKeys = (
      await makeKeys(workshop, { model: movedBase, out: join(workshop.folder, 'few.fpkeys'), count: 4 })
    ).out;
    await rm(movedBase, { recursive: true });
  });
  after(() => workshop.remove());

  const ask = (
    changes: Partial<RequestOf<typeof verify.declaration>>,
  ): Promise<DeeplyReadonly<ResultOf<typeof verify.declaration>>> =>
    verify.run({ model: sampleModel, keys, device: 'cpu', ...changes }, context(workshop.folder));

  it('finds no evidence in the unmarked base, which only ties with itself, and says that it is the base', async () => {
    const result = await ask({});
    assert.equal(result.verdict, 'no evidence');
    assert.deepEqual(
      result.draws.map(({ name, rankSum, log10P }) => ({ name, rankSum, log10P })),
      ['minus-base', 'minus-base-and-shift'].map((name) => ({ name, rankSum: 16 * 9, log10P: 0 })),
    );
    assert.match(result.lines.join('\n'), /byte for byte, the unmarked model/);
    assert.deepEqual(['answers', ...result.draws.map(({ name }) => name)], verdictRules.tests);
  });

  it('finds no evidence in a relative of the base, and writes the report it is asked for', async () => {
    const folder = join(workshop.folder, 'report');
    const result = await ask({ model: relative, report: folder });
    assert.equal(result.verdict, 'no evidence');
    const [html, markdown, json] = result.report!;
    const report = verifyReportSchema.parse(JSON.parse(await readFile(json!, 'utf8')));
    assert.equal(report.verdict.kind, 'no-evidence');
    assert.equal(report.keySet.asked, 16);
    const order = (await readKeyFile(keys, passphrase)).order;
    assert.deepEqual(
      report.keys.map(({ index }) => index),
      order,
    );
    assert.match(await readFile(markdown!, 'utf8'), /No evidence/);
    assert.match(await readFile(html!, 'utf8'), /^<!doctype html>/i);
  });

  for (const name of ['stories260K', 'chat-5M'])
    it(`finds no evidence in the unrelated ${name}, asked by text`, async () => {
      const result = await ask({ model: join(models, name) });
      assert.equal(result.verdict, 'no evidence');
      assert.deepEqual(result.draws, []);
      assert.equal(result.baseDigest, null);
      assert.match(result.lines.join('\n'), /different tokenizer/);
    });

  it('is undetermined with four keys, and judges the suspect alone when the base has gone', async () => {
    const result = await ask({ keys: fewKeys, model: relative });
    assert.equal(result.verdict, 'undetermined');
    assert.deepEqual(
      result.draws.map(({ name }) => name),
      ['suspect-alone'],
    );
    assert.match(result.lines.join('\n'), /was not found unchanged/);
  });

  it('uses the base it is given, wherever it lies, and refuses another model as the base', async () => {
    const result = await ask({ keys: fewKeys, model: relative, base: sampleModel });
    assert.deepEqual(
      result.draws.map(({ name }) => name),
      ['minus-base', 'minus-base-and-shift'],
    );
    await assert.rejects(ask({ base: relative }), { reason: 'wrong-base' });
  });

  it('recognises a recorded release by its digest, and spends no key', async () => {
    const { digest } = await ask({ model: relative });
    const released = join(workshop.folder, 'released.fpkeys');
    const keySet = bindRelease(await readKeyFile(keys, passphrase), digest, '2026-11-22T14:02:00.000Z');
    await writeKeyFile(released, keySet, passphrase);
    const before = await readFile(released);
    const result = await ask({ keys: released, model: relative });
    assert.match(result.lines.join('\n'), /the release of 22 Nov 2026, 14:02 UTC, as the key file says/);
    assert.deepEqual(await readFile(released), before);
  });

  it('needs the right passphrase, and does not repeat a wrong one', async () => {
    const wrong = { ...context(workshop.folder), secrets: { passphrase: 'tell nobody this' } };
    await assert.rejects(
      verify.run({ model: sampleModel, keys, device: 'cpu' }, wrong),
      (error: Error & { reason?: string }) =>
        error.reason === 'wrong-passphrase' && !JSON.stringify(error).includes('tell nobody'),
    );
    await assert.rejects(verify.run({ model: sampleModel, keys, device: 'cpu' }, { ...wrong, secrets: {} }), {
      reason: 'no-passphrase',
    });
  });
});
