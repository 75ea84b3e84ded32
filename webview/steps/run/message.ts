import { html, nothing, type TemplateResult } from 'lit-html';
import { formatDuration, formatRough } from '../../../src/words/figures';
import type { Problem } from '../../../src/protocol/panel/parts';
import type { RunView } from '../../../src/protocol/panel/run';
import { formatCount } from '../../../src/words/numbers';
import { renderActionButton } from '../../parts/buttons';
import { renderIcon } from '../../parts/icons';
import { renderNote, renderProblemNote } from '../../parts/notes';
import type { Page } from '../../page';
import { capitalise } from '../../words';
import { runLooks } from './words';

/** What is happening or has happened, with what can be done about it. */
export function renderRunMessage(page: Page, run: RunView): TemplateResult {
  switch (run.state) {
    case 'failed':
      return renderFailure(page, run);
    case 'interrupted':
      return renderInterruption(page, run);
    case 'cancelled':
      return renderCancellation(page, run);
    default:
      return run.notReady ? renderNotReady(page, run, run.notReady) : renderHead(page, run);
  }
}

function renderFailure(page: Page, run: RunView): TemplateResult {
  const silent = {
    message: 'The run stopped without reporting an error.',
    next: 'See the log for its last lines.',
  };
  return renderProblemNote(
    run.problem ?? silent,
    html`${run.canResume ? renderResume(page, run) : nothing}
    ${renderActionButton(page, 'Edit Recipe', { type: 'openStep', step: 'recipe' })}
    ${renderActionButton(page, 'Show Log', { type: 'openLog' })} ${renderDiscard(page)}`,
  );
}

function renderInterruption(page: Page, run: RunView): TemplateResult {
  const left =
    run.secondsLeft === null
      ? nothing
      : html`<span class="muted small">about ${formatRough(run.secondsLeft)} left</span>`;
  return renderNote({
    kind: 'warning',
    icon: 'history',
    title: 'Found a run that was interrupted',
    body: html`<p class="lead num">
      ${run.problem === null ? 'Its process has ended.' : `${run.problem.message} ${run.problem.next}`} A
      resumed run ends with the same bytes as one that was never interrupted.
    </p>`,
    actions: html`${run.canResume ? renderResume(page, run) : nothing} ${renderDiscard(page)} ${left}`,
  });
}

function renderCancellation(page: Page, run: RunView): TemplateResult {
  return renderNote({
    kind: 'info',
    icon: 'circle-slash',
    title: 'The run was cancelled',
    body: html`<p class="lead">
      ${run.canResume ? 'Its last save is still there: you can resume the run from it.' : 'Your model folder was not touched.'}
    </p>`,
    actions: html`${run.canResume ? renderResume(page, run) : nothing}
    ${renderActionButton(page, 'Edit Recipe', { type: 'openStep', step: 'recipe' })} ${renderDiscard(page)}`,
  });
}

/** The run has done all it can, but its result is no success. */
function renderNotReady(page: Page, { elapsedSeconds }: RunView, { message, next }: Problem): TemplateResult {
  const time = elapsedSeconds === null ? '' : ` in ${formatDuration(elapsedSeconds)}`;
  return renderNote({
    kind: 'warning',
    title: message,
    body: html`<p class="lead num">The run ended${time} and kept its copy. ${next}</p>`,
    actions: html`${renderActionButton(page, 'Open Report', { type: 'openStep', step: 'report' }, { icon: 'graph', isPrimary: true })}
    ${renderActionButton(page, 'Edit Recipe', { type: 'openStep', step: 'recipe' })}`,
  });
}

function renderResume(page: Page, { savedStep }: RunView): TemplateResult {
  const title = savedStep === null ? 'Resume' : `Resume from Step ${formatCount(savedStep)}`;
  const look = {
    icon: 'debug-continue',
    isPrimary: true,
    isDisabled: !page.snapshot.isTrusted,
    name: 'resume',
  };
  return renderActionButton(page, title, { type: 'resumeRun' }, look);
}

function renderDiscard(page: Page): TemplateResult {
  return renderActionButton(page, 'Discard…', { type: 'discardRun' });
}

function renderHead(page: Page, run: RunView): TemplateResult {
  const { icon, tone } = runLooks[run.state];
  return html`<div class="run-head">
    <h2 class="grow working">
      ${renderIcon(icon, tone)}<span>${nameOfWork(run)}</span>
      <span class="num run-detail">${describeWork(run)}</span>
    </h2>
    <div class="actions">${renderControls(page, run)}</div>
  </div>`;
}

/** During a run the phase says more than the state. */
function nameOfWork({ state, stage }: RunView): string {
  return state === 'running' && stage ? capitalise(stage.phase) : runLooks[state].word;
}

function describeWork(run: RunView): string {
  const { state, stage } = run;
  if (state === 'starting') return stage?.phase.toLowerCase() ?? '';
  if (state === 'pausing') return 'after this step';
  if (state === 'stopping') return 'after this step; the copy is kept and checked';
  if (state === 'cancelling') return 'ending the process';
  if (state === 'done') return run.elapsedSeconds === null ? '' : `in ${formatDuration(run.elapsedSeconds)}`;
  const at = describeStage(run);
  if (state === 'paused')
    return `${at === '' ? '' : `after ${at}. `}The device is free; the state is on disk.`;
  return at;
}

function describeStage({ stage, steps }: RunView): string {
  if (stage?.done == null) return '';
  const count =
    stage.total === null
      ? formatCount(stage.done)
      : `${formatCount(stage.done)} of ${formatCount(stage.total)}`;
  return stage.total === steps ? `step ${count}` : count;
}

function renderControls(page: Page, { state }: RunView): TemplateResult {
  if (state === 'done')
    return renderActionButton(
      page,
      'Open Report',
      { type: 'openStep', step: 'report' },
      { icon: 'graph', isPrimary: true },
    );
  const isDisabled = state !== 'running' && state !== 'starting' && state !== 'paused';
  const first =
    state === 'paused'
      ? renderActionButton(
          page,
          'Continue',
          { type: 'resumeRun' },
          { icon: 'debug-continue', isPrimary: true, name: 'resume' },
        )
      : renderActionButton(
          page,
          'Pause',
          { type: 'pauseRun' },
          { icon: 'debug-pause', isDisabled, name: 'pause' },
        );
  return html`${first}
  ${renderActionButton(page, 'Stop and Keep…', { type: 'stopRun' }, { icon: 'save', isDisabled })}
  ${renderActionButton(page, 'Cancel…', { type: 'cancelRun' }, { icon: 'close', isDisabled: state === 'cancelling' })}`;
}
