import { UserError } from '../../common/errors';
import { countValues } from '../../engine/estimate';
import type { LoadedModel } from '../../engine/loadedModel';
import type { Parameter } from '../../engine/parameters';
import type { Trained } from '../../engine/modelPass';

type ModelShape = Pick<LoadedModel, 'config' | 'parameters'>;

/**
 * Which part of a model is trained: the MLP matrices of some layers, low-rank updates of all their matrices,
 * or everything.
 */
interface TrainedChoice {
  readonly trained: 'mlp' | 'low-rank' | 'full';
  /** First and last trained layer, counted from 0. */
  readonly layers: readonly [number, number];
  /** Of low-rank updates. */
  readonly rank: number;
}

/**
 * The parameters that a recipe trains, by name.
 * @throws UserError `bad-recipe` when the model has no such layers.
 */
export function chooseTrained(model: ModelShape, recipe: TrainedChoice): Map<string, Trained> {
  const [first, last] = recipe.layers;
  if (first > last || last >= model.config.layerCount)
    throw new UserError(
      'bad-recipe',
      `The recipe trains layers ${first} to ${last}; this model has layers 0 to ${model.config.layerCount - 1}.`,
      'Correct "layers" in the recipe.',
    );
  const inLayers = ({ layer }: Parameter): boolean => layer !== undefined && layer >= first && layer <= last;
  // A router is left alone: where it sends tokens to other experts, outputs jump, and no margin or divergence
  // measured before holds. All experts are trained, since the experts that a token visits may change with
  // every step.
  const isMatrix = ({ shape, role }: Parameter): boolean => shape.length === 2 && role !== 'router';
  const choices: Record<TrainedChoice['trained'], (parameter: Parameter) => Trained | undefined> = {
    mlp: (p) => (inLayers(p) && p.role === 'mlp' && isMatrix(p) ? { kind: 'whole' } : undefined),
    'low-rank': (p) => (inLayers(p) && isMatrix(p) ? { kind: 'low-rank', rank: recipe.rank } : undefined),
    full: () => ({ kind: 'whole' }),
  };
  const trained = new Map<string, Trained>();
  for (const parameter of model.parameters) {
    const choice = choices[recipe.trained](parameter);
    if (choice) trained.set(parameter.name, choice);
  }
  return trained;
}

/**
 * Numbers that a recipe trains: whole parameters, or the two matrices of a low-rank update.
 * @throws as chooseTrained.
 */
export function countTrainedValues(model: ModelShape, recipe: TrainedChoice): number {
  const trained = chooseTrained(model, recipe);
  return model.parameters.reduce((sum, parameter) => sum + countTrainedOf(parameter, trained), 0);
}

/** The same for one parameter. */
export function countTrainedOf({ name, shape }: Parameter, trained: ReadonlyMap<string, Trained>): number {
  const choice = trained.get(name);
  if (!choice) return 0;
  return choice.kind === 'whole' ? countValues([{ shape }]) : choice.rank * (shape[0]! + shape[1]!);
}

/**
 * Whether not even the attention of the lowest trained layer changes during the run: only its MLP is trained,
 * and that reads only the result of the attention.
 */
export function startsAfterAttention(
  model: Pick<LoadedModel, 'architecture' | 'config' | 'parameters'>,
  trained: ReadonlyMap<string, Trained>,
): boolean {
  const lowest = lowestTrainedLayer(model, trained);
  const chosen = model.parameters.filter(({ name, layer }) => layer === lowest && trained.has(name));
  return (
    lowest !== undefined &&
    lowest < model.config.layerCount &&
    chosen.every(({ role }) => role === 'mlp') &&
    model.architecture.mlpFollowsAttention(model.config)
  );
}

/**
 * The lowest layer that a gradient reaches: states that enter it never change during the run. Undefined when
 * the embedding itself is trained.
 */
export function lowestTrainedLayer(
  model: ModelShape,
  trained: ReadonlyMap<string, Trained>,
): number | undefined {
  const chosen = model.parameters.filter(({ name }) => trained.has(name));
  if (chosen.some(({ role }) => role === 'embedding')) return undefined;
  return chosen.reduce((lowest, { layer }) => Math.min(lowest, layer ?? model.config.layerCount), Infinity);
}
