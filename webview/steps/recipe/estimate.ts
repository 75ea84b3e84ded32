import { html, nothing, type TemplateResult } from 'lit-html';
import { formatDuration, formatRough, formatSize } from '../../../src/words/figures';
import type { Estimate, RecipeView } from '../../../src/protocol/panel/recipe';
import { formatCount, formatCounted, formatSmall } from '../../../src/words/numbers';
import { renderLink } from '../../parts/buttons';
import { renderIcon, type Tone } from '../../parts/icons';
import type { Page } from '../../page';
import { renderBar, renderScale } from '../../parts/tracks';
import { formatSetting } from '../../words';
import { toTexts, type RecipeForm } from './form';
import { formatRoughRange } from './words';

/** What a run will probably need, beside the form. Outdated figures stay, dimmed, until the new ones arrive. */
export function renderEstimate(page: Page, recipe: RecipeView, form: RecipeForm): TemplateResult {
  const { estimate } = recipe;
  const isWrong = Object.keys(form.problems).length > 0;
  const age = page.recipe.isPending ? 'is-old' : '';
  return html`<aside class="aside is-sticky" aria-label="Estimate">
    <section class="box ${age}">
      <div class="section-head">
        <h2>Estimate</h2>
        <span class="grow"></span
        ><span class="muted small"
          >${estimate === null ? nothing : isWrong ? 'for the last valid values' : 'as you edit'}</span
        >
      </div>
      ${estimate === null ? renderNothing(isWrong) : renderFigures(page, recipe, estimate)}
    </section>
    ${
      estimate === null
        ? nothing
        : html`<section class="box ${age}">${renderKnowledge(estimate, recipe.values.driftBudget)}</section>`
    }
  </aside>`;
}

function renderNothing(isWrong: boolean): TemplateResult {
  return html`<p class="muted">${isWrong ? 'Correct the values to see an estimate.' : 'Estimating…'}</p>`;
}

function renderFigures(page: Page, { values }: RecipeView, estimate: Estimate): TemplateResult {
  const fits = estimate.leastMemoryBytes <= estimate.freeBytes;
  return html`${renderMemory(page, estimate)} ${renderTime(estimate, fits, values.steps)}
    ${renderDisk(estimate)}
    <p class="small muted">${estimate.source}</p>`;
}

/** What does not follow from the values, only from measurements of the same ones. */
function renderKnowledge(estimate: Estimate, budget: number): TemplateResult {
  const { drift, driftSource, unknown } = estimate;
  return html`<div class="section-head">
      <h2>Drift and survival</h2>
      <span class="grow"></span><span class="muted small">as measured</span>
    </div>
    ${drift === null ? renderUnknownDrift(budget) : renderDrift(drift, budget)} ${renderSurvival(estimate)}
    ${unknown === '' ? nothing : html`<p class="hint">${renderIcon('question', 'warn')}<span>${unknown}</span></p>`}
    ${driftSource === '' ? nothing : html`<p class="small muted">${driftSource}</p>`}`;
}

function renderUnknownDrift(budget: number): TemplateResult {
  return html`<div class="meter">
    <div class="pair-line"><span>Drift</span><span class="muted">not known</span></div>
    <p class="small muted">
      A run goes back when it exceeds its budget of ${formatSetting(budget)} nats a token, and its report says
      how far it moved.
    </p>
  </div>`;
}

function renderMemory(page: Page, estimate: Estimate): TemplateResult {
  const { memoryBytes, leastMemoryBytes, freeBytes } = estimate;
  const isOver = leastMemoryBytes > freeBytes;
  const needed = isOver ? leastMemoryBytes : memoryBytes;
  const words = `${formatSize(needed)} of ${formatSize(freeBytes)} free`;
  return html`<div class="meter">
    <div class="pair-line"><span>Memory</span><b class="strong">${formatSize(needed)}</b></div>
    ${renderBar(needed / Math.max(freeBytes, 1), words, isOver)}
    ${
      isOver
        ? html`<p class="hint is-error">
              ${renderIcon('error')}<span class="num"
                >${formatSize(leastMemoryBytes - freeBytes)} more than is free
                (${formatSize(freeBytes)}).</span
              >
            </p>
            ${renderFits(page, estimate)}`
        : renderRoom(estimate)
    }
  </div>`;
}

