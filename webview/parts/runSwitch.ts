import { html, nothing, type TemplateResult } from 'lit-html';
import { nextRun } from '../../src/protocol/panel/requests';
import type { Heading, RunChoice } from '../../src/protocol/panel/snapshot';
import { renderIcon, renderStepIcon } from './icons';
import type { Page } from '../page';

/** Which release the steps Run and Report show. Before the first run only its name is known. */
export function renderRunSwitch(page: Page, heading: Heading): TemplateResult | typeof nothing {
  const { runs, nextRelease, hasMoreRuns } = heading;
  if (runs.length === 0)
    return nextRelease === null
      ? nothing
      : html`<span class="badge" title="Name of the next release">next: ${nextRelease}</span>`;
  const isNextShown = !runs.some(({ isShown }) => isShown);
  return html`<div class="run-switch" role="group" aria-label="Release that Run and Report show">
    ${runs.map((run) => renderChoice(page, run))}
    ${
      hasMoreRuns
        ? html`<button
            type="button"
            title="All runs of this model"
            @click=${() => page.act({ type: 'chooseRun' })}
          >
            More…
          </button>`
        : nothing
    }
    <button
      type="button"
      aria-pressed=${isNextShown}
      title="The next release, which is not started yet"
      @click=${() => page.act({ type: 'showRun', folder: nextRun })}
    >
      ${renderIcon('add')}<span class="run-name"
        >${nextRelease === null ? 'New' : `New: ${nextRelease}`}</span
      >
    </button>
  </div>`;
}

function renderChoice(page: Page, { folder, name, state, words, isShown }: RunChoice): TemplateResult {
  return html`<button
    class=${state === 'running' ? 'working' : ''}
    type="button"
    aria-pressed=${isShown}
    title=${`${name}: ${words}`}
    @click=${() => page.act({ type: 'showRun', folder })}
  >
    ${renderStepIcon(state)}<span class="run-name">${name}</span><span class="unseen">${words}</span>
  </button>`;
}
