import { UserError } from '../../common/errors';
import type { Placement } from '../../contract/devices';
import type { Watch } from '../../contract/events';
import type { Tokenizer } from '../../checkpoint/tokenizer/tokenizer';
import type { LanguageModel } from '../../engine/languageModel';
import { canonicalJson } from '../canonical';
import type { NaturalKey } from '../keyForm';
import type { Key, KeySet } from '../keySet';
import { drawingRecipe } from './drawRules';
import { createKeySet } from './keySetDrawing';

/** Which parts of a key set follow from its seed and base. */
export interface Rederivation {
  /** By the index of the key: whether it came out with the same candidates and the same response. */
  readonly keys: readonly boolean[];
  /** By the index of the neutral prompt. */
  readonly neutralPrompts: readonly boolean[];
}

/** The base, open, where the key set is derived again. */
export interface OpenBase {
  readonly model: LanguageModel;
  readonly tokenizer: Tokenizer;
  readonly placement: Pick<Placement, 'device' | 'precision'>;
}

/**
 * Why a key set cannot be derived again from its seed and base, however honest it is, as the end of a
 * sentence; undefined where it can be.
 */
export function whyNotDerivable({
  strategy,
  drawing,
}: Pick<KeySet, 'strategy' | 'drawing'>): string | undefined {
  if (strategy === 'imported') return 'its keys were imported';
  if (!drawing) return 'it was drawn by an earlier version, which did not record how';
  if (drawing.keysFrom === 'prompts') return 'its keys are the creator’s own prompts';
  if (drawing.recipe !== drawingRecipe) return 'it was drawn in the way of another version';
  return undefined;
}

/**
 * Draws the whole key set again from its seed and base, and compares. Another device may round differently
 * and write a few other texts, so every key is compared by itself, wherever it comes in the order.
 * @throws Cancelled; UserError as createKeySet, but for `too-few-keys`: then nothing was derived.
 */
export async function rederive(
  keySet: KeySet,
  { model, tokenizer, placement }: OpenBase,
  watch: Watch,
): Promise<Rederivation> {
  const { seed, rules, base, toolVersion, createdAt } = keySet;
  const request = {
    model,
    tokenizer,
    seed,
    count: keySet.keys.length,
    responseLength: rules.responseLength,
    base,
    placement,
    toolVersion,
    createdAt,
    neutralCount: keySet.neutralPrompts.length,
  };
  const derived = await createKeySet(request, watch).catch((error: unknown) => {
    if (error instanceof UserError && error.reason === 'too-few-keys') return undefined;
    throw error;
  });
  const keys = new Set(derived?.keys.map(nameKey));
  const neutralPrompts = new Set(derived?.neutralPrompts.map(namePrompt));
  return {
    keys: keySet.keys.map((key) => keys.has(nameKey(key))),
    neutralPrompts: keySet.neutralPrompts.map((prompt) => neutralPrompts.has(namePrompt(prompt))),
  };
}

function nameKey({ text, ids, candidates, candidateTexts, response }: Key): string {
  return canonicalJson([text, ids, candidates, candidateTexts, response]);
}

function namePrompt({ text, ids }: NaturalKey): string {
  return canonicalJson([text, ids]);
}
