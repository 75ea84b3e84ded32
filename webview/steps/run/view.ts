import { html, nothing, type TemplateResult } from 'lit-html';
import { formatDuration, formatRough, formatSize } from '../../../src/words/figures';
import type { RunView } from '../../../src/protocol/panel/run';
import { formatCount, formatPercent } from '../../../src/words/numbers';
import { renderActionButton, renderLink } from '../../parts/buttons';
import { renderIcon } from '../../parts/icons';
import type { Page } from '../../page';
import { renderProgress } from '../../parts/tracks';
import { renderRunMessage } from './message';
import { renderChecks, renderLog } from './tables';
import { renderRunCharts } from './charts';
import { formatClock, isAlive } from './words';

export function renderRunView(page: Page): TemplateResult {
  const { run } = page.snapshot;
  if (run.state === 'none') return renderEmpty(page);
  return html`<div class="stack">
      ${renderRunMessage(page, run)} ${isProgressShown(run) ? renderProgressOf(run) : nothing}
    </div>
    ${renderFacts(page, run)} ${renderRunCharts(run)}
    <div class="run-tables">${renderChecks(run)} ${renderLog(page, run)}</div>`;
}

function isProgressShown({ state }: RunView): boolean {
  return isAlive(state) || state === 'paused';
}

function renderEmpty(page: Page): TemplateResult {
  const { recipe, keys } = page.snapshot;
  const set = keys.sets.find(({ path }) => path === keys.chosen);
  const isReady =
    page.snapshot.isTrusted &&
    set?.fits === true &&
    recipe !== null &&
    Object.keys(recipe.problems).length === 0 &&
    !page.recipe.isPending;
  return html`<div class="empty">
    <h2>No run yet</h2>
    <p>
      ${isReady ? describeReady(page, set.count) : 'A run needs a model, a key set for it and a valid recipe.'}
      Training runs in its own process; you can close this window and come back.
    </p>
    <div class="actions">
      ${renderActionButton(page, 'Start Run', { type: 'startRun' }, { icon: 'play', isPrimary: true, isDisabled: !isReady, name: 'start' })}
      ${renderActionButton(page, 'Edit Recipe', { type: 'openStep', step: 'recipe' })}
    </div>
  </div>`;
}

function describeReady(page: Page, keyCount: number): string {
  const { values, estimate } = page.snapshot.recipe!;
  const layers = values.trained === 'full' ? 'all parameters' : `layers ${values.layers.join('–')}`;
  const cost =
    estimate === null
      ? ''
      : `, about ${formatRough(estimate.seconds.likely)} and ${formatSize(estimate.memoryBytes)}`;
  return `The recipe is ready: ${formatCount(keyCount)} keys, ${layers}${cost}.`;
}

/** Before this time a run has only begun. */
const tellingSeconds = 10;

function renderProgressOf(run: RunView): TemplateResult {
  const { share, elapsedSeconds, secondsLeft } = run;
  const times = [
    ...(elapsedSeconds === null || elapsedSeconds < tellingSeconds
      ? []
      : [`${formatDuration(elapsedSeconds)} so far`]),
    ...(secondsLeft === null ? [] : [`about ${formatRough(secondsLeft)} left`]),
  ];
  return html`<div>
    ${renderProgress(share, 'Run')}
    <div class="progress-line small num">
      <span class="muted"
        >${share === null ? nothing : html`<b class="strong">${formatPercent(share, 0)}</b>&ensp;`}${times.join(', ')}</span
      >
      ${renderPhases(run)}
    </div>
  </div>`;
}

const phaseSigns = {
  done: { icon: 'pass', tone: 'ok' },
  current: { icon: 'circle-filled', tone: 'main' },
  'to come': { icon: 'circle-large-outline', tone: 'muted' },
} as const;

function renderPhases({ phases }: RunView): TemplateResult {
  return html`<ol class="phases">
    ${phases.map(({ name, state, seconds }) => {
      const { icon, tone } = phaseSigns[state];
      return html`<li aria-current=${state === 'current' ? 'step' : nothing}>
        ${renderIcon(icon, tone)}${name}${seconds === null ? '' : ` ${formatClock(seconds)}`}<span
          class="unseen"
        >
          (${state})</span
        >
      </li>`;
    })}
  </ol>`;
}

function renderFacts(page: Page, { facts, folder }: RunView): TemplateResult | typeof nothing {
  if (facts.length === 0 && folder === null) return nothing;
  return html`<dl class="run-facts">
    ${facts.map(
      ({ name, value }) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
    ${
      folder === null
        ? nothing
        : html`<div>
            <dt>Run folder</dt>
            <dd>${renderLink('Open Folder', () => page.act({ type: 'openPath', path: folder }))}</dd>
          </div>`
    }
  </dl>`;
}
