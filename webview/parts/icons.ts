import { html, type TemplateResult } from 'lit-html';
import type { StateRow, StepState } from '../../src/protocol/panel/parts';

export type Tone = 'plain' | 'muted' | 'ok' | 'warn' | 'bad' | 'main';

/** A codicon by name. Hidden from screen readers: the words beside it say the same. */
export function renderIcon(name: string, tone: Tone = 'plain'): TemplateResult {
  return html`<span class="icon codicon codicon-${name} is-${tone}" aria-hidden="true"></span>`;
}

interface Sign {
  readonly icon: string;
  readonly tone: Tone;
  /** For screen readers, before the row's own words. */
  readonly word: string;
}

const stepSigns: Readonly<Record<StepState, Omit<Sign, 'word'>>> = {
  open: { icon: 'circle-large-outline', tone: 'plain' },
  ready: { icon: 'pass', tone: 'ok' },
  edited: { icon: 'edit', tone: 'plain' },
  running: { icon: 'sync', tone: 'main' },
  paused: { icon: 'debug-pause', tone: 'warn' },
  warning: { icon: 'warning', tone: 'warn' },
  failed: { icon: 'error', tone: 'bad' },
  verified: { icon: 'verified', tone: 'main' },
};

export function renderStepIcon(state: StepState): TemplateResult {
  return renderIcon(stepSigns[state].icon, stepSigns[state].tone);
}

const rowSigns: Readonly<Record<StateRow['state'], Sign>> = {
  passed: { icon: 'pass', tone: 'ok', word: 'Passed' },
  warning: { icon: 'warning', tone: 'warn', word: 'Warning' },
  failed: { icon: 'error', tone: 'bad', word: 'Failed' },
  unknown: { icon: 'question', tone: 'muted', word: 'Not known' },
  off: { icon: 'circle-slash', tone: 'muted', word: 'Not available' },
  match: { icon: 'verified-filled', tone: 'main', word: 'Match' },
  agrees: { icon: 'verified', tone: 'warn', word: 'Agrees with the key file' },
  'no-evidence': { icon: 'dash', tone: 'muted', word: 'No evidence' },
  refused: { icon: 'error', tone: 'bad', word: 'Refused' },
};

/** The icon of a row's state, where the words beside it say the same. */
export function renderRowIcon(state: StateRow['state']): TemplateResult {
  return renderIcon(rowSigns[state].icon, rowSigns[state].tone);
}

/** The icon of a row's state with a word for screen readers. */
export function renderRowSign(state: StateRow['state']): TemplateResult {
  return html`${renderRowIcon(state)}<span class="unseen">${rowSigns[state].word}: </span>`;
}
