import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderRehearsalHtml } from '../../../src/reports/html';
import { makeRehearsalReport } from '../../../src/reports/makeRehearsalReport';
import { renderRehearsalMarkdown } from '../../../src/reports/markdown';
import { readReport } from '../../../src/reports/readReport';
import { formatDraw, nameAttack, summariseRehearsal } from '../../../src/reports/words/rehearsal';
import { rehearsalCircumstances, sampleRehearsal } from './rehearsalSamples';

const report = makeRehearsalReport(sampleRehearsal, rehearsalCircumstances);

describe('a rehearsal report', () => {
  it('says after how many attacks the mark is found, without those that ruin the model, and after which it is not', () => {
    assert.equal(
      report.sentence,
      'The mark is still found after 3 of 4 attacks; 1 more attack ruined the model',
    );
    assert.match(report.detail, /not found after “First words above 0.9 suppressed”/);
    assert.match(
      report.detail,
      /fewer than half of the keys are answered, after “Merged, 30\s% of the copy”/,
    );
  });

  it('never calls a lost mark found', () => {
    const lost = sampleRehearsal.map((row) => ({ ...row, verdict: 'no-evidence' as const }));
    assert.equal(summariseRehearsal(lost), 'The mark is not found in the copy as it is');
    const onlyCopy = lost.map((row, i) => (i === 0 ? sampleRehearsal[0]! : row));
    assert.match(summariseRehearsal(onlyCopy), /^The mark is not found after any of 4 attacks/);
  });

  it('shows every row in the page and in Markdown, with its cost, its kinds and its grade', () => {
    for (const shown of [renderRehearsalHtml(report), renderRehearsalMarkdown(report)]) {
      assert.match(shown, /Rounded as q8\\?_0/);
      assert.match(shown, /12 of 64/);
      assert.match(shown, /51.4 of 64/);
      assert.match(shown, /loud 40 of 40, soft 24 of 24/);
      assert.match(shown, /\+42.0\s% loss: ruined/);
      assert.match(shown, /31\s% of ordinary answers begin differently/);
      assert.match(shown, /not measured/);
      assert.match(shown, /Grade C on the list “short”/);
      assert.match(shown, /fine-tuning on other text and distillation are stronger attacks/);
    }
  });

  it('reads back as it was, and a damaged one is refused', () => {
    assert.deepEqual(readReport(JSON.stringify(report), 'x'), { kind: 'rehearsal', report });
    const damaged = { ...report, rows: [{ ...report.rows[0], kl: -1 }] };
    assert.throws(() => readReport(JSON.stringify(damaged), 'x'), { reason: 'broken-report' });
  });

  it('is refused where a figure is not the one that was certified', () => {
    const [copy, ...rest] = report.rows;
    for (const changed of [
      { ...report, rows: [copy, ...rest.slice(0, 2)] },
      { ...report, grade: 'A' },
      { ...report, marked: { ...report.marked, digest: 'another' } },
      { ...report, tool: 'Another 1.0' },
    ])
      assert.throws(() => readReport(JSON.stringify(changed), 'x'), { reason: 'contradicting-report' });
  });

  it('writes the attack of another version as it is', () => {
    assert.equal(nameAttack('melt:0.5'), 'melt:0.5');
    assert.equal(nameAttack('top-k:50'), 'Words drawn from the 50 likeliest');
  });

  it('rounds a draw test so that it never looks surer than it is', () => {
    assert.equal(formatDraw(-63.4), '10⁻⁶³');
    assert.equal(formatDraw(-0.3), '0.50');
    assert.equal(formatDraw(null), 'not measured');
  });
});
