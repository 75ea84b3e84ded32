import type { PanelSnapshot } from '../../src/protocol/panel/snapshot';
import type { ActionRequest } from '../../src/protocol/panel/requests';

const pause = '[data-name=pause]:not([disabled])';
const textFields = 'vscode-text-field, vscode-dropdown, input, textarea';

/**
 * Where the focus moves by itself: after a start or a resume to Pause, after an error appears to its heading.
 * It never leaves a field in which somebody may be typing.
 */
export class FocusRules {
  readonly #root: HTMLElement;
  #isPauseExpected = false;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  /** Remembers a request until the snapshot that shows its effect. */
  expect({ type }: ActionRequest): void {
    this.#isPauseExpected = type === 'startRun' || type === 'resumeRun';
  }

  /** Moves the focus, if a rule says so, after this snapshot was drawn. */
  follow(before: PanelSnapshot | null, after: PanelSnapshot): void {
    if (before === null || document.activeElement?.matches(textFields)) return;
    const problem = problemOf(after);
    if (problem !== null && problem !== problemOf(before)) this.#focus('[data-name=problem]');
    else if (this.#isPauseExpected && after.step === 'run') this.#focusPause();
  }

  /** A button that was off a moment ago takes the focus only in the next frame. */
  #focusPause(): void {
    if (!this.#focus(pause)) return;
    requestAnimationFrame(() => {
      if (this.#isPauseExpected && document.activeElement?.matches(textFields) !== true) this.#focus(pause);
      if (document.activeElement?.matches(pause) === true) this.#isPauseExpected = false;
    });
  }

  #focus(selector: string): boolean {
    const target = this.#root.querySelector<HTMLElement>(selector);
    target?.focus();
    return target !== null;
  }
}

function problemOf({ step, run, keys, model }: PanelSnapshot): string | null {
  if (step === 'run') return run.state === 'failed' ? (run.problem?.message ?? '') : null;
  if (step === 'keys') return keys.problem?.message ?? null;
  return step === 'model' ? (model.chosen?.problem?.message ?? null) : null;
}
