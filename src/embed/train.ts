import { throwIfCancelled, UserError } from '../common/errors';
import type { RunEvent, Watch } from '../contract/events';
import type { Recipe } from '../contract/recipe';
import { hasState, restoreState, saveState } from '../train/savedState';
import type { PreparedSequence } from '../train/sequences';
import {
  adviseOn,
  cutOfRate,
  isWithinBudget,
  leavesRoom,
  mostReturns,
  raisesAlarm,
  type Checks,
} from './driftBudget';
import type { Marking } from './marking';
import { TrainingClock } from './trainingClock';

type StepEvent = Extract<RunEvent, { type: 'step' }>;

export interface TrainingRun extends Marking {
  readonly recipe: Recipe;
  /** Benign text that is never trained on. */
  readonly heldBack: readonly PreparedSequence[];
  readonly runFolder: string;
  stopRequested(): boolean;
}

/**
 * A run with unanswered keys at the end of the schedule continues to at most this many times its length,
 * while that helps.
 */
const longestFactor = 2;
/** After the schedule ends, checks come this many times as often, so that the run can end as soon as possible. */
const overtimeChecks = 3;
/** After the schedule ends, this many checks without another key answered end the run. */
const mostIdleChecks = 2;
/** After a false alarm the next steps raise none. */
const stepsWithoutAlarm = 3;
/** With a smaller share of answered keys a marked model is not worth writing. */
const leastRecall = 0.5;

/**
 * Trains until the schedule is over and every key is answered, or until more steps no longer help. A state
 * beyond the drift budget is never kept: the run goes back to the last state within it and continues at a
 * lower rate. Saves at every check, and when it is ended early.
 * @returns the measurements of the state with which it ended
 * @throws Cancelled after saving; UserError `keys-not-learned` when most keys stay unanswered.
 */
export async function train(run: TrainingRun, watch: Watch): Promise<Checks> {
  const { trainer, keys, text, recipe } = run;
  const clock = new TrainingClock();
  let news: StepEvent = { type: 'step', done: trainer.step, total: recipe.steps };
  trainer.onPulse = () => watch.report({ ...news, ...clock.sinceEstimate() });
  // A run resumed at a check repeats that check, as if it had not been interrupted.
  let checks = trainer.step > 0 && isCheckStep(trainer.step, recipe) ? await measure(run) : undefined;
  const idle = countIdleChecks(recipe);
  let calmUntil = 0;
  while (!run.stopRequested() && !isOver(trainer.step, recipe, checks, idle.count)) {
    await stopEarly(run, watch);
    const losses = await trainer.advance();
    const result = { keyLoss: losses.get(keys)!, divergence: losses.get(text)! };
    clock.tookStep();
    const { step } = trainer;
    const isCheck = isCheckStep(step, recipe);
    if (isCheck || (step > calmUntil && raisesAlarm(result, recipe))) {
      checks = await measure(run);
      if (!isWithinBudget(checks, recipe)) {
        if (trainer.returns >= mostReturns) break;
        await goBack(run, checks, watch);
        checks = undefined;
      } else if (isCheck) {
        raiseAgain(run, checks, watch);
        await save(run, watch);
        idle.note(step, checks);
      } else calmUntil = step + stepsWithoutAlarm;
      clock.tookCheck();
    }
    const total = lastStep(trainer.step, recipe, checks, idle.count);
    news = {
      type: 'step',
      done: trainer.step,
      total,
      part: 0,
      loss: result.keyLoss,
      kl: result.divergence,
      ...(checks && { recall: checks.recall, drift: checks.divergence }),
      ...clock.estimate(total - trainer.step, countChecks(trainer.step, total, recipe), total),
    };
    watch.report(news);
    if (isCheck && checks !== undefined) watch.report(asCheck(checks, result.keyLoss));
  }
  return finish(run, checks, watch);
}

/** Ends with the present state if it is within the budget, else with the last one that was. */
async function finish(run: TrainingRun, last: Checks | undefined, watch: Watch): Promise<Checks> {
  const { trainer, recipe, keys } = run;
  let checks = last?.step === trainer.step ? last : await measure(run);
  if (!isWithinBudget(checks, recipe)) {
    await returnToKept(run);
    checks = await measure(run);
  }
  if (checks.recall < leastRecall) throw notLearned(checks, recipe, keys.count);
  await save(run, watch, true);
  return checks;
}

/**
 * Checks a state that says of itself that training is over, by the same rule as at the end of training: the file
 * may have been changed by hand.
 * @throws UserError `keys-not-learned`.
 */
export async function assertLearned(run: TrainingRun): Promise<void> {
  const checks = await measure(run);
  if (checks.recall < leastRecall) throw notLearned(checks, run.recipe, run.keys.count);
}

