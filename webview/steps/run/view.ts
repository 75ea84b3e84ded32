import { html, nothing, type TemplateResult } from 'lit-html';
import { formatDuration, formatRough } from '../../../src/words/figures';
import type { RunView } from '../../../src/protocol/panel/run';
import { formatPercent } from '../../../src/words/numbers';
import { renderLink } from '../../parts/buttons';
import { renderIcon } from '../../parts/icons';
import type { Page } from '../../page';
import { renderProgress } from '../../parts/tracks';
import { renderEmptyRun } from './empty';
import { renderRunMessage } from './message';
import { renderChecks, renderLog } from './tables';
import { renderRunCharts } from './charts';
import { formatClock, isAlive } from './words';

export function renderRunView(page: Page): TemplateResult {
  const { run } = page.snapshot;
  if (run.state === 'none') return renderEmptyRun(page);
  return html`<div class="stack">
      ${renderRunMessage(page, run)} ${isProgressShown(run) ? renderProgressOf(run) : nothing}
    </div>
    ${renderFacts(page, run)} ${hasTrained(run) ? renderRunCharts(run) : nothing}
    <div class="run-tables">${hasTrained(run) ? renderChecks(run) : nothing} ${renderLog(page, run)}</div>`;
}

/** Whether training was prepared: before that there is no schedule, no budget and nothing to draw. */
function hasTrained({ steps, checks, loss }: RunView): boolean {
  return steps > 0 || checks.length > 0 || loss.length > 0;
}

function isProgressShown({ state }: RunView): boolean {
  return isAlive(state) || state === 'paused';
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
