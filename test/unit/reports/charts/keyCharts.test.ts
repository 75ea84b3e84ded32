import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planLuckChart } from '../../../../src/reports/charts/luckChart';
import { planNucleusChart } from '../../../../src/reports/charts/nucleusChart';

function heightsOf(svg: string, name: string): number[] {
  const bars = svg.matchAll(new RegExp(`<rect\\s+class="${name}"[^>]*height="([\\d.]+)"`, 'g'));
  return [...bars].map((match) => Number(match[1]));
}

describe('luck chart', () => {
  it('is highest at the number expected by chance and names the rule', () => {
    const svg = planLuckChart({ asked: 64, chance: 0.1, needed: 22 })(300).html;
    const heights = heightsOf(svg, 'b-ref');
    assert.equal(heights.indexOf(Math.max(...heights)), 6);
    assert.match(svg, /22 or more: match/);
    assert.match(svg, /about 6 of 64; a match needs 22\./);
  });

  it('draws no rule where no number of answers is enough', () => {
    const svg = planLuckChart({ asked: 6, chance: 0.1, needed: null })(300).html;
    assert.doesNotMatch(svg, /lim-l/);
    assert.match(svg, /no number of answers is enough/);
  });

  it('sums neighbours where there are more counts than pixels', () => {
    const svg = planLuckChart({ asked: 4096, chance: 0.1, needed: 520 })(300).html;
    assert.doesNotMatch(svg, /NaN|Infinity/);
    assert.ok(heightsOf(svg, 'b-ref').length < 300);
  });
});

describe('nucleus chart', () => {
  const chart = { likelier: [0.31, 0.17, 0.09], candidates: [0.02, 0.015], drawn: null, nucleus: 0.8 };

  it('draws the likeliest words before the edge and the candidates after it', () => {
    const svg = planNucleusChart(chart)(400).html;
    assert.equal(heightsOf(svg, 'b-ref').length, 3);
    assert.equal(heightsOf(svg, 'b-cand').length, 2);
    assert.equal(heightsOf(svg, 'b-main').length, 0);
  });

  it('fills the drawn candidate only when it is known', () => {
    const svg = planNucleusChart({ ...chart, drawn: 1 })(400).html;
    assert.equal(heightsOf(svg, 'b-cand').length, 1);
    assert.equal(heightsOf(svg, 'b-main').length, 1);
  });

  it('uses the square root of a probability as its height', () => {
    const [first, second] = heightsOf(
      planNucleusChart({ ...chart, likelier: [0.4, 0.1] })(400).html,
      'b-ref',
    );
    assert.ok(Math.abs(first! / second! - 2) < 0.01);
  });

  it('says how many likely words it leaves out', () => {
    const svg = planNucleusChart({ ...chart, likelier: Array<number>(40).fill(0.02) })(400).html;
    assert.match(svg, /the 16 likeliest of 40/);
  });
});
