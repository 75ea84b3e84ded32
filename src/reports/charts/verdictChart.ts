import { scaleLinear, type ScaleLinear } from 'd3-scale';
import { area, curveStep } from 'd3-shape';
import { logLawOfHits } from '../../verify/binomial';
import type { VerifyReport } from '../../verify/verifyReport';
import { type Html, html } from '../../words/escape';
import { formatCount, formatFixed } from '../../words/numbers';
import { allowsMatch } from '../words/findings';
import { round, type DrawChart } from './drawing';

const heightPx = 150;
const topPx = 26;
const groundPx = heightPx - 20;
/** Height of the finding above the axis. */
const findingY = groundPx - 26;
/** Half the width of a label of about 16 characters. */
const halfLabelPx = 46;
/** Narrower bars are drawn as one area. */
const minBarPx = 3;
/** Lower bars are left out. */
const lowestBarPx = 0.3;

type X = ScaleLinear<number, number>;

/**
 * The picture of a verdict: the number of answers by chance (the exact law of the keys asked), the number
 * that makes a match, and the number found with its 95 % interval, on one axis. The distance is the argument.
 * Undefined when no key was asked.
 */
export function planVerdictChart(report: VerifyReport): DrawChart | undefined {
  const { answers, keys } = report;
  if (answers.asked === 0) return undefined;
  const chances = keys.filter((key) => key.asked).map((key) => 1 / key.candidateCount);
  const law = logLawOfHits(chances).map(Math.exp);
  return (widthPx) => draw(report, law, widthPx);
}

function draw(report: VerifyReport, law: Float64Array, widthPx: number): Html {
  const { answers } = report;
  const x = scaleLinear([-0.5, answers.asked + 0.5], [2, widthPx - 2]);
  return html`<svg
    width="${widthPx}"
    height="${heightPx}"
    viewBox="0 0 ${widthPx} ${heightPx}"
    role="img"
    aria-label="${describe(report)}"
  >
    ${drawLaw(law, x)}
    <line class="axis" x1="2" x2="${widthPx - 2}" y1="${groundPx + 0.5}" y2="${groundPx + 0.5}" />
    ${drawTicks(answers.asked, x, widthPx)} ${drawLuckLabel(answers.expectedHits, x, widthPx)}
    ${drawRule(report, x, widthPx)} ${drawFinding(report, x, widthPx)}
  </svg>`;
}

function describe({ answers, verdict, claim }: VerifyReport): string {
  const rule =
    verdict.answersNeeded === null
      ? ''
      : `; ${verdict.answersNeeded} ${allowsMatch(claim) ? 'make a match' : 'are enough to agree'}`;
  return `By chance about ${formatFixed(answers.expectedHits, 0)} of ${answers.asked} keys are answered${rule}; ${formatCount(answers.hits)} were.`;
}

function drawLaw(law: Float64Array, x: X): Html {
  const highest = law.reduce((most, chance) => Math.max(most, chance), 0);
  const bars = Array.from(law, (chance, hits) => ({
    hits,
    height: round((chance / highest) * (groundPx - topPx)),
  })).filter(({ height }) => height >= lowestBarPx);
  const width = x(1) - x(0);
  if (width >= minBarPx) return html`${bars.map(({ hits, height }) => drawBar(x(hits), width, height))}`;
  const shape = area<(typeof bars)[number]>(
    ({ hits }) => round(x(hits)),
    groundPx,
    ({ height }) => round(groundPx - height),
  );
  return html`<path class="b-ref" d="${shape.curve(curveStep)(bars) ?? ''}" />`;
}

function drawBar(centre: number, width: number, height: number): Html {
  return html`<rect
    class="b-ref"
    x="${round(centre - width / 2 + 0.5)}"
    y="${round(groundPx - height)}"
    width="${round(width - 1)}"
    height="${height}"
  />`;
}

function drawTicks(asked: number, x: X, widthPx: number): Html[] {
  const step = Math.ceil(asked / 4);
  const inner = [1, 2, 3].map((i) => i * step).filter((tick) => tick <= asked - step / 2);
  return [0, ...inner, asked].map((tick) => {
    const [left, anchor] =
      tick === 0 ? [2, 'start'] : tick === asked ? [widthPx - 2, 'end'] : [round(x(tick)), 'middle'];
    return html`<text x="${left}" y="${heightPx - 4}" text-anchor="${anchor}">${formatCount(tick)}</text>`;
  });
}

function drawLuckLabel(expected: number, x: X, widthPx: number): Html {
  const centre = clamp(x(expected), halfLabelPx, widthPx - halfLabelPx);
  const about = expected < 1 ? 'less than 1' : `about ${formatFixed(expected, 0)}`;
  return html`<text x="${round(centre)}" y="${topPx - 8}" text-anchor="middle">by chance: ${about}</text>`;
}

/** The line is before the first bar that makes a match. */
function drawRule({ verdict, claim }: VerifyReport, x: X, widthPx: number): Html | [] {
  const needed = verdict.answersNeeded;
  if (needed === null) return [];
  const at = round(x(needed - 0.5));
  const isLeft = at < widthPx - 2 * halfLabelPx;
  return html`<line class="lim-l" x1="${at}" x2="${at}" y1="${topPx - 6}" y2="${groundPx}" /><text
      class="v"
      x="${at + (isLeft ? 5 : -5)}"
      y="${topPx + 3}"
      text-anchor="${isLeft ? 'start' : 'end'}"
      >${allowsMatch(claim) ? 'match' : 'enough'} from ${formatCount(needed)}</text
    >`;
}

/** A pin with its interval; the label is above it at the right, otherwise beside the rule with a dotted leader. */
function drawFinding({ answers, verdict }: VerifyReport, x: X, widthPx: number): Html {
  const { hits, asked, interval95 } = answers;
  const at = round(x(hits));
  const [low, high] = [round(x(interval95.low * asked)), round(x(interval95.high * asked))];
  const pin = html`<line class="pin" x1="${at}" x2="${at}" y1="${findingY}" y2="${groundPx}" /><line
      class="l1"
      x1="${low}"
      x2="${high}"
      y1="${findingY}"
      y2="${findingY}"
    /><circle class="d1" cx="${at}" cy="${findingY}" r="4" />`;
  const words = `${formatCount(hits)} answered`;
  const past = Math.max(high, verdict.answersNeeded === null ? 0 : x(verdict.answersNeeded - 0.5)) + 8;
  if (high > widthPx * 0.8 || past > widthPx - 2 * halfLabelPx) {
    const centre = round(clamp(at, halfLabelPx, widthPx - halfLabelPx));
    return html`${pin}<text class="s1" x="${centre}" y="${findingY - 10}" text-anchor="middle"
        >${words}</text
      >`;
  }
  return html`${pin}<line
      class="ref"
      x1="${high}"
      x2="${round(past)}"
      y1="${findingY}"
      y2="${findingY}"
    /><text class="s1" x="${round(past + 4)}" y="${findingY + 4}">${words}</text>`;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
