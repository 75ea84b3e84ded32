import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planRankHistogram } from '../../../src/reports/charts/rankHistogram';
import { planVerdictChart } from '../../../src/reports/charts/verdictChart';
import { makeVerifyReport } from '../../../src/reports/makeVerifyReport';
import { sampleJudgement, verifyCircumstances } from './samples';

const reportOf = (count: number, asked: number, answered: number) =>
  makeVerifyReport(sampleJudgement(count, asked, answered), verifyCircumstances);
const draw = (count: number, asked: number, answered: number, widthPx: number): string =>
  planVerdictChart(reportOf(count, asked, answered))!(widthPx).html;
const numberAt = (picture: string, pattern: RegExp): number => Number(pattern.exec(picture)![1]);

describe('the picture of a verdict', () => {
  it('puts chance, the rule and the finding on one axis, in that order for a match', () => {
    for (const widthPx of [388, 440, 900]) {
      const picture = draw(64, 64, 61, widthPx);
      const heights = [...picture.matchAll(/class="b-ref"\s+x="([\d.]+)"[^>]*height="([\d.]+)"/g)];
      const peak = heights.reduce((best, bar) => (Number(bar[2]) > Number(best[2]) ? bar : best));
      const rule = numberAt(picture, /class="lim-l"\s+x1="([\d.]+)"/);
      const finding = numberAt(picture, /class="d1"\s+cx="([\d.]+)"/);
      assert.ok(Number(peak[1]) < rule && rule < finding && finding < widthPx);
      assert.ok(Math.abs(Number(peak[1]) - (widthPx * 6) / 65) < 4);
    }
  });

  it('says the same in words', () => {
    assert.match(
      draw(64, 64, 61, 440),
      /aria-label="By chance about 6 of 64 keys are answered; 46 make a match; 61 were\."/,
    );
  });

  it('has no rule where no number of answers would do, and none at all without a key', () => {
    assert.ok(!draw(64, 5, 3, 440).includes('lim-l'));
    assert.equal(planVerdictChart(reportOf(64, 0, 0)), undefined);
  });

  it('stays light for thousands of keys', () => {
    const picture = draw(4000, 4000, 500, 440);
    assert.ok(picture.length < 60_000);
    assert.ok(!/NaN|Infinity/.test(picture));
  });
});

describe('the histogram of ranks', () => {
  it('is drawn in front of the counts expected by chance', () => {
    const picture = planRankHistogram(reportOf(64, 64, 61).draws[0]!)(440).html;
    assert.equal(picture.match(/class="b-main"/g)!.length, 10);
    assert.ok(picture.indexOf('b-ref') < picture.indexOf('b-main'));
    assert.ok(!/NaN|Infinity/.test(picture));
  });
});
