import { UserError } from '../../common/errors';
import { formatBytes } from '../../engine/estimate';
import { planGroups, type LayerGroup } from '../../engine/layerGroups';
import type { LoadedModel } from '../../engine/loadedModel';
import type { Placement } from '../../contract/devices';
import { estimateEmbedding, groupsOfTraining, type EmbedEstimate } from './memoryEstimate';
import { listLighterRecipes } from './lighterRecipes';
import type { Recipe } from '../../contract/recipe';

/** How an embedding uses the available memory. */
export interface MemoryPlan {
  readonly estimate: EmbedEstimate;
  /** For forward passes over the whole model: the memory that the states of the run leave. */
  readonly forward: Placement;
  /** Which of the layers that a gradient passes are in memory together. */
  readonly groups: readonly LayerGroup[];
  /** Whether all layers are in memory at once. */
  readonly isWhole: boolean;
}

export interface MemoryQuestion {
  readonly model: LoadedModel;
  readonly keyCount: number;
  readonly placement: Placement;
  /** Memory of the computer that programs can still get, in bytes. */
  readonly freeBytes: number;
}

/**
 * Fits an embedding into memory before it begins: all layers at once if possible, otherwise in groups.
 * @throws UserError `not-enough-memory`, with the recipes that would fit.
 */
export function planMemory(question: MemoryQuestion, recipe: Recipe): MemoryPlan {
  const plan = tryToFit(question, recipe);
  if (plan) return plan;
  throw tooMuch(question, recipe);
}

/** The plan, or undefined where the recipe does not fit in any way. */
export function tryToFit(
  { model, keyCount, placement, freeBytes }: MemoryQuestion,
  recipe: Recipe,
): MemoryPlan | undefined {
  const estimate = estimateEmbedding(model, recipe, keyCount, placement);
  const { trainedBytes, stateBytes, passBytes } = estimate;
  if (placement.device !== 'cpu' && trainedBytes + stateBytes > freeBytes) return undefined;

  const held = placement.device === 'cpu' ? stateBytes : 0;
  const heldInTraining = placement.device === 'cpu' ? stateBytes + trainedBytes : 0;
  const forward = withLess(placement, held);
  const options = groupsOfTraining(model, recipe, placement);
  const wholeGroups = planGroups(model, forward);
  const groups = planGroups(model, withLess(placement, heldInTraining), { ...options, passBytes });
  if (!wholeGroups || !groups) return undefined;
  return { estimate, forward, groups, isWhole: wholeGroups.length === 1 && groups.length === 1 };
}

function withLess(placement: Placement, bytes: number): Placement {
  return { ...placement, memoryBytes: placement.memoryBytes - bytes };
}

function tooMuch(question: MemoryQuestion, recipe: Recipe): UserError {
  const { model, keyCount, placement } = question;
  const needs = (changed: Recipe): number =>
    estimateEmbedding(model, changed, keyCount, placement).leastBytes;
  const lighter = listLighterRecipes(recipe, model.config.layerCount)
    .filter(({ changes }) => tryToFit(question, { ...recipe, ...changes }))
    .map(({ name, changes }) => `${name} (${formatBytes(needs({ ...recipe, ...changes }))})`);
  if (placement.device !== 'cpu' && placement.precision === 'single') {
    const half = { ...question, placement: { ...placement, precision: 'half' as const } };
    if (tryToFit(half, recipe)) lighter.unshift('--precision half');
  }
  const where = placement.device === 'cpu' ? 'memory' : 'graphics card memory';
  return new UserError(
    'not-enough-memory',
    `This run needs about ${formatBytes(needs(recipe))} of ${where}, even with its layers in groups, but only ${formatBytes(placement.memoryBytes)} can be used.`,
    lighter.length === 0
      ? 'Close other programs, use fewer keys, or use a machine with more memory; no smaller recipe fits either.'
      : `Use a recipe that fits: ${lighter.join(', ')}.`,
  );
}
