import { html, nothing, type TemplateResult } from 'lit-html';
import { formatDuration } from '../../../src/words/figures';
import type { Problem } from '../../../src/protocol/panel/parts';
import type { RunView } from '../../../src/protocol/panel/run';
import { runActionLooks, type RunAction } from '../../../src/protocol/runActions';
import { formatCount } from '../../../src/words/numbers';
import { renderActionButton } from '../../parts/buttons';
import { renderIcon } from '../../parts/icons';
import { renderNote, renderProblemNote } from '../../parts/notes';
import type { Page } from '../../page';
import { capitalise } from '../../words';
import { isAlive, runLooks } from './words';

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
    html`${renderOffered(page, run, ['resume', 'stop'])} ${run.steps > 0 ? renderEdit(page) : nothing}
    ${renderActionButton(page, 'Show Log', { type: 'openLog' })} ${renderOffered(page, run, ['discard'])}`,
  );
}

function renderInterruption(page: Page, run: RunView): TemplateResult {
  return renderNote({
    kind: 'warning',
    icon: 'history',
    title: 'Found a run that was interrupted',
    body: html`<p class="lead num">
      ${run.problem === null ? 'Its process has ended.' : `${run.problem.message} ${run.problem.next}`} A
      resumed run ends with the same bytes as one that was never interrupted.
    </p>`,
    actions: renderOffered(page, run),
  });
}

function renderCancellation(page: Page, run: RunView): TemplateResult {
  const canResume = run.actions.includes('resume');
  return renderNote({
    kind: 'info',
    icon: 'circle-slash',
    title: 'The run was cancelled',
    body: html`<p class="lead">
      ${canResume ? 'Its last save is still there: you can resume the run from it.' : 'Your model folder was not touched.'}
    </p>`,
    actions: html`${renderOffered(page, run, ['resume', 'stop'])} ${renderEdit(page)}
    ${renderOffered(page, run, ['discard'])}`,
  });
}

function renderEdit(page: Page): TemplateResult {
  return renderActionButton(page, 'Edit Recipe', { type: 'openStep', step: 'recipe' });
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

/** The buttons of the actions that the run offers, of all or of these. */
function renderOffered(
  page: Page,
  run: RunView,
  among: readonly RunAction[] = run.actions,
): TemplateResult[] {
  return run.actions
    .filter((action) => among.includes(action))
    .map((action) => renderRunAction(page, run, action));
}

function renderRunAction(page: Page, run: RunView, action: RunAction): TemplateResult {
  const { title, icon } = runActionLooks[action];
  const isFromSave = action === 'resume' || (action === 'stop' && !isAlive(run.state));
  const words =
    action === 'resume' && run.savedStep !== null ? `Resume from Step ${formatCount(run.savedStep)}` : title;
  return renderActionButton(
    page,
    words,
    { type: requestOf[action] },
    {
      icon,
      isPrimary: action === 'resume',
      isDisabled: !run.actions.includes(action) || (isFromSave && !page.snapshot.isTrusted),
      name: action,
    },
  );
}

const requestOf = {
  pause: 'pauseRun',
  resume: 'resumeRun',
  stop: 'stopRun',
  cancel: 'cancelRun',
  discard: 'discardRun',
} as const;

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
function nameOfWork({ state, stage, isLoadingAgain }: RunView): string {
  if (isLoadingAgain && state !== 'cancelling') return 'Loading again';
  return state === 'running' && stage ? capitalise(stage.phase) : runLooks[state].word;
}

function describeWork(run: RunView): string {
  const { state, stage } = run;
  if (run.isLoadingAgain && state !== 'cancelling') return describeLoading(run);
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

/** A resumed run prepares what it had prepared before, and then continues at its last save. */
function describeLoading(run: RunView): string {
  const count = describeStage(run);
  const phase =
    run.stage === null ? '' : `${run.stage.phase.toLowerCase()}${count === '' ? '' : ` ${count}`}`;
  const then = run.state === 'stopping' ? 'then the copy is written and checked' : '';
  return [phase, then].filter((words) => words !== '').join('; ');
}

function describeStage({ stage, steps }: RunView): string {
  if (stage?.done == null) return '';
  const count =
    stage.total === null
      ? formatCount(stage.done)
      : `${formatCount(stage.done)} of ${formatCount(stage.total)}`;
  return stage.total === steps ? `step ${count}` : count;
}

/** While a process works, its buttons stay where they are; those that do nothing now are off. */
function renderControls(page: Page, run: RunView): TemplateResult | TemplateResult[] {
  if (run.state === 'done')
    return html`${renderActionButton(
      page,
      'Open Report',
      { type: 'openStep', step: 'report' },
      { icon: 'graph', isPrimary: true },
    )}
    ${renderOffered(page, run, ['resume'])}`;
  const shown: readonly RunAction[] = isAlive(run.state) ? ['pause', 'stop', 'cancel'] : run.actions;
  return shown.map((action) => renderRunAction(page, run, action));
}
