import { batchBytes } from './batches';
import type { LanguageModel } from './languageModel';
import { residentBytes } from './layerGroups';
import type { LoadedModel } from './loadedModel';
import { openLanguageModel } from './openLanguageModel';
import type { Placement } from '../contract/devices';

/** Whether models fit into the memory of a placement together; where its size is not known, they are not tried together. */
export function fitTogether(models: readonly LoadedModel[], placement: Placement): boolean {
  if (!Number.isFinite(placement.memoryBytes)) return false;
  const needed = models.map((model) => residentBytes(model, placement) + batchBytes(model.parameters));
  return needed.reduce((sum, bytes) => sum + bytes, 0) <= placement.memoryBytes;
}

/**
 * Models of which only one is in memory at a time: asking one closes the one before, so few and long
 * questions are fastest. Closing any of them closes the open one. Questions must not overlap.
 */
export function takeTurns(models: readonly LoadedModel[], placement: Placement): LanguageModel[] {
  let open: { readonly model: LoadedModel; readonly asked: LanguageModel } | undefined;
  const close = async (): Promise<void> => {
    const closing = open;
    open = undefined;
    await closing?.asked.close();
  };
  const use = async (model: LoadedModel): Promise<LanguageModel> => {
    if (open?.model === model) return open.asked;
    await close();
    open = { model, asked: await openLanguageModel(model, placement) };
    return open.asked;
  };
  return models.map((model) => ({
    vocabularySize: model.config.vocabularySize,
    hiddenSize: model.config.hiddenSize,
    maxLength: model.config.maxLength,
    visitRows: async (...question) => (await use(model)).visitRows(...question),
    sample: async (...question) => (await use(model)).sample(...question),
    continueGreedily: async (...question) => (await use(model)).continueGreedily(...question),
    close,
  }));
}
