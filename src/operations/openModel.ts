import { openCheckpoint, type Checkpoint } from '../checkpoint/checkpoint';
import { assertFinite } from '../checkpoint/weights/finite';
import { loadTokenizer, type Tokenizer } from '../checkpoint/tokenizer/tokenizer';
import { UserError } from '../common/errors';
import { loadModel, type LoadedModel } from '../engine/loadedModel';

/** A checkpoint that has been checked and can be run. */
export interface OpenModel {
  readonly checkpoint: Checkpoint;
  readonly loaded: LoadedModel;
  readonly tokenizer: Tokenizer;
}

/**
 * Opens a checkpoint folder and checks that it can be run: headers, family, every weight finite, tokenizer.
 * Reads the weights once and keeps none.
 * @throws UserError as openCheckpoint, loadModel, loadTokenizer and assertFinite, and `tokenizer-mismatch`;
 * Cancelled.
 */
export async function openModel(dir: string, signal?: AbortSignal): Promise<OpenModel> {
  const checkpoint = await openCheckpoint(dir);
  const loaded = loadModel(checkpoint);
  const tokenizer = await loadTokenizer(checkpoint.dir);
  assertTokenizerFits(checkpoint.dir, tokenizer, loaded.config.vocabularySize);
  await assertFinite(checkpoint, signal);
  return { checkpoint, loaded, tokenizer };
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
 * An embedding matrix larger than the tokenizer is padded, which is fine; a token without an embedding is
 * not.
 * @throws UserError `tokenizer-mismatch`.
 */
export function assertTokenizerFits(dir: string, tokenizer: Tokenizer, embeddings: number): void {
  if (tokenizer.vocabularySize <= embeddings) return;
  throw new UserError(
    'tokenizer-mismatch',
    `The tokenizer of ${dir} has ${tokenizer.vocabularySize} tokens, but its weights hold only ${embeddings} of them.`,
    'Take tokenizer.json and the weight files from the same release of the model.',
  );
}