function renderRoom({ memoryBytes, leastMemoryBytes, freeBytes }: Estimate): TemplateResult {
  if (memoryBytes <= freeBytes)
    return html`<div class="pair-line small muted">
      <span></span><span>${formatSize(freeBytes)} free</span>
    </div>`;
  return html`<p class="hint">
    ${renderIcon('warning', 'warn')}<span class="num"
      >${formatSize(freeBytes)} free: layers run in groups, which needs at least
      ${formatSize(leastMemoryBytes)} and is slower.</span
    >
  </p>`;
}

function renderFits(page: Page, { fits }: Estimate): TemplateResult {
  if (fits.length === 0) return html`<p class="small">No smaller recipe fits either. Free more memory.</p>`;
  const choose = (changes: Estimate['fits'][number]['changes']): void => {
    for (const [field, text] of toTexts(changes)) page.recipe.type(field, text);
    void page.recipe.flush();
  };
  return html`<p class="small num">
    Recipes that fit:
    ${fits.map(
      ({ name, memoryBytes, changes }, i) =>
        html`${i > 0 ? ', ' : ''}${renderLink(name, () => choose(changes))} (${formatSize(memoryBytes)})`,
    )}.
  </p>`;
}

function renderTime({ seconds, secondsPerStep }: Estimate, fits: boolean, steps: number): TemplateResult {
  if (!fits)
    return html`<div class="pair-line">
      <span>Time</span><span class="muted">not known until it fits</span>
    </div>`;
  const step =
    secondsPerStep < 0.1 ? `${formatCount(1000 * secondsPerStep)}\u202fms` : formatDuration(secondsPerStep);
  return html`<div class="meter">
    <div class="pair-line"><span>Time</span><b class="strong">about ${formatRough(seconds.likely)}</b></div>
    <div class="pair-line small muted">
      <span>${step} a step, ${formatCounted(steps, 'step')}</span
      ><span>${formatRoughRange(seconds.low, seconds.high)}</span>
    </div>
  </div>`;
}

function renderDrift(drift: NonNullable<Estimate['drift']>, budget: number): TemplateResult {
  const [likely, low, high, limit] = [
    formatSmall(drift.likely),
    formatSmall(drift.low),
    formatSmall(drift.high),
    formatSetting(budget),
  ];
  return html`<div class="meter">
    <div class="pair-line"><span>Drift</span><b class="strong">about ${likely} nats</b></div>
    ${renderScale({
      end: Math.max(budget * 2, drift.high * 1.1),
      point: drift.likely,
      low: drift.low,
      high: drift.high,
      limit: budget,
      label: `Expected ${likely} nats a token, between ${low} and ${high}; budget ${limit}`,
    })}
    ${
      drift.likely > budget
        ? html`<p class="hint">
            ${renderIcon('warning', 'warn')}<span>Likely to stay above the budget of ${limit}.</span>
          </p>`
        : html`<div class="pair-line small muted">
            <span>likely ${low} to ${high}</span><span>budget ${limit}</span>
          </div>`
    }
  </div>`;
}

function renderDisk({ diskBytes, freeDiskBytes }: Estimate): TemplateResult {
  return html`<div class="meter">
    <div class="pair-line">
      <span>Disk</span
      ><span
        ><b class="strong">${formatSize(diskBytes)}</b>
        <span class="muted small">of ${formatSize(freeDiskBytes)} free</span></span
      >
    </div>
    ${
      diskBytes <= freeDiskBytes
        ? nothing
        : html`<p class="hint is-error">
            ${renderIcon('error')}<span>The disk does not have enough space.</span>
          </p>`
    }
  </div>`;
}

const chances: Readonly<Record<Estimate['survives'][number]['chance'], { icon: string; tone: Tone }>> = {
  likely: { icon: 'pass', tone: 'ok' },
  'in part': { icon: 'warning', tone: 'warn' },
  no: { icon: 'error', tone: 'bad' },
};

function renderSurvival({ survives }: Estimate): TemplateResult {
  if (survives.length === 0)
    return html`<div class="pair-line"><span>Survival</span><span class="muted">not known</span></div>`;
  return html`<div class="stack">
    <h3>Will the mark survive?</h3>
    <ul class="survival">
      ${survives.map(
        ({ name, chance }) =>
          html`<li>
            ${renderIcon(chances[chance].icon, chances[chance].tone)}<span>${name}</span
            ><span class="muted">${chance}</span>
          </li>`,
      )}
    </ul>
  </div>`;
}
