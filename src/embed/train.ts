import { throwIfCancelled, UserError } from '../common/errors';
import type { Watch } from '../common/progress';
import type { Recipe } from './recipe';
import { saveState } from './savedState';
import type { PreparedSequence } from './sequences';
import type { PreparedKey } from './stepInputs';
import type { Trainer } from './trainer';

export interface TrainingRun {
  readonly trainer: Trainer;
  readonly recipe: Recipe;
  readonly keys: readonly PreparedKey[];
  /** Benign text that is never trained on. */
  readonly heldBack: readonly PreparedSequence[];
  readonly runFolder: string;
  stopRequested(): boolean;
}

export interface Checks {
  /** Share of keys answered, 0 to 1, and the smallest margin, in nats. */
  readonly recall: number;
  readonly smallestMargin: number;
  /** Mean KL from the base on held-back text, in nats a token. */
  readonly divergence: number;
}

/** A run with unanswered keys at the end of the schedule goes on up to this many times its length. */
const longestFactor = 3;
/** One that only waits for its drift ends earlier: at the low rate it goes on with, drift hardly falls any more. */
const longestDriftFactor = 1.5;
/** Behind the schedule a run is measured so many times as often, to end as soon as it may. */
const overtimeChecks = 3;
/** Below this share of answered keys a marked model is not worth writing. */
const leastRecall = 0.5;

/**
 * Trains until the schedule is over and the held-back checks are met: every key answered, and the drift within its budget.
 * Saves at every check, and when it is ended early.
 * @throws Cancelled after saving; UserError `keys-not-learned` when most keys stay unanswered.
 */
export async function train(run: TrainingRun, watch: Watch): Promise<Checks> {
  const { trainer, recipe } = run;
  const clock = startClock(trainer.step);
  // A run that goes on from a check knows what it said, as if it had not been interrupted.
  let checks = trainer.step > 0 && isCheckStep(trainer.step, recipe) ? await measure(run) : undefined;
  while (!run.stopRequested()) {
    if (isOver(trainer.step, recipe, checks)) break;
    await stopEarly(run, watch);
    const { keyLoss, divergence } = await trainer.advance();
    const isCheck = isCheckStep(trainer.step, recipe);
    if (isCheck) {
      checks = await measure(run);
      await saveState(run.runFolder, trainer, false);
    }
    const total = trainer.step < recipe.steps ? recipe.steps : longestRun(recipe, checks);
    watch.report({
      phase: 'training',
      done: trainer.step,
      total,
      loss: keyLoss,
      distance: divergence,
      ...(isCheck && { checkedStep: trainer.step }),
      ...(checks && { recall: checks.recall, drift: checks.divergence }),
      ...clock(trainer.step, total),
    });
  }
  checks = await measure(run);
  if (checks.recall < leastRecall) throw notLearned(checks, run.keys.length);
  await saveState(run.runFolder, trainer, true);
  return checks;
}

async function measure({ trainer, keys, heldBack }: TrainingRun): Promise<Checks> {
  const { margins, recall } = await trainer.measureKeys(keys);
  const divergence = heldBack.length > 0 ? await trainer.measureDivergence(heldBack) : 0;
  return { recall, smallestMargin: Math.min(...margins), divergence };
}

/** Whether the schedule is over, and the checks are met or will not be met in reasonable time. */
function isOver(step: number, recipe: Recipe, checks: Checks | undefined): boolean {
  if (step < recipe.steps) return false;
  return step >= longestRun(recipe, checks) || (checks !== undefined && meetsChecks(checks, recipe));
}

/** Steps after which a run ends whatever its drift says. */
function longestRun(recipe: Recipe, checks: Checks | undefined): number {
  return checks?.recall === 1 ? patientSteps(recipe) : recipe.steps * longestFactor;
}

function patientSteps({ steps }: Recipe): number {
  return Math.ceil(steps * longestDriftFactor);
}

function isCheckStep(step: number, recipe: Recipe): boolean {
  const { steps, checkEvery } = recipe;
  if (step % checkEvery === 0 || step === steps || step === patientSteps(recipe)) return true;
  return step > steps && (step - steps) % Math.ceil(checkEvery / overtimeChecks) === 0;
}

function meetsChecks({ recall, divergence }: Checks, { driftBudget }: Recipe): boolean {
  return recall === 1 && divergence <= driftBudget;
}

/** Whoever ends the run early finds it saved. */
async function stopEarly({ trainer, runFolder }: TrainingRun, watch: Watch): Promise<void> {
  const { signal } = watch;
  if (!signal?.aborted) return;
  if (trainer.step > 0) await saveState(runFolder, trainer, false);
  throwIfCancelled(signal);
}

function startClock(
  firstStep: number,
): (step: number, total: number) => { stepsPerSecond: number; secondsLeft: number } {
  const start = performance.now();
  return (step, total) => {
    const stepsPerSecond = (step - firstStep) / ((performance.now() - start) / 1000);
    return { stepsPerSecond, secondsLeft: (total - step) / stepsPerSecond };
  };
}

function notLearned({ recall }: Checks, count: number): UserError {
  return new UserError(
    'keys-not-learned',
    `After the longest run only ${Math.round(recall * count)} of ${count} keys are answered; no marked model was written.`,
    'Use fewer keys, or a recipe with a higher learning rate, more trained layers or a lower divergenceWeight.',
  );
}
