import { html, type TemplateResult } from 'lit-html';
import type { ComparedRelease } from '../../src/protocol/compare';
import { attackNames, type AttackName } from '../../src/rehearse/attackNames';
import { locateInScatter, planScatterChart, type ScatterChart } from '../../src/reports/charts/scatterChart';
import { formatDraw, nameAttack } from '../../src/reports/words/survival';
import { formatFixed, formatOf, formatSmall } from '../../src/words/numbers';
import { renderLink } from '../parts/buttons';
import { renderPowers } from '../parts/powers';
import { formatSetting } from '../words';
import { renderFigure } from './figures';
import { rowOf } from './survived';
import { notMeasured } from './table';
import type { CompareState, CompareView } from './view';

const all: readonly (AttackName | null)[] = [null, ...attackNames];

/** What each release cost, against what of its mark survives an attack: the picture of the decision. */
export function renderSurvival(view: CompareView): TemplateResult {
  return html`<section>
    <div class="section-head">
      <h2>KL against what survives</h2>
      <span class="muted">of releases whose survival was tested</span>
    </div>
    ${renderChoices(view)} ${renderScatter(view)} ${renderTable(view)}
  </section>`;
}

function renderChoices({ state, change }: CompareView): TemplateResult {
  return html`<div class="choices" role="group" aria-label="Attack">
      ${all.map((attack) =>
        renderChoice(nameAttack(attack), attack === state.attack, () => change({ attack })),
      )}
    </div>
    <div class="choices" role="group" aria-label="Measure">
      ${renderChoice('Keys answered', state.measure === 'answers', () => change({ measure: 'answers' }))}
      ${renderChoice('Draw test', state.measure === 'draw', () => change({ measure: 'draw' }))}
    </div>`;
}

function renderChoice(words: string, isChosen: boolean, choose: () => void): TemplateResult {
  return html`<button type="button" class="choice" aria-pressed=${isChosen} @click=${choose}>
    ${words}
  </button>`;
}

interface Placed {
  readonly release: ComparedRelease;
  readonly x: number;
  readonly y: number;
  readonly words: string;
}

function placeReleases({ snapshot, state }: CompareView): Placed[] {
  return snapshot.releases.flatMap((release) => {
    const row = release.survival && rowOf(release.survival.rows, state.attack);
    if (!row || release.kl === null) return [];
    const y = state.measure === 'answers' ? row.answered : row.drawLog10P === null ? null : -row.drawLog10P;
    if (y === null) return [];
    const shown =
      state.measure === 'answers'
        ? formatOf(row.answered, row.asked)
        : `draw test ${formatDraw(row.drawLog10P)}`;
    return [{ release, x: release.kl, y, words: `${release.name}: KL ${formatSmall(release.kl)}, ${shown}` }];
  });
}

const measures: Readonly<Record<CompareState['measure'], string>> = {
  answers: 'keys answered after the attack',
  draw: '−log₁₀ p of the draw test after the attack: higher is surer',
};

function renderScatter(view: CompareView): TemplateResult {
  const { snapshot, state } = view;
  const placed = placeReleases(view).sort((a, b) => a.x - b.x);
  if (placed.length === 0)
    return html`<p class="muted">Nothing to draw yet: test the survival of a release in the table above.</p>`;
  const budgets = [...new Set(snapshot.releases.flatMap(({ driftBudget }) => driftBudget ?? []))];
  const chart: ScatterChart = {
    label: `KL divergence from the base against ${measures[state.measure]} (${nameAttack(state.attack)}).`,
    points: placed.map(({ release, x, y }) => ({
      name: release.name,
      x,
      y,
      isChosen: state.chosen.includes(release.folder),
    })),
    top:
      state.measure === 'answers'
        ? Math.max(...snapshot.releases.map(({ keyCount }) => keyCount))
        : Math.max(...placed.map(({ y }) => y)) * 1.1,
    unit: 'KL from the base, nats a token',
    limit:
      budgets.length === 1 ? { value: budgets[0]!, words: `budget ${formatSetting(budgets[0]!)}` } : null,
    cursor: null,
  };
  const indexAt = (x: number | null): number | null =>
    x === null ? null : placed.findIndex((each) => each.x === x);
  return renderFigure({
    title: `Done to the copy: ${nameAttack(state.attack).toLowerCase()}`,
    boxed: {
      plan: (cursor) => planScatterChart({ ...chart, cursor: indexAt(cursor) }),
      readings: placed.map(({ x, words }) => ({ at: x, words })),
      locate: (widthPx, pixel) => locateInScatter(chart, widthPx, pixel),
      caption: measures[state.measure],
      label: 'KL against what survives',
    },
    legend: html`<span><i class="swatch is-dot"></i>chosen above</span>`,
  });
}

/** The numbers of the picture, for every attack. */
function renderTable(view: CompareView): TemplateResult {
  return html`<table class="rows compared survived" role="table" aria-label="What survives each attack">
    <thead role="rowgroup">
      <tr role="row">
        <th scope="col" role="columnheader">Release</th>
        <th scope="col" role="columnheader" class="n">KL</th>
        ${all.map((attack) => html`<th scope="col" role="columnheader" class="n">${nameAttack(attack)}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${view.snapshot.releases.map(
        (release) =>
          html`<tr role="row">
            <td role="cell" data-label="Release"><div>${renderName(view, release)}</div></td>
            <td role="cell" class="n" data-label="KL">
              <div>${release.kl === null ? notMeasured : formatSmall(release.kl)}</div>
            </td>
            ${all.map(
              (attack) =>
                html`<td role="cell" class="n" data-label=${nameAttack(attack)}>
                  <div>${renderCell(release, attack)}</div>
                </td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function renderName({ act }: CompareView, { name, survival }: ComparedRelease): unknown {
  return survival === null
    ? name
    : renderLink(name, () => act({ type: 'openReport', path: survival.report }));
}

function renderCell({ survival }: ComparedRelease, attack: AttackName | null): TemplateResult {
  const row = survival && rowOf(survival.rows, attack);
  if (!row) return notMeasured;
  const draw = row.drawLog10P === null ? 'no draw test' : formatDraw(row.drawLog10P);
  return html`${formatOf(row.answered, row.asked)}<br /><span class="muted"
      >${renderPowers(draw)}<br />KL ${formatFixed(row.kl, 3)}</span
    >`;
}
