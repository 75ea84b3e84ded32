import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { DeeplyReadonly, RequestOf, ResultOf } from '../../../src/contract/declaration';
import type { RunEvent } from '../../../src/contract/events';
import { shareDone } from '../../../src/contract/events';
import { embed } from '../../../src/operations/embed';
import { survive } from '../../../src/operations/survive';
import { verify } from '../../../src/operations/verify';
import { attackNames } from '../../../src/rehearse/attackNames';
import { readReport } from '../../../src/reports/readReport';
import { context, makeKeys, models, openWorkshop, passphrase, sampleModel, type Workshop } from './workshop';

const device = 'cpu' as const;

describe('testing what a mark survives', () => {
  let workshop: Workshop;
  let keys: string;
  let marked: string;
  let ownText: string;
  before(async () => {
    workshop = await openWorkshop();
    keys = (await makeKeys(workshop)).out;
    marked = join(workshop.folder, 'marked');
    ownText = join(workshop.folder, 'own.txt');
    await writeFile(ownText, 'One day, Tom found a red ball in the park. He took it home. '.repeat(60));
    const recipe = join(workshop.folder, 'recipe.json');
    await writeFile(recipe, JSON.stringify({ steps: 80, checkEvery: 40, generated: 32, driftBudget: 5 }));
    const request = { model: sampleModel, keys, out: marked, recipe, device, resume: false };
    await embed.run(request, context(workshop.folder));
  });
  after(() => workshop.remove());

  const test = (
    changes: Partial<RequestOf<typeof survive.declaration>> = {},
    heard: RunEvent[] = [],
  ): Promise<DeeplyReadonly<ResultOf<typeof survive.declaration>>> =>
    survive.run(
      { model: marked, keys, text: [ownText], device, ...changes },
      context(workshop.folder, heard),
    );

  describe('of a marked copy', () => {
    const heard: RunEvent[] = [];
    let before: string[];
    let result: Awaited<ReturnType<typeof test>>;
    it('asks the copy as it is as verify does, then every attacked copy, and leaves none behind', async () => {
      before = await readdir(workshop.folder);
      result = await test({ report: join(workshop.folder, 'report') }, heard);
      assert.deepEqual(await readdir(workshop.folder), [...before, 'report'].sort());
      assert.deepEqual(
        result.rows.map(({ attack }) => attack),
        [null, ...attackNames],
      );
      const verdict = await verify.run({ model: marked, keys, device }, context(workshop.folder));
      const [copy] = result.rows;
      assert.equal(copy!.answered, verdict.answers.hits);
      assert.equal(copy!.verdict, verdict.verdict);
      assert.equal(copy!.drawLog10P, verdict.draws.find(({ name }) => name === 'minus-base')!.log10P);
    });

    it('reports progress that only rises', () => {
      const shares = heard.flatMap((event) =>
        event.type === 'phase' && event.phase === 'testing-survival' ? [shareDone(event)!] : [],
      );
      assert.deepEqual(
        shares,
        [...shares].sort((a, b) => a - b),
      );
      assert.equal(shares.at(-1), 1);
    });

    it('finds that every attack costs something, and that merging goes back towards the base', () => {
      const klOf = (attack: string | null): number => result.rows.find((row) => row.attack === attack)!.kl;
      assert.ok(klOf('merged-half') < klOf(null));
      assert.ok(klOf('merged-quarter') < klOf('merged-half'));
      assert.ok(klOf('rounded-to-4-bits') > klOf('rounded-to-8-bits'));
      assert.ok(klOf('pruned-fifth') > klOf(null));
    });

    it('writes a report that reads back', async () => {
      const [html, markdown, json] = result.report!;
      const stored = readReport(await readFile(json!, 'utf8'), 'survival.fpreport.json');
      assert.ok(stored.kind === 'survival');
      assert.equal(stored.report.rows.length, 1 + attackNames.length);
      assert.equal(stored.report.marked.digest, result.digest);
      for (const path of [html, markdown])
        assert.match(await readFile(path!, 'utf8'), /Merged with its base, half of each/);
    });
  });

  it('finds nothing in the unmarked base, whatever is done to it', async () => {
    const { rows, sentence } = await test({ model: sampleModel });
    assert.equal(rows[0]!.kl, 0);
    assert.equal(rows[0]!.agreement, 1);
    assert.ok(rows.every(({ verdict }) => verdict === 'no evidence'));
    assert.equal(sentence, 'The mark is not found in the copy as it is.');
  });

  it('refuses a base that is another model, a copy of another, and a wrong passphrase', async () => {
    await assert.rejects(test({ base: marked }), { reason: 'wrong-base' });
    await assert.rejects(test({ model: join(models, 'stories260K') }), { reason: 'different-tokenizer' });
    const wrong = { ...context(workshop.folder), secrets: { passphrase: `not ${passphrase}` } };
    await assert.rejects(survive.run({ model: marked, keys, device }, wrong), { reason: 'wrong-passphrase' });
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const before = await readdir(workshop.folder);
    const controller = new AbortController();
    const report = (event: RunEvent): void => {
      if (event.type === 'phase' && event.done === 2 && (event.part ?? 0) > 0) controller.abort();
    };
    const stopped = { ...context(workshop.folder), report, signal: controller.signal };
    await assert.rejects(survive.run({ model: marked, keys, text: [ownText], device }, stopped), {
      name: 'Cancelled',
    });
    assert.deepEqual(await readdir(workshop.folder), before);
  });
});
