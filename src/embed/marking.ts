import type { PreparedSequence } from '../train/sequences';
import { Trainer, type TrainerOptions } from '../train/trainer';
import { BenignObjective, type TextObjective } from './objectives/benignObjective';
import { fitTilt, type Draw } from './objectives/fitTilt';
import { KeyObjective, type PreparedKey } from './objectives/keyObjective';
import { TiltObjective } from './objectives/tiltObjective';
import type { Recipe } from '../contract/recipe';

export interface MarkingOptions extends Omit<TrainerOptions, 'objectives' | 'recipe'> {
  readonly recipe: Recipe;
  readonly keys: readonly PreparedKey[];
  readonly benign: readonly PreparedSequence[];
  /** The candidates and the drawn word of each key: ordinary text may be tilted towards the latter. */
  readonly draws: readonly Draw[];
}

/** A trainer with its objectives: keys are answered, and ordinary text stays as it is. */
export interface Marking {
  readonly trainer: Trainer;
  readonly keys: KeyObjective;
  readonly text: TextObjective;
}

export async function openMarking(options: MarkingOptions): Promise<Marking> {
  const keys = new KeyObjective(options.keys, options.recipe);
  const text = openText(options);
  return { trainer: await Trainer.open({ ...options, objectives: [keys, text] }), keys, text };
}

function openText({ model: { config }, recipe, keys, benign, draws }: MarkingOptions): TextObjective {
  const text = new BenignObjective(config, benign, keys, recipe);
  if (recipe.tilt === 0) return text;
  const tilt = Float32Array.from(fitTilt(draws, config.vocabularySize), (score) => recipe.tilt * score);
  return new TiltObjective(config, text, tilt);
}
