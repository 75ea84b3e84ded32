import { openCheckpoint, type Checkpoint } from '../checkpoint/checkpoint';
import { assertFinite } from '../checkpoint/weights/finite';
import { readEndIds } from '../checkpoint/tokenizer/endIds';
import { fitTokenizer } from '../checkpoint/tokenizer/fitTokenizer';
import { loadTokenizer, type Tokenizer } from '../checkpoint/tokenizer/tokenizer';
import { loadStoredModel, type LoadedModel } from '../engine/loadedModel';

/** A checkpoint that has been checked and can be run. */
export interface OpenModel {
  readonly checkpoint: Checkpoint;
  readonly loaded: LoadedModel;
  /** Cut at the model's embedding matrix, see fitTokenizer. */
  readonly tokenizer: Tokenizer;
  /** Entries of the tokenizer, those without an embedding included. */
  readonly tokenCount: number;
  /** Sentences for the user about oddities that do not prevent use. */
  readonly warnings: readonly string[];
}

/**
 * Opens a checkpoint folder and checks that it can be run: headers, family, tokenizer, every weight that the
 * model has finite.
 * Reads the weights once and keeps none.
 * @throws UserError as openCheckpoint, loadStoredModel, openTokenizer and assertFinite; Cancelled.
 */
export async function openModel(dir: string, signal?: AbortSignal): Promise<OpenModel> {
  const checkpoint = await openCheckpoint(dir);
  const loaded = await loadStoredModel(checkpoint, { signal });
  const { tokenizer, tokenCount, warnings } = await openTokenizer(loaded);
  await assertFinite({ ...checkpoint, tensors: loaded.tensors }, signal);
  return {
    checkpoint,
    loaded,
    tokenizer,
    tokenCount,
    warnings: [...checkpoint.warnings, ...loaded.warnings, ...warnings],
  };
}

/**
 * Keys of a model with a chat template are questions, so a template that cannot show one is of no use.
 * @throws UserError `chat-template`.
 */
export function assertChatWorks({ chat }: Tokenizer): void {
  const problem = chat?.findProblem();
  if (problem) throw problem;
}

/**
 * The tokenizer beside a model, as the model can use it.
 * @throws UserError as loadTokenizer, fitTokenizer and readEndIds.
 */
export async function openTokenizer({
  checkpoint: { dir },
  config,
}: Pick<LoadedModel, 'checkpoint' | 'config'>): Promise<
  Pick<OpenModel, 'tokenizer' | 'tokenCount' | 'warnings'>
> {
  const whole = await loadTokenizer(dir);
  const { tokenizer, warnings } = fitTokenizer(whole, config.vocabularySize, dir);
  return {
    tokenizer,
    tokenCount: whole.vocabularySize,
    warnings: [...warnings, ...(await readEndIds(dir)).warnings],
  };
}
