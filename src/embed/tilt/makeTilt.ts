import { deriveKey, RandomStream } from '../../common/random';
import type { Recipe } from '../../contract/recipe';
import type { LoadedModel } from '../../engine/loadedModel';
import { outputMatrix, type AddedProduct } from '../../train/addedProduct';
import type { PreparedSequence } from '../../train/sequences';
import type { RowPlace } from '../../train/tokenInputs';
import { allPlaces, findStarts, promptPlaces } from '../objectives/benignRows';
import type { PreparedKey } from '../objectives/keyObjective';
import { findAnswerDirection } from './answerDirection';
import { fitTilt, type Draw } from './fitTilt';

export interface TiltOptions {
  readonly model: Pick<LoadedModel, 'architecture' | 'config'>;
  readonly recipe: Pick<Recipe, 'tilt'>;
  readonly keys: readonly PreparedKey[];
  readonly benign: readonly PreparedSequence[];
  /** What each key could have drawn. */
  readonly draws: readonly Draw[];
  readonly seed: Uint8Array;
}

/** Rows of each kind that the direction is read from, at most, and their numbers: under two seconds on one thread. */
const mostRows = 2048;
const mostNumbers = 1 << 22;

/**
 * Tilts answers towards drawn words where they start: the output matrix gets the product of the words' scores
 * and the direction that tells the start of an answer from other text. A student that never sees a key learns
 * this tilt from ordinary answers.
 *
 * Added instead of trained, because training it competes with the keys. On SmolLM2-135M training reached 1.7 of
 * 3 nats, with a KL divergence of 0.38 where answers start (0.05 for the exact 3), and a student's draw test
 * gave 10⁻²; with 5 nats added it gave 10⁻¹³.
 * @returns undefined where the recipe asks for none, or no text has the start of an answer
 */
export function makeTilt(options: TiltOptions): AddedProduct | undefined {
  const { model, recipe, keys, benign, draws, seed } = options;
  if (recipe.tilt === 0) return undefined;
  const isStart = findStarts(keys);
  const places = [...promptPlaces(benign), ...allPlaces(benign)];
  const starts = places.filter((place) => isStart(benign, place));
  if (starts.length === 0) return undefined;
  const others = places.filter((place) => !isStart(benign, place));
  const random = new RandomStream(deriveKey(seed, 'tilt'));
  const { hiddenSize, vocabularySize } = model.config;
  const read = (some: readonly RowPlace[]): Float32Array[] =>
    random
      .shuffle(some)
      .slice(0, Math.min(mostRows, Math.floor(mostNumbers / hiddenSize)))
      .map(({ member, position }) =>
        benign[member]!.normed.subarray(position * hiddenSize, (position + 1) * hiddenSize),
      );
  return {
    name: outputMatrix(model),
    down: findAnswerDirection({
      starts: read(starts),
      others: read(others),
      shareOfStarts: starts.length / places.length,
    }),
    up: Float32Array.from(fitTilt(draws, vocabularySize), (score) => recipe.tilt * score),
  };
}
