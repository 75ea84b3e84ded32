import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderSurvivalHtml } from '../../../src/reports/html';
import { makeSurvivalReport } from '../../../src/reports/makeSurvivalReport';
import { renderSurvivalMarkdown } from '../../../src/reports/markdown';
import { readReport } from '../../../src/reports/readReport';
import { formatDraw, summariseSurvival } from '../../../src/reports/words/survival';
import { sampleSurvival, survivalCircumstances } from './survivalSamples';

const report = makeSurvivalReport(sampleSurvival, survivalCircumstances);

describe('a survival report', () => {
  it('says after how many attacks the mark is found, and after which it is not', () => {
    assert.equal(report.sentence, 'The mark is still found after 4 of 5 attacks');
    assert.match(report.detail, /merged with its base, a quarter of the copy/);
  });

  it('never calls a lost mark found', () => {
    const lost = sampleSurvival.map((row) => ({ ...row, verdict: 'no-evidence' as const }));
    assert.equal(summariseSurvival(lost), 'The mark is not found in the copy as it is');
    const onlyCopy = lost.map((row, i) => (i === 0 ? sampleSurvival[0]! : row));
    assert.equal(summariseSurvival(onlyCopy), 'The mark is not found after any of 5 attacks');
  });

  it('shows every row in the page and in Markdown, and “not measured” where nothing was', () => {
    for (const shown of [renderSurvivalHtml(report), renderSurvivalMarkdown(report)]) {
      assert.match(shown, /Rounded to 4 bits/);
      assert.match(shown, /60 of 64/);
      assert.match(shown, /not measured/);
      assert.match(shown, /fine-tuning on other text and distillation are stronger attacks/);
    }
  });

  it('reads back as it was, and a damaged one is refused', () => {
    assert.deepEqual(readReport(JSON.stringify(report), 'x'), { kind: 'survival', report });
    const damaged = { ...report, rows: [{ ...report.rows[0], kl: -1 }] };
    assert.throws(() => readReport(JSON.stringify(damaged), 'x'), { reason: 'broken-report' });
  });

  it('rounds a draw test so that it never looks surer than it is', () => {
    assert.equal(formatDraw(-63.4), '10⁻⁶³');
    assert.equal(formatDraw(-0.3), '0.50');
    assert.equal(formatDraw(null), 'not measured');
  });
});
