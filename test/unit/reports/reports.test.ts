import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { driftReportSchema } from '../../../src/drift/driftReport';
import { makeDriftReport } from '../../../src/reports/makeDriftReport';
import { makeVerifyReport } from '../../../src/reports/makeVerifyReport';
import { renderDriftHtml, renderVerifyHtml } from '../../../src/reports/html';
import { renderDriftMarkdown, renderVerifyMarkdown } from '../../../src/reports/markdown';
import { writeReport } from '../../../src/reports/writeReport';
import { verifyReportSchema } from '../../../src/verify/verifyReport';
import {
  driftCircumstances,
  sampleDrift,
  sampleJudgement,
  sampleTexts,
  SECRET,
  verifyCircumstances,
} from './samples';

const decode = (ids: readonly number[]) => sampleTexts[ids[0]!]!;
const match = makeVerifyReport(sampleJudgement(64, 64, 61), verifyCircumstances);
const drift = makeDriftReport(sampleDrift, driftCircumstances, decode);

describe('verify report', () => {
  it('says the three verdicts in words', () => {
    const sentenceOf = (count: number, asked: number, answered: number) =>
      makeVerifyReport(sampleJudgement(count, asked, answered), verifyCircumstances).verdict.sentence;
    assert.equal(sentenceOf(64, 64, 5), 'No evidence: 5 of 64 keys answered');
    assert.equal(sentenceOf(64, 5, 5), 'Undetermined: only 5 of 64 keys could be asked');
    assert.equal(sentenceOf(6, 6, 6), 'Undetermined: 6 keys can never make a match');
    assert.equal(match.verdict.sentence, 'Match: 62 of 64 drawn words rank first among their ten');
  });

  it('keeps every secret out of all three files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'report-'));
    try {
      await writeReport(folder, 'verify', match);
      for (const name of await readdir(folder)) {
        const content = await readFile(join(folder, name), 'utf8');
        assert.ok(!content.includes(SECRET), name);
        assert.ok(!/987.?654|876.?50/.test(content), name);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('lists every key in the committed order, asked or not', () => {
    const report = makeVerifyReport(sampleJudgement(64, 19, 6), verifyCircumstances);
    assert.deepEqual(
      report.keys.map(({ index }) => index),
      Array.from({ length: 64 }, (_, i) => (i * 29) % 64),
    );
    assert.equal(report.keySet.asked, 19);
    assert.deepEqual(report.keys[19], {
      index: (19 * 29) % 64,
      candidateCount: 10,
      asked: false,
      answered: null,
      ranks: [
        { score: 'minus-base', rank: null },
        { score: 'minus-base-and-shift', rank: null },
      ],
    });
  });

  it('reads back as it was written', () => {
    assert.deepEqual(verifyReportSchema.parse(JSON.parse(JSON.stringify(match))), match);
    assert.equal(verifyReportSchema.safeParse({ ...match, version: 2 }).success, false);
  });

  it('explains the correction and shows luck beside every test', () => {
    for (const text of [renderVerifyHtml(match), renderVerifyMarkdown(match)]) {
      assert.ok(text.includes('3 tests were fixed beforehand; the smallest p-value is multiplied by 3.'));
      assert.ok(text.includes('61 of 64'));
      assert.ok(text.includes('6.4'));
      assert.ok(text.includes('87.1 to 98.4'));
    }
  });
});

describe('drift report', () => {
  it('says what changed, with its interval', () => {
    assert.equal(drift.sentence, 'Loss rose by 0.30\u202f%');
    assert.ok(drift.detail.includes('between 0.21 and 0.39'));
    const unsure = { value: 0.0001, interval95: { low: -0.001, high: 0.001 } };
    const report = makeDriftReport({ ...sampleDrift, lossRise: unsure }, driftCircumstances, decode);
    assert.equal(report.sentence, 'Loss rose by 0.01\u202f%, within chance');
  });

  it('reads back as it was written', () => {
    assert.deepEqual(driftReportSchema.parse(JSON.parse(JSON.stringify(drift))), drift);
  });
});

describe('report pages', () => {
  const hostile = `<script>alert(1)</script>"><img src=x onerror='x'> | **b** [l](javascript:x)`;

  function renderHostile(): { pages: string[]; markdown: string[] } {
    const checkpoint = { path: `/models/${hostile}`, digest: hostile };
    const verify = makeVerifyReport(sampleJudgement(12, 10, 3), {
      ...verifyCircumstances,
      suspect: checkpoint,
      base: checkpoint,
      commitment: hostile,
      device: hostile,
      tool: hostile,
    });
    const drifted = makeDriftReport(
      sampleDrift,
      { ...driftCircumstances, marked: checkpoint, base: checkpoint, textSources: [hostile] },
      (ids) => hostile + String(ids[0]),
    );
    return {
      pages: [renderVerifyHtml(verify), renderDriftHtml(drifted)],
      markdown: [renderVerifyMarkdown(verify), renderDriftMarkdown(drifted)],
    };
  }

  it('escape whatever comes from files', () => {
    const { pages, markdown } = renderHostile();
    for (const page of pages) {
      assert.ok(!/<script|<img|javascript:x"/i.test(page));
      assert.ok(page.includes('&lt;script&gt;'));
    }
    for (const text of markdown) {
      assert.ok(!/<script|<img/i.test(text));
      assert.ok(!/(?<!\\)\]\(javascript/.test(text));
      for (const row of text.split('\n').filter((line) => line.startsWith('| ')))
        assert.ok(row.endsWith(' |'), row);
    }
  });

  it('need no script and load nothing from elsewhere', () => {
    for (const page of [renderVerifyHtml(match), renderDriftHtml(drift)]) {
      assert.ok(!/<script|<link|<iframe|\son\w+=|https?:|url\(|@import/i.test(page));
      assert.ok(page.startsWith('<!doctype html>'));
    }
  });

  it('label every picture and stand a table beside every chart', () => {
    for (const page of [renderVerifyHtml(match), renderDriftHtml(drift)]) {
      const charts = page.match(/<svg[^>]*>/g) ?? [];
      assert.ok(charts.length > 0);
      for (const chart of charts) assert.match(chart, /role="img" aria-label="[^"]{20,}"/);
      for (const figure of page.split('</figure>').slice(1)) assert.match(figure.trimStart(), /^<table>/);
    }
  });
});

describe('writing a report', () => {
  it('puts three files of one name into a folder that may not exist yet', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'report-'));
    try {
      const files = await writeReport(join(folder, 'new', 'reports'), 'drift', drift);
      assert.deepEqual((await readdir(join(folder, 'new', 'reports'))).sort(), [
        'drift.fpreport.html',
        'drift.fpreport.json',
        'drift.fpreport.md',
      ]);
      assert.deepEqual(JSON.parse(await readFile(files.json, 'utf8')), drift);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
