import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { DeeplyReadonly, RequestOf, ResultOf } from '../../../src/contract/declaration';
import type { RunEvent } from '../../../src/contract/events';
import { shareDone } from '../../../src/contract/events';
import { embed } from '../../../src/operations/embed';
import { rehearse } from '../../../src/operations/rehearse';
import { verify } from '../../../src/operations/verify';
import { listAttacks, writeAttack } from '../../../src/rehearse/attackNames';
import { readReport } from '../../../src/reports/readReport';
import { context, makeKeys, models, openWorkshop, passphrase, sampleModel, type Workshop } from './workshop';

const device = 'cpu' as const;

describe('a rehearsal', () => {
  let workshop: Workshop;
  let keys: string;
  let marked: string;
  let ownText: string;
  let state: string;
  const stateBefore = process.env.FINGERPRINT_STATE_DIR;
  before(async () => {
    workshop = await openWorkshop();
    state = await mkdtemp(join(tmpdir(), 'state-'));
    process.env.FINGERPRINT_STATE_DIR = state;
    keys = (await makeKeys(workshop)).out;
    marked = join(workshop.folder, 'marked');
    ownText = join(workshop.folder, 'own.txt');
    await writeFile(ownText, 'One day, Tom found a red ball in the park. He took it home. '.repeat(60));
    const recipe = join(workshop.folder, 'recipe.json');
    await writeFile(recipe, JSON.stringify({ steps: 80, checkEvery: 40, generated: 32, driftBudget: 5 }));
    const request = { model: sampleModel, keys, out: marked, recipe, device, resume: false };
    await embed.run(request, context(workshop.folder));
  });
  after(async () => {
    if (stateBefore === undefined) delete process.env.FINGERPRINT_STATE_DIR;
    else process.env.FINGERPRINT_STATE_DIR = stateBefore;
    await workshop.remove();
    await rm(state, { recursive: true });
  });

  const test = (
    changes: Partial<RequestOf<typeof rehearse.declaration>> = {},
    heard: RunEvent[] = [],
  ): Promise<DeeplyReadonly<ResultOf<typeof rehearse.declaration>>> =>
    rehearse.run(
      { model: marked, keys, text: [ownText], device, ...changes },
      context(workshop.folder, heard),
    );

  describe('of a marked copy', () => {
    const heard: RunEvent[] = [];
    const short = listAttacks('short').attacks.map(writeAttack);
    let before: string[];
    let result: Awaited<ReturnType<typeof test>>;
    it('asks the copy as it is as verify does, then after every attack, and leaves none behind', async () => {
      before = await readdir(workshop.folder);
      result = await test({ report: join(workshop.folder, 'report') }, heard);
      assert.deepEqual(await readdir(workshop.folder), [...before, 'report'].sort());
      assert.deepEqual((await readdir(join(workshop.folder, 'report'))).length, 3);
      assert.deepEqual(
        result.rows.map(({ attack }) => attack),
        [null, ...short],
      );
      const verdict = await verify.run({ model: marked, keys, device }, context(workshop.folder));
      const [copy] = result.rows;
      assert.equal(copy!.answered, verdict.answers.hits);
      assert.equal(copy!.verdict, verdict.verdict);
      assert.equal(copy!.drawLog10P, verdict.draws.find(({ name }) => name === 'minus-base')!.log10P);
      assert.equal(copy!.cost, 0);
    });

    it('reports progress that only rises', () => {
      const shares = heard.flatMap((event) =>
        event.type === 'phase' && event.phase === 'rehearsing' ? [shareDone(event)!] : [],
      );
      assert.deepEqual(
        shares,
        [...shares].sort((a, b) => a - b),
      );
      assert.equal(shares.at(-1), 1);
    });

    it('finds that merging goes back towards the base, and that pruning costs more than rounding', () => {
      const klOf = (attack: string | null): number => result.rows.find((row) => row.attack === attack)!.kl!;
      assert.ok(klOf('merge-linear:0.5') < klOf(null));
      assert.ok(klOf('q4_0') > klOf('q8_0'));
      assert.ok(klOf('prune:0.2') > klOf(null));
    });

    it('writes a report that reads back', async () => {
      const [html, markdown, json] = result.report!;
      const stored = readReport(await readFile(json!, 'utf8'), 'rehearsal.fpreport.json');
      assert.ok(stored.kind === 'rehearsal');
      assert.equal(stored.report.rows.length, 1 + short.length);
      assert.equal(stored.report.marked.digest, result.digest);
      assert.equal(stored.report.certificate, result.certificate);
      assert.equal(stored.report.grade, result.grade);
      for (const path of [html, markdown])
        assert.match(await readFile(path!, 'utf8'), /Merged, 50\s% of the copy/);
    });

    it('judges hosts by words alone, and counts what is expected of one that draws', async () => {
      const { rows, grade } = await test({
        attacks: 'gate:1,gate:0,temperature:0.01,temperature:1,noise:0.9',
      });
      const [copy, open, shut, cold, warm, noisy] = rows;
      assert.equal(open!.answered, copy!.answered);
      assert.equal(shut!.answered, 0);
      assert.equal(open!.changedAnswers, 0);
      assert.equal(shut!.changedAnswers, 1);
      assert.ok(Math.abs(cold!.answered - copy!.answered) < 1);
      assert.ok(warm!.answered < cold!.answered && warm!.changedAnswers === null);
      assert.ok(noisy!.answered < copy!.answered && noisy!.changedAnswers === null);
      assert.ok(rows.slice(1).every((row) => row.kl === null && row.drawLog10P === null));
      assert.equal(grade, null);
    });

    it('finds a copy with renumbered tokens as it finds the copy', async () => {
      const [copy, renumbered] = (await test({ attacks: 'renumber' })).rows;
      assert.equal(renumbered!.answered, copy!.answered);
      assert.equal(renumbered!.drawLog10P, copy!.drawLog10P);
      assert.equal(renumbered!.verdict, copy!.verdict);
    });

    it('keeps the rows that are done, and measures only the others after it was cancelled', async () => {
      const kept = join(state, 'rehearsals');
      const controller = new AbortController();
      const cancel = (event: RunEvent): void => {
        if (event.type === 'phase' && event.phase === 'rehearsing' && event.done === 3) controller.abort();
      };
      const request = { model: marked, keys, text: [ownText], device };
      const stopped = { ...context(workshop.folder), report: cancel, signal: controller.signal };
      await assert.rejects(rehearse.run(request, stopped), { name: 'Cancelled' });
      const [name, ...others] = await readdir(kept);
      assert.deepEqual(others, []);
      const path = join(kept, name!);
      const { rows } = JSON.parse(await readFile(path, 'utf8')) as { rows: { answered: number }[] };
      assert.equal(rows.length, 2);
      // A mark that no measurement would give shows which rows are taken from there.
      rows[1]!.answered = 7;
      await writeFile(path, JSON.stringify({ version: 1, rows }));
      const resumed = await test();
      assert.equal(resumed.rows[1]!.answered, 7);
      assert.deepEqual(resumed.rows[2], result.rows[2]);
      assert.deepEqual(await readdir(kept), []);
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
    await assert.rejects(rehearse.run({ model: marked, keys, device }, wrong), {
      reason: 'wrong-passphrase',
    });
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const before = await readdir(workshop.folder);
    const controller = new AbortController();
    const report = (event: RunEvent): void => {
      if (event.type === 'phase' && event.done === 2 && (event.part ?? 0) > 0) controller.abort();
    };
    const stopped = { ...context(workshop.folder), report, signal: controller.signal };
    await assert.rejects(rehearse.run({ model: marked, keys, text: [ownText], device }, stopped), {
      name: 'Cancelled',
    });
    assert.deepEqual(await readdir(workshop.folder), before);
  });
});
