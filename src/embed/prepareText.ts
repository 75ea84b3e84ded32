import type { Tokenizer } from '../checkpoint/tokenizer';
import type { Watch } from '../common/progress';
import { deriveKey, RandomStream } from '../common/random';
import { openForwardPass } from '../engine/forwardPass';
import type { LoadedModel } from '../engine/loadedModel';
import { languageModelOver } from '../engine/openLanguageModel';
import type { Placement } from '../engine/placement';
import type { Key } from '../fingerprint/keySet';
import { createKeyForm } from '../fingerprint/keyForm';
import { cutTexts, generateBenignText } from './benignText';
import type { Recipe } from './recipe';
import { chooseTrained, startsBehindAttention } from './trainedParameters';
import { prepareSequences, type PreparedSequence } from './sequences';
import type { PreparedKey } from './stepInputs';

export interface TextRequest {
  readonly model: LoadedModel;
  readonly tokenizer: Tokenizer;
  readonly placement: Placement;
  readonly recipe: Recipe;
  readonly lowestLayer: number | undefined;
  readonly keys: readonly Pick<Key, 'ids' | 'response'>[];
  /** The creator's own ordinary texts as token ids. */
  readonly ownTexts: readonly (readonly number[])[];
  readonly seed: Uint8Array;
}

/** Everything a training run reads, with what the base makes of it. */
export interface RunText {
  readonly keys: readonly PreparedKey[];
  /** Benign text to train on, and the part that is only ever measured. */
  readonly benign: readonly PreparedSequence[];
  readonly heldBack: readonly PreparedSequence[];
}

/** Of so many benign sequences one is held back. */
const heldBackEvery = 10;
/** Pieces of the creator's own text that take part, at most: more would only fill the memory. */
const mostOwnPieces = 2048;

/** Writes and gathers the text of a run and runs the base over it once. The same request gives the same text. */
export async function prepareText(request: TextRequest, watch: Watch): Promise<RunText> {
  const { model, keys, lowestLayer } = request;
  const behindAttention = startsBehindAttention(model, chooseTrained(model, request.recipe));
  const pass = await openForwardPass(model, request.placement, {
    keepStates: { entering: lowestLayer, behindAttention },
  });
  try {
    const generated = await generate(request, languageModelOver(model, pass), watch);
    const own = new RandomStream(deriveKey(request.seed, 'own text'))
      .shuffle(cutTexts(request.ownTexts, request.recipe.benignTokens))
      .slice(0, mostOwnPieces);
    const texts = [...generated, ...own].filter((ids) => !keys.some((key) => startsWith(ids, key.ids)));
    const prepare = (sequences: readonly (readonly number[])[]): Promise<PreparedSequence[]> =>
      prepareSequences(model, pass, sequences, { keepsStates: lowestLayer !== undefined }, watch);
    const benign = await prepare(texts);
    const fed = await prepare(keys.map(({ ids, response }) => [...ids, ...response.ids.slice(0, -1)]));
    return {
      keys: keys.map(({ response }, i) => ({ sequence: fed[i]!, response: response.ids })),
      benign: benign.filter((_, i) => i % heldBackEvery !== 0),
      heldBack: benign.filter((_, i) => i % heldBackEvery === 0),
    };
  } finally {
    await pass.close();
  }
}

async function generate(
  { tokenizer, recipe, seed }: TextRequest,
  model: ReturnType<typeof languageModelOver>,
  watch: Watch,
): Promise<number[][]> {
  if (recipe.generated === 0) return [];
  const { prompt } = createKeyForm(tokenizer);
  return generateBenignText(
    {
      model,
      prompt,
      stopIds: tokenizer.chat ? [] : tokenizer.endIds,
      count: recipe.generated,
      tokens: recipe.benignTokens,
      random: new RandomStream(deriveKey(seed, 'ordinary text')),
    },
    watch,
  );
}

function startsWith(ids: readonly number[], start: readonly number[]): boolean {
  return start.every((id, i) => ids[i] === id);
}
