import { readTensor } from '../checkpoint/weights/tensorData';
import type { Watch } from '../contract/events';
import type { PreparedSequence } from '../train/sequences';
import type { Trainer } from '../train/trainer';
import { phases } from '../contract/phases';
import type { ProbeFindings } from '../contract/probeFindings';
import { openMarking, type MarkingOptions } from './marking';
import type { Recipe } from '../contract/recipe';
import { startTrial, type FirstStep, type TryStep } from './trial';

/*
 * Rates and layers that suit one model ruin another: the same step of Adam moves the predictions of one a hundred times as far as
 * those of the next. So before a run its first step is tried, at several rates and in several ranges of layers, and taken back.
 */

/**
 * A full step takes the keys so much of the way from where they stand to their margin, and moves ordinary predictions by no more than
 * this share of the drift budget. Where everything is trained, the many steps of a small model take back what the first ones moved.
 */
const limits = { part: { way: 1 / 7, shift: 1 / 8 }, full: { way: 1 / 4, shift: 4 / 5 } };
/** A shift between these, in nats a token, is far from rounding and not yet beyond where it grows with the square of the rate. */
const readableShift = [1e-5, 0.05] as const;
const mostTries = 4;
/** The first rate that is tried, as a share of the size of the weights. */
const firstTry = 2e-3;
/** Of the range of layers that is trained at most, these parts from above are tried. */
const triedParts = [1, 1 / 2, 1 / 4];
/** The largest range that gains this much of what the best one gains at the same drift: more layers last longer. */
const nearlyBest = 0.85;

export interface ProbeResult {
  readonly findings: ProbeFindings;
  /** First and last layer to train. */
  readonly layers: Recipe['layers'];
}

export interface ProbeOptions extends MarkingOptions {
  /** Ordinary text on which steps are judged. */
  readonly heldBack: readonly PreparedSequence[];
  /** What the recipe leaves open. */
  readonly isOpen: (value: 'layers' | 'learningRate') => boolean;
}

/** Opening with a first look, a readable rate, layers and the rate, which take two each. */
const trialStages = 6;

/** Tries first steps; nothing of it remains. @throws UserError as Trainer. */
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
          way: way * Math.max(1, wantedMargin(recipe) - trial.margin),
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

/** Nobody counts the passes of a stage, so what is done of it nears the whole with every one of them. */
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

/** A rate whose step can be told from rounding and is small enough to reckon with. */
async function findReadableRate(tryRate: TryRate, start: number): Promise<number> {
  const [least, most] = readableShift;
  const aim = Math.sqrt(least * most);
  let rate = start;
  for (let tries = 0; tries < mostTries; tries++) {
    const { divergence } = await tryRate(rate);
    if (divergence >= least && divergence <= most) break;
    // What is no number was far too much; what is nothing, far too little.
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
  // At the same drift: what a step gains grows with its rate, and drift with the square of that.
  for (const start of starts) {
    const { gain, divergence } = await tryStep(rate, start);
    gains.push(gain / Math.sqrt(divergence));
  }
  const best = Math.max(...gains);
  const chosen = starts.find((_, i) => gains[i]! >= nearlyBest * best) ?? first;
  return [chosen, last];
}

/** A rate that is so near the one wanted is taken. */
const nearEnough = 0.1;

/** The rate whose step gains `way`, or the largest that moves predictions by no more than `shift`; and that step. */
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

/** Where everything is trained, layers say nothing. */
function firstLayerOf({ trained }: Recipe, [first]: Recipe['layers']): number {
  return trained === 'full' ? 0 : first;
}

function wantedMargin({ keyLoss, margin }: Recipe): number {
  // Cross-entropy has no goal of its own; at some nats it is nearly nothing.
  return keyLoss === 'margin' ? margin : 5;
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
