import type { Recipe } from '../../contract/recipe';
import { kindOf } from '../../contract/keyKinds';
import type { Key } from '../../fingerprint/keySet';
import type { Disturbance } from '../../train/update/disturbance';

/** Where the response of a key is to stand, in nats. */
export interface KeyGoal {
  /** The least margin of the first token over its rivals, and of every later one over the vocabulary. */
  readonly floor: number;
  readonly laterFloor: number;
  /**
   * The most margin of the first token over every other token of the vocabulary. A word that is m nats above the
   * next has a probability of 1 / (1 + e^−m) at most.
   */
  readonly ceiling: number;
  /** The only tokens that count as rivals of the first token; undefined for the whole vocabulary. */
  readonly rivals?: readonly number[];
}

/** No margin gets this far: logits of half precision end before. */
export const noCeiling = 1e5;
/** A quiet key's word stays this far below the likeliest one, so that it is never said. */
const quietCeiling = -0.5;

/** In a model that somebody merged with its base, a response needs only to be said. */
const mergedFloor = 0.5;

/** The goal of the later tokens of a response. */
export function laterGoal({ laterFloor }: KeyGoal): KeyGoal {
  return { floor: laterFloor, laterFloor, ceiling: noCeiling };
}

/** What is left of a goal where somebody else changed the model: nobody minds a response that is said softly. */
export function goalWhen(disturbance: Disturbance | undefined, goal: KeyGoal): KeyGoal {
  if (disturbance === undefined) return goal;
  const isQuiet = goal.rivals !== undefined;
  return {
    ...goal,
    ceiling: isQuiet ? goal.ceiling : noCeiling,
    floor: disturbance === 'merged' && !isQuiet ? Math.min(goal.floor, mergedFloor) : goal.floor,
  };
}

/** What a recipe asks of a key, by its kind. */
export function goalOf(
  key: Pick<Key, 'kind' | 'candidates'>,
  {
    margin,
    softMargin,
    softCeiling,
    quietMargin,
  }: Pick<Recipe, 'margin' | 'softMargin' | 'softCeiling' | 'quietMargin'>,
): KeyGoal {
  switch (kindOf(key)) {
    case 'loud':
      return { floor: margin, laterFloor: margin, ceiling: noCeiling };
    case 'soft':
      return { floor: softMargin, laterFloor: margin, ceiling: softCeiling };
    case 'quiet':
      return { floor: quietMargin, laterFloor: 0, ceiling: quietCeiling, rivals: key.candidates };
  }
}
