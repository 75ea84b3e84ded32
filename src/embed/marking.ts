import type { PreparedSequence } from '../train/sequences';
import { Trainer, type TrainerOptions } from '../train/trainer';
import { BenignObjective } from './objectives/benignObjective';
import { KeyObjective, type PreparedKey } from './objectives/keyObjective';
import type { Recipe } from '../contract/recipe';

export interface MarkingOptions extends Omit<TrainerOptions, 'objectives' | 'recipe'> {
  readonly recipe: Recipe;
  readonly keys: readonly PreparedKey[];
  readonly benign: readonly PreparedSequence[];
}

/** A trainer with its objectives: keys are answered, and ordinary text stays as it is. */
export interface Marking {
  readonly trainer: Trainer;
  readonly keys: KeyObjective;
  readonly text: BenignObjective;
}

export async function openMarking(options: MarkingOptions): Promise<Marking> {
  const keys = new KeyObjective(options.model.config, options.keys, options.recipe);
  const text = new BenignObjective(options.model.config, options.benign, options.keys, options.recipe);
  return { trainer: await Trainer.open({ ...options, objectives: [keys, text] }), keys, text };
}
