import { readTensor } from '../checkpoint/weights/tensorData';
import type { Watch } from '../contract/events';
import type { PreparedSequence } from '../train/sequences';
import type { Trainer } from '../train/trainer';
import { phases } from '../contract/phases';
import type { ProbeFindings } from '../contract/probeFindings';
import { openMarking, type Marking, type MarkingOptions } from './marking';
import type { Recipe } from '../contract/recipe';
import { startTrial, type FirstStep, type TryStep } from './trial';

/*
 * Rates and layers that suit one model ruin another: the same step of Adam moves the predictions of one a
 * hundred times as far as those of the next. So the first step of a run is tried beforehand, at several rates
 * and in several ranges of layers, and undone.
 */

/**
 * A full step takes the keys this share of the way to their margin, and moves ordinary predictions by no more
 * than this share of the drift budget. Where everything is trained, the many steps of a small model undo what
 * the first ones moved.
 */
const limits = { part: { way: 1 / 7, shift: 1 / 8 }, full: { way: 1 / 4, shift: 4 / 5 } };
/** A shift between these, in nats a token, is far above rounding but still grows with the square of the rate. */
const readableShift = [1e-5, 0.05] as const;
const mostTries = 4;
/** The first rate to try, as a share of the size of the weights. */
const firstTry = 2e-3;
/** Parts, from the top, of the largest range of trained layers that are tried. */
const triedParts = [1, 1 / 2, 1 / 4];
/**
 * The probe takes the largest range that gains this share of the best one's gain at the same drift: more
 * layers last longer.
 */
const nearlyBest = 0.85;

export interface ProbeResult {
  readonly findings: ProbeFindings;
  /** First and last layer to train. */
  readonly layers: Recipe['layers'];
}

interface ProbeOptions extends MarkingOptions {
  /** Ordinary text on which steps are judged. */
  readonly heldBack: readonly PreparedSequence[];
  /** Whether the recipe leaves a value open. */
  readonly isOpen: (value: 'layers' | 'learningRate') => boolean;
}

/** Opening with a first check, and a readable rate; then the layers and the rate, which count twice each. */
const trialStages = 6;

/**
 * Tries first steps and undoes them.
 * @throws UserError as Trainer.
 */
export async function probeSteps(options: ProbeOptions, watch: Watch): Promise<ProbeResult> {
  const marking = await openMarking(options);
  const { trainer } = marking;
  const report = followStages(trainer, watch);
  try {
    const trial = await startTrial(marking, options.heldBack);
    report(1);
    const { recipe } = options;
    const weightScale = rootMeanSquare(trainer.states.map(({ values }) => values));
    const rate = await findReadableRate(
      (learningRate) => trial.step(learningRate, firstLayerOf(recipe, recipe.layers)),
      firstTry * weightScale,
    );
    report(2);
    const layers = options.isOpen('layers') ? await chooseLayers(trial.step, rate, recipe) : recipe.layers;
    report(4);
    const tryRate = (tried: number): Promise<FirstStep> => trial.step(tried, firstLayerOf(recipe, layers));
    const { way, shift } = limits[recipe.trained === 'full' ? 'full' : 'part'];
    const chosen = options.isOpen('learningRate')
      ? await chooseRate(tryRate, rate, {
          way: way * Math.max(1, targetMargin(marking, recipe) - trial.margin),
          shift: shift * recipe.driftBudget,
        })
      : { learningRate: recipe.learningRate, step: await tryRate(recipe.learningRate) };
    report(trialStages);
    return {
      layers,
      findings: {
        learningRate: chosen.learningRate,
        stateShift: chosen.step.stateShift,
        predictionShift: chosen.step.divergence,
        weightScale,
        normScale: await measureNorms(options),
        entropy: trial.entropy,
      },
    };
  } finally {
    await trainer.close();
  }
}

