import { html, nothing, type TemplateResult } from 'lit-html';
import { stepNames, type StepName } from '../src/protocol/panel/requests';
import { renderStepIcon } from './parts/icons';
import type { Page } from './page';
import { capitalise } from './words';

export const idOfStep = (step: StepName): string => `step-${step}`;

/**
 * The five steps as a tab list: one stop of the Tab key, arrows move, Enter opens. Every step can be opened
 * at any time.
 */
export function renderSteps(page: Page): TemplateResult {
  return html`<div class="steps" role="tablist" aria-label="Steps" @keydown=${moveFocus}>
    ${stepNames.map((step) => renderStep(page, step))}
  </div>`;
}

function renderStep(page: Page, step: StepName): TemplateResult {
  const { state, words } = page.snapshot.steps[step];
  const isOpen = page.snapshot.step === step;
  return html`<button
    class="step ${state === 'running' ? 'working' : ''}"
    type="button"
    role="tab"
    id=${idOfStep(step)}
    aria-selected=${isOpen}
    aria-controls=${isOpen ? 'view' : nothing}
    tabindex=${isOpen ? 0 : -1}
    @click=${() => page.act({ type: 'openStep', step })}
  >
    ${renderStepIcon(state)}<b>${capitalise(step)}</b><span class="step-words">${words}</span>
  </button>`;
}

function moveFocus(event: KeyboardEvent): void {
  const tabs = [...(event.currentTarget as Element).querySelectorAll<HTMLElement>('[role=tab]')];
  const next = chooseTab(event.key, tabs.indexOf(document.activeElement as HTMLElement), tabs.length);
  if (next === undefined) return;
  event.preventDefault();
  tabs[next]?.focus();
}

function chooseTab(key: string, tab: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return (tab + 1) % count;
    case 'ArrowLeft':
      return (tab - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
