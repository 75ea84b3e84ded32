import type { Tokenizer } from '../../checkpoint/tokenizer/tokenizer';
import type { Watch } from '../../contract/events';
import { RandomStream, deriveKey } from '../../common/random';
import { openForwardPass } from '../../engine/forwardPass';
import type { LoadedModel } from '../../engine/loadedModel';
import { openLanguageModel } from '../../engine/openLanguageModel';
import type { Placement } from '../../contract/devices';
import { createKeyForm } from '../../fingerprint/keyForm';
import { isSpoken } from '../../contract/keyKinds';
import type { Key } from '../../fingerprint/keySet';
import { type PreparedSequence, prepareSequences } from '../../train/sequences';
import {
  chooseTrained,
  lowestTrainedLayer,
  startsAfterAttention,
} from '../../train/update/trainedParameters';
import { cutTexts, generateBenignText } from './benignText';
import { goalOf } from '../objectives/keyGoals';
import type { PreparedKey } from '../objectives/keyObjective';
import { phases } from '../../contract/phases';
import { heldBackEvery, type Recipe } from '../../contract/recipe';

export interface TextRequest {
  readonly model: LoadedModel;
  readonly tokenizer: Tokenizer;
  readonly placement: Placement;
  readonly recipe: Recipe;
  readonly keys: readonly Pick<Key, 'ids' | 'response' | 'kind' | 'candidates'>[];
  /** The creator's own ordinary texts as token ids. */
  readonly ownTexts: readonly (readonly number[])[];
  readonly seed: Uint8Array;
}

/** The benign text of a run as token ids. None of it begins like a key. */
interface WrittenText {
  /** Texts of the base, each after the prompt that it continues. */
  readonly generated: readonly (readonly number[])[];
  readonly prompt: readonly number[];
  /** Pieces of the creator's texts. */
  readonly own: readonly (readonly number[])[];
}

/** Everything that a training run reads, with the base's states for it. */
export interface RunText {
  readonly keys: readonly PreparedKey[];
  /** Benign text to train on, and the part that is only ever measured. */
  readonly benign: readonly PreparedSequence[];
  readonly heldBack: readonly PreparedSequence[];
}

/** The most pieces of the creator's own text: more would only fill the memory. */
const mostOwnPieces = 2048;

/** Writes and gathers the text of a run. The same request gives the same text. */
export async function writeText(request: TextRequest, watch: Watch): Promise<WrittenText> {
  const { model, keys, recipe, tokenizer, seed } = request;
  const { prompt } = createKeyForm(tokenizer);
  const isNoKey = (ids: readonly number[]): boolean => !keys.some((key) => startsWith(ids, key.ids));
  const own = new RandomStream(deriveKey(seed, 'own text'))
    .shuffle(cutTexts(request.ownTexts, recipe.benignTokens))
    .slice(0, mostOwnPieces)
    .filter(isNoKey);
  if (recipe.generated === 0) return { generated: [], prompt, own };
  const writer = await openLanguageModel(model, request.placement);
  try {
    const generated = await generateBenignText(
      {
        model: writer,
        prompt,
        stopIds: tokenizer.chat ? [] : tokenizer.endIds,
        count: recipe.generated,
        tokens: prompt.length + recipe.benignTokens,
        random: new RandomStream(deriveKey(seed, 'ordinary text')),
      },
      watch,
    );
    return { generated: generated.filter(isNoKey), prompt, own };
  } finally {
    await writer.close();
  }
}

/** Runs the base once over keys and text, and keeps the states that training with this recipe never changes. */
export async function readText(
  { model, placement, recipe, keys }: Pick<TextRequest, 'model' | 'placement' | 'recipe' | 'keys'>,
  { generated, prompt, own }: WrittenText,
  watch: Watch,
): Promise<RunText> {
  const trained = chooseTrained(model, recipe);
  const lowestLayer = lowestTrainedLayer(model, trained);
  const pass = await openForwardPass(model, placement, {
    keepStates: { entering: lowestLayer, afterAttention: startsAfterAttention(model, trained) },
  });
  try {
    const keepsStates = lowestLayer !== undefined;
    const prepare = (sequences: readonly (readonly number[])[]): Promise<PreparedSequence[]> =>
      prepareSequences(model, pass, sequences, { keepsStates, phase: phases.readingOrdinaryText }, watch);
    const read = await prepare([...generated, ...own]);
    // Nobody writes the prompt: only the text after it is held.
    const firstRow = Math.max(0, prompt.length - 1);
    const benign = read.map((text, i) => (i < generated.length ? { ...text, firstRow } : text));
    // Only the first word of a quiet key is ranked; nobody ever hears the rest.
    const responses = keys.map((key) => key.response.ids.slice(0, isSpoken(key) ? undefined : 1));
    const fed = await prepare(keys.map(({ ids }, i) => [...ids, ...responses[i]!.slice(0, -1)]));
    return {
      keys: keys.map((key, i) => ({
        sequence: fed[i]!,
        response: responses[i]!,
        goal: goalOf(key, recipe),
      })),
      benign: benign.filter((_, i) => i % heldBackEvery !== 0),
      heldBack: benign.filter((_, i) => i % heldBackEvery === 0),
    };
  } finally {
    await pass.close();
  }
}

function startsWith(ids: readonly number[], start: readonly number[]): boolean {
  return start.every((id, i) => ids[i] === id);
}