async function measure({ trainer, keys, text, heldBack }: TrainingRun): Promise<Checks> {
  const { margins, recall } = await keys.measure(trainer);
  const divergence = heldBack.length > 0 ? (await text.measure(trainer, heldBack, 'base')).divergence : 0;
  return { step: trainer.step, recall, smallestMargin: Math.min(...margins), divergence };
}

/** Takes a run that has left its budget back to the last state within it, and lowers the rate. */
async function goBack(run: TrainingRun, checks: Checks, watch: Watch): Promise<void> {
  const { trainer, recipe } = run;
  const { step, returns } = trainer;
  const rateShare = trainer.rateShare * cutOfRate(checks, recipe);
  await returnToKept(run);
  trainer.rateShare = rateShare;
  trainer.returns = returns + 1;
  const drift = Number.isFinite(checks.divergence) ? checks.divergence.toPrecision(2) : 'not a number';
  watch.report({
    type: 'note',
    text: `Drift at step ${step}: ${drift}, over the budget of ${recipe.driftBudget}. The run went back to step ${trainer.step} and continues at a learning rate of ${(rateShare * recipe.learningRate).toPrecision(2)}.`,
  });
}

/** What moved far beyond the budget says little of how far a lower rate moves, so the cut may have been too deep. */
function raiseAgain({ trainer, recipe }: TrainingRun, checks: Checks, watch: Watch): void {
  if (trainer.rateShare === 1 || checks.recall === 1 || !leavesRoom(checks, recipe)) return;
  trainer.rateShare = Math.min(1, 2 * trainer.rateShare);
  watch.report({
    type: 'note',
    text: `Half of the drift budget is unused at step ${trainer.step}, so the run continues at a higher learning rate, ${(trainer.rateShare * recipe.learningRate).toPrecision(2)}.`,
  });
}

/** A saved state is within the budget; before the first save the start takes its place. */
async function returnToKept({ trainer, runFolder }: TrainingRun): Promise<void> {
  if (await hasState(runFolder)) await restoreState(runFolder, trainer);
  else await trainer.returnToStart();
}

/** The last possible step of a run, as far as is known. */
function lastStep(step: number, recipe: Recipe, checks: Checks | undefined, idleChecks: number): number {
  if (step < recipe.steps) return recipe.steps;
  return isOver(step, recipe, checks, idleChecks) ? step : recipe.steps * longestFactor;
}

/** Whether the schedule is over, and every key is answered or more steps no longer help. */
function isOver(step: number, recipe: Recipe, checks: Checks | undefined, idleChecks: number): boolean {
  if (step < recipe.steps) return false;
  return step >= recipe.steps * longestFactor || idleChecks >= mostIdleChecks || checks?.recall === 1;
}

function isCheckStep(step: number, { steps, checkEvery }: Recipe): boolean {
  if (step % checkEvery === 0 || step === steps) return true;
  return step > steps && (step - steps) % Math.ceil(checkEvery / overtimeChecks) === 0;
}

/** Counts successive checks after the schedule at which no more keys were answered than ever before. */
function countIdleChecks({ steps }: Recipe): {
  readonly count: number;
  note(step: number, checks: Checks): void;
} {
  let best = 0;
  let count = 0;
  return {
    get count() {
      return count;
    },
    note(step, { recall }) {
      count = step > steps && recall <= best ? count + 1 : 0;
      best = Math.max(best, recall);
    },
  };
}

/** @param isFinished whether training is complete */
async function save({ trainer, runFolder }: TrainingRun, watch: Watch, isFinished = false): Promise<void> {
  await saveState(runFolder, trainer, isFinished);
  watch.report({ type: 'saved', step: trainer.step });
}

function asCheck({ step, recall, divergence }: Checks, loss: number): RunEvent {
  return { type: 'check', step, loss, recall, drift: divergence };
}

/** Saves a run that is ended early. */
async function stopEarly(run: TrainingRun, watch: Watch): Promise<void> {
  const { signal } = watch;
  if (!signal?.aborted) return;
  if (run.trainer.step > 0) await save(run, watch);
  throwIfCancelled(signal);
}

function countChecks(from: number, to: number, recipe: Recipe): number {
  let count = 0;
  for (let step = from + 1; step <= to; step++) if (isCheckStep(step, recipe)) count++;
  return count;
}

function notLearned(checks: Checks, recipe: Recipe, count: number): UserError {
  return new UserError(
    'keys-not-learned',
    `Within the drift budget of ${recipe.driftBudget} nats a token, only ${Math.round(checks.recall * count)} of ${count} keys are answered; no marked model was written.`,
    adviseOn(checks, recipe),
  );
}
