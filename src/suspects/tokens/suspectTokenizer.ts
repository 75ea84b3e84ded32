import { Cancelled, UserError } from '../../common/errors';
import { readEndIds } from '../../checkpoint/tokenizer/endIds';
import { loadBareTokenizer, loadTokenizer, type Tokenizer } from '../../checkpoint/tokenizer/tokenizer';
import { readTokenTexts, type TokenTexts } from './tokenTexts';

/** A suspect's tokenizer as far as it can be read. */
export interface SuspectTokenizer {
  /** The texts of its tokens; undefined where tokenizer.json cannot be read. */
  readonly texts: TokenTexts | undefined;
  /** What turns text into ids and back; undefined where that cannot be used. */
  readonly tokenizer: Tokenizer | undefined;
  /** Sentences: what could not be read. */
  readonly notes: readonly string[];
}

/** Opens a suspect's tokenizer. Whatever in it is broken is noted and done without. */
export async function openSuspectTokenizer(dir: string): Promise<SuspectTokenizer> {
  const texts = await attempt(() => readTokenTexts(dir));
  if (!texts.value)
    return {
      texts: undefined,
      tokenizer: undefined,
      notes: [sayUnread(texts.why, 'by the ids of the keys')],
    };
  const whole = await attempt(() => loadTokenizer(dir));
  if (whole.value) {
    const problem = whole.value.chat?.findProblem();
    const endIds = await attempt(() => readEndIds(dir));
    return {
      texts: texts.value,
      tokenizer: problem ? { ...whole.value, chat: undefined } : whole.value,
      notes: [
        ...(problem ? [sayUnread(problem.message, 'without its chat template')] : []),
        ...(endIds.value?.warnings ?? []),
      ],
    };
  }
  const bare = await attempt(() => loadBareTokenizer(dir));
  if (bare.value)
    return {
      texts: texts.value,
      tokenizer: bare.value,
      notes: [sayUnread(whole.why, 'without its chat template and end tokens')],
    };
  return {
    texts: texts.value,
    tokenizer: undefined,
    notes: [sayUnread(whole.why, 'by ids, which its list of tokens gives')],
  };
}

function sayUnread(why: string, how: string): string {
  return `The suspect’s tokenizer could not be read (${why.replace(/\.$/, '')}): it was asked ${how}.`;
}

/** The result of reading something hostile, or why there is none. */
async function attempt<T>(
  read: () => Promise<T>,
): Promise<{ value: T; why: '' } | { value: undefined; why: string }> {
  try {
    return { value: await read(), why: '' };
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    return {
      value: undefined,
      why: error instanceof UserError ? error.message : 'it fails in an unknown way',
    };
  }
}
