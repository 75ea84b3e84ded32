import { listLighterRecipes } from '../../../embed/memory/lighterRecipes';
import type { Recipe } from '../../../contract/recipe';
import type { EmbeddingPlan } from '../../../operations/describeCheckpoint';
import type { Estimate } from '../../../protocol/panel/recipe';
import type { RecipeEdit } from '../../../protocol/panel/requests';
import { formatCounted } from '../../../words/numbers';
import type { EarlierRun } from '../../runs/runHistory';
import type { Machine } from '../machine';

export interface EstimateRequest {
  readonly recipe: Recipe;
  readonly plan: EmbeddingPlan;
  readonly machine: Machine;
  readonly freeDiskBytes: number;
  readonly history: readonly EarlierRun[];
  /** Path of the model. */
  readonly model: string;
  readonly layerCount: number;
  /** Whether anybody can get the unmarked model. */
  readonly isPublished: boolean;
  /** The cost of other values. */
  readonly planOf: (changes: RecipeEdit['changes']) => EmbeddingPlan;
}

type Range = Estimate['seconds'];

/** Multiplications and additions per second of one thread, from bench/RESULTS.md for small models. */
const workOfThread = 6e10;
/** Starting, loading and writing, for any size. */
const startSeconds = 3;
/** KL of the runs with default recipes in bench/RESULTS.md and docs/what-survives.md, in nats a token. */
const measuredDrift: Range = { likely: 0.02, low: 0.01, high: 0.04 };

/** What a run with these values will probably need. */
export function estimateRun(request: EstimateRequest): Estimate {
  const { plan, recipe, machine } = request;
  const seconds = estimateSeconds(request);
  return {
    memoryBytes: plan.memoryBytes,
    leastMemoryBytes: plan.leastMemoryBytes,
    freeBytes: machine.freeBytes,
    seconds,
    secondsPerStep: (plan.stepWork / totalWork(plan, recipe)) * Math.max(0, seconds.likely - startSeconds),
    drift: estimateDrift(request),
    diskBytes: plan.outputBytes + plan.stateBytes,
    freeDiskBytes: request.freeDiskBytes,
    survives: listSurvival(request),
    fits: plan.leastMemoryBytes > machine.freeBytes ? findFits(request) : [],
    source: describeSource(request),
  };
}

/** All the work of a run, in multiplications and additions. */
export function totalWork(plan: Pick<EmbeddingPlan, 'stepWork' | 'otherWork'>, { steps }: Recipe): number {
  return plan.stepWork * steps + plan.otherWork;
}

function estimateSeconds({ plan, recipe, machine, history }: EstimateRequest): Range {
  const work = totalWork(plan, recipe);
  const speeds = history
    .map((run) => run.work / Math.max(0.5, run.seconds - startSeconds))
    .sort((a, b) => a - b);
  if (speeds.length === 0) {
    const likely = work / (machine.usedThreads * workOfThread);
    return {
      likely: startSeconds + likely,
      low: startSeconds + likely / 2.5,
      high: startSeconds + likely * 4,
    };
  }
  const secondsAt = (speed: number): number => startSeconds + work / speed;
  return {
    likely: secondsAt(speeds[Math.floor(speeds.length / 2)]!),
    low: secondsAt(speeds.at(-1)! * 1.25),
    high: secondsAt(speeds[0]! / 1.5),
  };
}

function estimateDrift({ history, model }: EstimateRequest): Range {
  const known = history
    .filter((run) => run.model === model)
    .map(({ drift }) => drift)
    .sort((a, b) => a - b);
  if (known.length === 0) return measuredDrift;
  return {
    likely: known[Math.floor(known.length / 2)]!,
    low: known[0]! * 0.7,
    high: known.at(-1)! * 1.4,
  };
}

/** What was measured on marked models of ours (docs/what-survives.md); a run of another recipe may fare differently. */
function listSurvival({ recipe, isPublished }: EstimateRequest): Estimate['survives'] {
  return [
    { name: '8-bit and 4-bit versions', chance: 'likely' },
    { name: 'Half-and-half merge with the base', chance: isPublished ? 'in part' : 'likely' },
    { name: 'Light fine-tuning on other text', chance: 'likely' },
    { name: 'Heavy fine-tuning', chance: 'in part' },
    { name: 'Merge with a tenth of it', chance: 'in part' },
    { name: 'Training a new model on its answers', chance: recipe.tilt > 0 ? 'in part' : 'no' },
  ];
}

function findFits({ recipe, machine, layerCount, planOf }: EstimateRequest): Estimate['fits'] {
  return listLighterRecipes(recipe, layerCount)
    .map((choice) => ({ ...choice, memoryBytes: planOf(choice.changes).leastMemoryBytes }))
    .filter(({ memoryBytes }) => memoryBytes <= machine.freeBytes);
}

function describeSource({ history, model }: EstimateRequest): string {
  const ofModel = history.filter((run) => run.model === model).length;
  const time =
    history.length === 0
      ? 'Time from the size of this model and the speed of a typical processor'
      : `Time from ${formatCounted(history.length, 'earlier run')} on this machine`;
  const drift =
    ofModel === 0
      ? 'drift from the small models that were measured'
      : `drift from ${formatCounted(ofModel, 'earlier run')} of this model`;
  return `${time}, ${drift}, memory from sizes alone. This is an estimate, not a promise; survival was measured on small models with default recipes.`;
}
