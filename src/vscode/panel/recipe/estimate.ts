import { listLighterRecipes } from '../../../embed/memory/lighterRecipes';
import type { Recipe } from '../../../contract/recipe';
import type { EmbeddingPlan } from '../../../operations/describeCheckpoint';
import type { Estimate } from '../../../protocol/panel/recipe';
import type { RecipeEdit } from '../../../protocol/panel/requests';
import { formatCounted } from '../../../words/numbers';
import type { EarlierRun } from '../../runs/runHistory';
import type { Machine } from '../machine';
import { findKnowledge, type AskedRecipe, type Knowledge } from './knownRecipes';

export interface EstimateRequest extends AskedRecipe {
  readonly plan: EmbeddingPlan;
  readonly machine: Machine;
  readonly freeDiskBytes: number;
  readonly history: readonly EarlierRun[];
  readonly layerCount: number;
  /** The cost of other values. */
  readonly planOf: (changes: RecipeEdit['changes']) => EmbeddingPlan;
}

type Range = Estimate['seconds'];

/** Multiplications and additions per second of one thread, from bench/RESULTS.md for small models. */
const workOfThread = 6e10;
/** Starting, loading and writing, for any size. */
const startSeconds = 3;

/** What a run with these values will probably need. */
export function estimateRun(request: EstimateRequest): Estimate {
  const { plan, recipe, machine } = request;
  const seconds = estimateSeconds(request);
  const knowledge = findKnowledge(request, request.history);
  return {
    memoryBytes: plan.memoryBytes,
    leastMemoryBytes: plan.leastMemoryBytes,
    freeBytes: machine.freeBytes,
    seconds,
    secondsPerStep: (plan.stepWork / totalWork(plan, recipe)) * Math.max(0, seconds.likely - startSeconds),
    drift: knowledge.drift,
    diskBytes: plan.outputBytes + plan.stateBytes,
    freeDiskBytes: request.freeDiskBytes,
    survives: knowledge.survives,
    unknown: knowledge.unknown,
    fits: plan.leastMemoryBytes > machine.freeBytes ? findFits(request) : [],
    source: describeSource(request),
    driftSource: describeKnowledge(knowledge),
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

function findFits({ recipe, machine, layerCount, planOf }: EstimateRequest): Estimate['fits'] {
  return listLighterRecipes(recipe, layerCount)
    .map((choice) => ({ ...choice, memoryBytes: planOf(choice.changes).leastMemoryBytes }))
    .filter(({ memoryBytes }) => memoryBytes <= machine.freeBytes);
}

/** Where the figures that follow the edits come from. */
function describeSource({ history }: EstimateRequest): string {
  const time =
    history.length === 0
      ? 'Time from the size of this model and the speed of a typical processor'
      : `Time from ${formatCounted(history.length, 'earlier run')} on this machine`;
  return `${time}, memory from sizes alone. This is an estimate, not a promise.`;
}

/** Where the others come from; empty where nothing is known. */
function describeKnowledge({ drift, runs, survives, source }: Knowledge): string {
  const ofRuns = `Drift from ${formatCounted(runs, 'earlier run')} of this model with this recipe.`;
  const measured = `from ${source}; other models can differ.`;
  if (runs > 0) return survives.length === 0 ? ofRuns : `${ofRuns} The rest ${measured}`;
  return drift === null && survives.length === 0 ? '' : `Measured: ${measured}`;
}