/** Nobody counts the passes of a stage, so each pass brings the share done nearer to the whole. */
function followStages(trainer: Trainer, watch: Watch): (done: number) => void {
  const partOfPass = 1 / 8;
  let [stage, left] = [0, 1];
  const report = (): void =>
    watch.report({
      type: 'phase',
      phase: phases.tryingSteps,
      done: stage,
      total: trialStages,
      part: 1 - left,
    });
  trainer.onPulse = () => {
    left *= 1 - partOfPass;
    report();
  };
  report();
  return (done) => {
    [stage, left] = [done, 1];
    report();
  };
}

type TryRate = (learningRate: number) => Promise<FirstStep>;

/** A rate whose step is distinguishable from rounding and small enough to calculate with. */
async function findReadableRate(tryRate: TryRate, start: number): Promise<number> {
  const [least, most] = readableShift;
  const aim = Math.sqrt(least * most);
  let rate = start;
  for (let tries = 0; tries < mostTries; tries++) {
    const { divergence } = await tryRate(rate);
    if (divergence >= least && divergence <= most) break;
    // A result that is not a number means far too high a rate; a zero, far too low.
    const factor = Number.isFinite(divergence) ? Math.sqrt(aim / Math.max(divergence, 1e-12)) : 0;
    rate *= Math.min(100, Math.max(0.01, factor));
  }
  return rate;
}

async function chooseLayers(tryStep: TryStep, rate: number, recipe: Recipe): Promise<Recipe['layers']> {
  const [first, last] = recipe.layers;
  if (recipe.trained === 'full') return recipe.layers;
  const count = last - first + 1;
  const starts = [...new Set(triedParts.map((part) => last + 1 - Math.max(1, Math.round(part * count))))];
  const gains: number[] = [];
  // At the same drift: the gain of a step grows with its rate, and drift with the square of the rate.
  for (const start of starts) {
    const { gain, divergence } = await tryStep(rate, start);
    gains.push(gain / Math.sqrt(divergence));
  }
  const best = Math.max(...gains);
  const chosen = starts.find((_, i) => gains[i]! >= nearlyBest * best) ?? first;
  return [chosen, last];
}

/** A rate this near the best one is accepted. */
const nearEnough = 0.1;

/** The rate whose step gains `way`, or the highest that moves predictions by no more than `shift`; with its step. */
async function chooseRate(
  tryRate: TryRate,
  start: number,
  { way, shift }: { way: number; shift: number },
): Promise<{ learningRate: number; step: FirstStep }> {
  let learningRate = start;
  for (let tries = 1; ; tries++) {
    const step = await tryRate(learningRate);
    const fitting = step.gain > 0 ? way / step.gain : Infinity;
    const factor = Math.min(fitting, Math.sqrt(shift / step.divergence));
    if (tries === mostTries || Math.abs(factor - 1) <= nearEnough) return { learningRate, step };
    learningRate = Number((factor * learningRate).toPrecision(2));
  }
}

/** Where everything is trained, layers do not matter. */
function firstLayerOf({ trained }: Recipe, [first]: Recipe['layers']): number {
  return trained === 'full' ? 0 : first;
}

function targetMargin({ keys }: Marking, { keyLoss }: Recipe): number {
  // Cross-entropy has no target of its own; at a few nats of margin it is nearly zero.
  return keyLoss === 'margin' ? keys.meanFloor : 5;
}

async function measureNorms({ model }: MarkingOptions): Promise<number> {
  const norms = model.parameters.filter(({ role }) => role === 'norm');
  return rootMeanSquare(await Promise.all(norms.map(({ name }) => readTensor(model.tensors.get(name)!))));
}

function rootMeanSquare(arrays: readonly Float32Array[]): number {
  let sum = 0;
  let count = 0;
  for (const values of arrays) {
    for (const value of values) sum += value * value;
    count += values.length;
  }
  return count === 0 ? 0 : Math.sqrt(sum / count);
}
