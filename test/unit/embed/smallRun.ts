import { readTexts } from '../../../src/drift/readTexts';
import { defaultRecipe } from '../../../src/embed/defaultRecipe';
import type { MarkingOptions } from '../../../src/embed/marking';
import { readText } from '../../../src/embed/text/prepareText';
import type { Recipe } from '../../../src/contract/recipe';
import { planGroups } from '../../../src/engine/layerGroups';
import { onCpu } from '../../../src/contract/devices';
import { openModel } from '../../../src/operations/openModel';
import type { PreparedSequence } from '../../../src/train/sequences';
import { chooseTrained, lowestTrainedLayer } from '../../../src/train/update/trainedParameters';

const watch = { report: () => undefined };
const keyCount = 6;

export interface SmallRun {
  readonly options: MarkingOptions;
  readonly heldBack: readonly PreparedSequence[];
}

/**
 * What a run in chat-5M begins with, with its default recipe but for `change`: a few keys that begin as stories do, each with a
 * word that none goes on with, and other stories.
 */
export async function openSmallRun(
  change: (recipe: Recipe) => Partial<Recipe> = () => ({}),
): Promise<SmallRun> {
  const { loaded, tokenizer } = await openModel('test/fixtures/models/chat-5M');
  const usual = defaultRecipe(loaded, { keyCount, chat: false });
  const recipe = { ...usual, ...change(usual) };
  const { texts: stories } = await readTexts('media/text/stories.jsonl', tokenizer, {
    maxTexts: 66,
    maxTokens: 32,
  });
  const keys = stories.slice(0, keyCount).map((ids, i) => ({
    ids: ids.slice(0, 12),
    response: { ids: [500 + i], text: '' },
    candidates: [500 + i],
  }));
  const text = await readText(
    { model: loaded, placement: onCpu, recipe, keys },
    { generated: [], prompt: [], own: stories.slice(keyCount) },
    watch,
  );
  const trained = chooseTrained(loaded, recipe);
  const lowestLayer = lowestTrainedLayer(loaded, trained);
  const options = {
    model: loaded,
    placement: onCpu,
    recipe,
    trained,
    lowestLayer,
    groups: planGroups(loaded, onCpu, { from: lowestLayer })!,
    keys: text.keys,
    draws: keys.map(() => ({ candidates: [], drawn: 0 })),
    benign: text.benign,
    directions: new Map(),
    seed: new Uint8Array(32),
  };
  return { options, heldBack: text.heldBack };
}
