import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { locatePixel, planLineChart, type LineChart } from '../../../../src/reports/charts/lineChart';
import { thinPoints } from '../../../../src/reports/charts/thinPoints';

const chart: LineChart = {
  label: 'Keys answered by step.',
  end: 120,
  unit: 'steps',
  top: 64,
  series: [
    [
      { x: 0, y: 0 },
      { x: 60, y: 32 },
    ],
  ],
};

function draw(changes: Partial<LineChart> = {}, widthPx = 448): string {
  return planLineChart({ ...chart, ...changes })(widthPx).html;
}

describe('line chart', () => {
  it('is drawn to the width of its box, with a label for readers', () => {
    const svg = draw();
    assert.match(svg, /width="448"/);
    assert.match(svg, /role="img"\s+aria-label="Keys answered by step\."/);
  });

  it('escapes its words and sets no style', () => {
    const svg = draw({ label: '<script>"', stop: { x: 60, words: '<b>' } });
    assert.doesNotMatch(svg, /<script>|<b>|style=/);
    assert.match(svg, /&lt;script&gt;&quot;/);
  });

  it('puts a point at half of the steps and half of the keys in the middle', () => {
    // 400 px lie between the margins of 40 and 8 px; 118 px between top and ground.
    assert.match(draw(), /class="l1" d="M40,130L240,71"/);
  });

  it('draws a second series dashed with a square at its end', () => {
    const svg = draw({ series: [chart.series[0]!, [{ x: 30, y: 8 }]] });
    assert.match(svg, /class="l2"/);
    assert.match(svg, /<rect class="d2"/);
  });

  it('divides both axes into equal whole parts', () => {
    const words = [...draw().matchAll(/<text[^>]*>([^<]*)</g)].map((match) => match[1]!.trim());
    assert.deepEqual(words, ['0', '16', '32', '48', '64', '0', '40', '80', '120 steps']);
  });

  it('labels round numbers where equal parts would not be round', () => {
    const wordsOf = (changes: Partial<LineChart>): string[] =>
      [...draw(changes).matchAll(/<text[^>]*>([^<]*)</g)].map((match) => match[1]!.trim());
    assert.deepEqual(wordsOf({ end: 52, top: 52 }), [
      ...['0', '10', '20', '30', '40', '50'],
      ...['0', '20', '40', '52 steps'],
    ]);
    assert.deepEqual(wordsOf({ end: 54 }).slice(-4), ['0', '20', '40', '54 steps']);
    assert.deepEqual(wordsOf({ end: 3 }).slice(-4), ['0', '1', '2', '3 steps']);
  });

  it('can be drawn before there is anything to show', () => {
    assert.doesNotMatch(draw({ series: [[]], end: 1 }), /NaN|Infinity/);
  });

  it('finds the step under a pixel, at the ends too', () => {
    assert.equal(locatePixel(chart, 448, 240), 60);
    assert.equal(locatePixel(chart, 448, 0), 0);
    assert.equal(locatePixel(chart, 448, 1000), 120);
  });

  it('thins more than 400 points to what its pixels can show, and keeps the peaks', () => {
    const points = Array.from({ length: 5000 }, (_, x) => ({ x, y: x === 2503 ? 9 : Math.sin(x) }));
    const thinned = thinPoints(points, (x) => x / 50);
    assert.ok(thinned.length <= 400, `${thinned.length} points`);
    assert.deepEqual(thinned[0], points[0]);
    assert.deepEqual(thinned.at(-1), points.at(-1));
    assert.ok(thinned.some(({ y }) => y === 9));
    assert.ok(thinned.every(({ x }, i) => i === 0 || x > thinned[i - 1]!.x));
  });
});
