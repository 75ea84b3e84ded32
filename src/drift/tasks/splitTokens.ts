import { withBegin, type Tokenizer } from '../../checkpoint/tokenizer/tokenizer';

/** What a model reads, and which tokens its last predictions should be. */
export interface Question {
  /** Without the last target: the model predicts it after the last of these. */
  readonly ids: readonly number[];
  /** The tokens of the continuation. */
  readonly targets: readonly number[];
}

export interface TaskTokenizer extends Tokenizer {
  /** What stands before a text without a context. */
  readonly prefixId: number | undefined;
}

/**
 * Cuts a context and its continuation into tokens as lm-evaluation-harness does (`_encode_pair`): spaces at the end of
 * the context belong to the continuation, whose tokens are those of both together after as many as the context alone
 * has. What is too long for the model loses its beginning.
 * @param maxLength the most tokens that the models read.
 * @returns undefined where nothing of the continuation could be asked.
 */
export function splitTokens(
  { context, continuation }: { readonly context: string; readonly continuation: string },
  tokenizer: TaskTokenizer,
  maxLength: number,
): Question | undefined {
  const parts =
    context === '' ? encodeAlone(continuation, tokenizer) : encodeBoth(context, continuation, tokenizer);
  if (!parts) return undefined;
  const [before, targets] = parts;
  if (before.length === 0 || targets.length === 0 || targets.length > maxLength) return undefined;
  return { ids: [...before, ...targets].slice(-(maxLength + 1), -1), targets };
}

function encodeAlone(text: string, tokenizer: TaskTokenizer): [number[], number[]] | undefined {
  const { prefixId } = tokenizer;
  const ids = tokenizer.encode(text);
  if (prefixId === undefined) return undefined;
  return ids[0] === prefixId ? [ids.slice(0, 1), ids.slice(1)] : [[prefixId], ids];
}

function encodeBoth(context: string, continuation: string, tokenizer: TaskTokenizer): [number[], number[]] {
  const start = context.trimEnd();
  const whole = withBegin(tokenizer, tokenizer.encode(context + continuation));
  const before = withBegin(tokenizer, tokenizer.encode(start));
  return [before, whole.slice(before.length)];
}
