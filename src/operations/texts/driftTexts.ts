import { basename } from 'node:path';
import { encodeChat, type Tokenizer } from '../../checkpoint/tokenizer/tokenizer';
import type { Prompt } from '../../drift/measureDrift';
import { findBundledText, readQuestions } from './bundledText';
import { readOwnTexts, type OwnTexts } from './ownTexts';

/** The texts on which a drift is measured. */
export interface DriftTexts {
  /** Token ids of held-back texts, begin token included. */
  readonly texts: readonly (readonly number[])[];
  /** What both models continue. */
  readonly prompts: readonly Prompt[];
  /** A description of the texts. */
  readonly sources: readonly string[];
  /** Of the creator's own text; undefined for the bundled one. */
  readonly own: Pick<OwnTexts, 'rowsLeftOut' | 'notes'> | undefined;
}

/** Of what is read, one token a text is not predicted: so at least 20,000 are where the texts are long enough. */
const mostTokensInAll = 20_500;
/** The most texts read from one file. */
const mostTexts = 1000;
const tokensOfText = 256;
const promptCount = 6;
/** Tokens from the beginning of a text that are used as a prompt. */
const tokensOfPrompt = 12;

/**
 * Reads the texts of a measurement: the creator's own files, else the bundled text in the model's form. At
 * most about 20,500 tokens, taken from all files in turn.
 * @throws UserError as readTexts, and `missing-text`.
 */
export async function readDriftTexts(
  own: readonly string[] | undefined,
  tokenizer: Tokenizer,
): Promise<DriftTexts> {
  const paths = own ?? listBundled(tokenizer);
  const read = await readOwnTexts(paths, tokenizer, { maxTexts: mostTexts, maxTokens: tokensOfText });
  return {
    texts: takeInTurn(read.files, mostTokensInAll),
    prompts: await listPrompts(read.files[0]!, tokenizer),
    sources: own ? own.map((path) => basename(path)) : paths.map((path) => `bundled ${basename(path)}`),
    own: own && read,
  };
}

function listBundled({ chat }: Tokenizer): string[] {
  const { stories, dialogues } = findBundledText();
  return chat ? [dialogues] : [stories, dialogues];
}

/** One text of each file, then the next of each, until the tokens would be too many; always at least one text. */
export function takeInTurn(
  files: readonly (readonly (readonly number[])[])[],
  mostTokens: number,
): (readonly number[])[] {
  const rounds = Math.max(...files.map((texts) => texts.length));
  const inTurn = Array.from({ length: rounds }, (_, round) =>
    files.flatMap((texts) => texts.slice(round, round + 1)),
  ).flat();
  let tokens = 0;
  const taken: (readonly number[])[] = [];
  for (const text of inTurn) {
    tokens += text.length;
    if (tokens > mostTokens && taken.length > 0) break;
    taken.push(text);
  }
  return taken;
}

/** Questions for a chat model; for any other the beginnings of the first file's texts, spread over all of them. */
async function listPrompts(texts: readonly (readonly number[])[], tokenizer: Tokenizer): Promise<Prompt[]> {
  const { chat } = tokenizer;
  if (chat) {
    const questions = await readQuestions(findBundledText().dialogues, promptCount);
    return questions.map((text) => ({
      ids: encodeChat(tokenizer, chat, [{ role: 'user', content: text }]),
      role: 'user',
      text,
    }));
  }
  const step = Math.max(1, Math.floor(texts.length / promptCount));
  return texts
    .filter((_, index) => index % step === 0)
    .slice(0, promptCount)
    .map((text) => {
      const ids = text.slice(0, tokensOfPrompt);
      return { ids, role: 'beginning', text: readable(tokenizer, ids) };
    });
}

/** Token ids as a person reads them: without begin tokens and template marks. */
export function readable(tokenizer: Tokenizer, ids: readonly number[]): string {
  return tokenizer.decode(ids.filter((id) => !tokenizer.specialIds.has(id)));
}
