import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { driftReportSchema } from '../../../src/drift/driftReport';
import type { RequestOf } from '../../../src/contract/declaration';
import { createKeySet } from '../../../src/operations/keySets/createKeySet';
import { drift } from '../../../src/operations/drift';
import { takeInTurn } from '../../../src/operations/texts/driftTexts';
import { context, models, openWorkshop, request, sampleModel, type Workshop } from './workshop';

const relative = join(models, 'TinyStories-656K-q8_0');

describe('measuring drift', () => {
  let workshop: Workshop;
  let ownText: string;
  before(async () => {
    workshop = await openWorkshop();
    ownText = join(workshop.folder, 'own.txt');
    await writeFile(ownText, 'One day, Tom found a red ball in the park. He took it home. '.repeat(60));
  });
  after(() => workshop.remove());

  const measure = (changes: Partial<RequestOf<typeof drift.declaration>>) =>
    drift.run(
      { base: sampleModel, model: relative, device: 'cpu', yardstick: false, ...changes },
      context(workshop.folder),
    );

  it('is exactly none between a model and itself', async () => {
    const result = await measure({ model: sampleModel, text: [ownText] });
    assert.equal(result.kl.value, 0);
    assert.equal(result.klPercentile95, 0);
    assert.equal(result.lossRise.value, 0);
    assert.equal(result.agreement.value, 1);
    assert.equal(result.unchangedShare, 1);
  });

  it('is small between a model and its 8-bit relative on the bundled text, as rounding here is, and is reported', async () => {
    const result = await measure({ report: join(workshop.folder, 'report'), budget: 0.06, yardstick: true });
    assert.ok(result.kl.value > 0 && result.kl.value < 0.002, String(result.kl.value));
    assert.ok(Math.abs(result.lossRise.value) < 0.002);
    assert.ok(result.agreement.value > 0.97);
    assert.ok(result.tokens >= 20_000 && result.tokens <= 20_500, String(result.tokens));
    const report = driftReportSchema.parse(JSON.parse(await readFile(result.report!.at(-1)!, 'utf8')));
    assert.equal(report.kl.value, result.kl.value);
    assert.equal(report.continuations.length, 6);
    assert.ok(report.continuations.every(({ role }) => role === 'beginning'));
    assert.equal(report.budget, 0.06);
    assert.deepEqual(report.roundings, result.roundings);
    assert.deepEqual(
      result.roundings.map(({ bits }) => bits),
      [8, 4],
    );
    // The relative was rounded by other code.
    const [eight, four] = result.roundings.map(({ kl }) => kl.value) as [number, number];
    assert.ok(Math.abs(eight / result.kl.value - 1) < 0.1, `${eight} and ${result.kl.value}`);
    assert.ok(four > 20 * eight && four < 1, String(four));
    assert.equal(existsSync(join(workshop.folder, 'rounded')), false);
    assert.deepEqual(report.textSources, ['bundled stories.jsonl', 'bundled dialogues.jsonl']);
  });

  it('leaves that out where it is not wanted', async () => {
    const result = await measure({ model: sampleModel, text: [ownText] });
    assert.deepEqual(result.roundings, []);
    assert.ok(!result.lines.some((line) => line.includes('bits')));
  });

  it('measures without it where nothing can be written', { skip: process.platform !== 'linux' }, async () => {
    const request = { base: sampleModel, model: sampleModel, text: [ownText], device: 'cpu' as const };
    const result = await drift.run(request, context('/sys'));
    assert.deepEqual(result.roundings, []);
    assert.ok(
      result.lines.some((line) => line.startsWith('Rounding the base to 8 and 4 bits was left out: ')),
    );
  });

  it('says how many rows of own text hold no text, in the result and in the report', async () => {
    const rows = join(workshop.folder, 'rows.jsonl');
    const texts = ['He ran home to his mum.', 'She found a red ball.', 'The dog was very happy.'];
    await writeFile(
      rows,
      [...texts.map((text) => ({ text })), { messages: [] }, { text: null }]
        .map((row) => JSON.stringify(row))
        .join('\n'),
    );
    const report = join(workshop.folder, 'rows');
    const result = await measure({ model: sampleModel, text: [rows, ownText], report });
    assert.equal(result.rowsLeftOut, 2);
    const said = '2 rows of rows.jsonl were left out: they have neither "text" nor';
    assert.ok(result.lines.some((line) => line.startsWith(said)));
    const stored = driftReportSchema.parse(JSON.parse(await readFile(result.report!.at(-1)!, 'utf8')));
    assert.ok(stored.limits.some((limit) => limit.startsWith(said)));
    assert.equal((await measure({ model: sampleModel, text: [ownText] })).rowsLeftOut, 0);
  });

  it('compares accuracy on tasks, the same for a model and itself, and reports it', async () => {
    const tasks = ['winogrande', 'arc_easy'].map((name) => ({
      path: join('test/fixtures/tasks', `${name}.jsonl`),
    }));
    const report = join(workshop.folder, 'tasks');
    const result = await measure({ model: sampleModel, text: [ownText], tasks, taskItems: 12, report });
    assert.deepEqual(
      result.tasks.map(({ name, items, usableRows, holmP }) => [name, items, usableRows, holmP]),
      [
        ['winogrande', 12, 200, 1],
        ['arc', 12, 200, 1],
      ],
    );
    for (const { marked } of result.tasks) assert.equal(marked.pairs.onlyBase + marked.pairs.onlyOther, 0);
    assert.ok(result.lines.includes('No change in accuracy was seen on 2 tasks.'));
    const stored = driftReportSchema.parse(JSON.parse(await readFile(result.report!.at(-1)!, 'utf8')));
    assert.deepEqual(stored.tasks, result.tasks);
  });

  it('measures what shows without the keys, with a passphrase and the right base only', async () => {
    const keys = join(workshop.folder, 'leaking.fpkeys');
    await createKeySet.run(request(workshop, { count: 8, out: keys }), context(workshop.folder));
    const result = await measure({ model: sampleModel, text: [ownText], keys });
    assert.deepEqual(result.leakage!.keys, { asked: 8, base: 0, marked: 0 });
    assert.ok(result.leakage!.nearMisses.asked > 0);
    assert.deepEqual(result.leakage!.confidence!.marked, result.leakage!.confidence!.base);
    const other = join(models, 'stories260K');
    await assert.rejects(measure({ base: other, model: other, text: [ownText], keys }), {
      reason: 'wrong-base',
    });
    const silent = { ...context(workshop.folder), secrets: {} };
    await assert.rejects(
      drift.run({ base: sampleModel, model: sampleModel, text: [ownText], keys, device: 'cpu' }, silent),
      { reason: 'no-passphrase' },
    );
  });

  it('refuses models with different tokenizers, and text without words', async () => {
    await assert.rejects(measure({ model: join(models, 'stories260K') }), { reason: 'different-tokenizer' });
    const empty = join(workshop.folder, 'empty.txt');
    await writeFile(empty, '  \n');
    await assert.rejects(measure({ text: [empty] }), { reason: 'empty-text' });
  });

  it('takes texts from all files in turn until there are enough tokens', () => {
    const [a, b, c, d] = [
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4, 4],
    ];
    assert.deepEqual(takeInTurn([[a, b, c], [d]], 9), [a, d, b, c]);
    assert.deepEqual(takeInTurn([[a, b, c], [d]], 8), [a, d, b]);
    assert.deepEqual(takeInTurn([[d]], 1), [d]);
  });
});
