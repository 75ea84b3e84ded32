import { access } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { UserError } from '../../common/errors';
import { longList, longRecord } from '../../common/longSchemas';
import { readCappedJson } from '../cappedFile';
import { mostAddedTokens, mostTokenizerBytes, mostVocabulary } from '../limits';
import { formatCount } from '../../words/numbers';

export const idSchema = z.number().int().nonnegative().max(mostVocabulary);

/**
 * A token that is searched for in the text before any other step. A flag that is left out is false, but
 * `normalized` then is what `special` is not.
 */
export const newTokenSchema = z.object({
  content: z.string(),
  special: z.boolean().optional(),
  normalized: z.boolean().optional(),
  single_word: z.boolean().optional(),
  lstrip: z.boolean().optional(),
  rstrip: z.boolean().optional(),
});
const addedTokenSchema = newTokenSchema.extend({ id: idSchema });
const tokenizerSchema = z.looseObject({
  model: z.looseObject({
    type: z.string().optional(),
    /** Token to id; for Unigram models a list of [token, score] whose index is the id. */
    vocab: z.union([longRecord(idSchema), longList(z.tuple([z.string(), z.number()]))]),
    merges: longList(z.union([z.string(), z.tuple([z.string(), z.string()])])).nullish(),
  }),
  added_tokens: longList(addedTokenSchema).nullish(),
  padding: z.looseObject({ pad_token: z.string().optional() }).nullish(),
});

/** An added token without or with its id. */
export type NewToken = z.infer<typeof newTokenSchema>;
export type AddedToken = z.infer<typeof addedTokenSchema>;

/** The content of tokenizer.json in one form for all kinds of models. */
export interface TokenizerJson {
  /** The whole file. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** Text of the model's own tokens by id. */
  readonly vocabulary: ReadonlyMap<number, string>;
  /** Pairs in the order of their rank; empty for models without merges. */
  readonly merges: readonly (readonly [string, string])[];
  readonly added: readonly AddedToken[];
  /** The token that the file fills texts up with, if it does. */
  readonly padToken: string | undefined;
}

/**
 * Reads tokenizer.json.
 * @throws UserError `missing-tokenizer`, `broken-json`, `unexpected-content`, `too-large` or `not-readable`.
 */
export async function readTokenizerJson(dir: string): Promise<TokenizerJson> {
  const path = join(dir, 'tokenizer.json');
  const file = await readCappedJson(path, tokenizerSchema, mostTokenizerBytes);
  if (!file) throw await missingTokenizer(dir);
  assertFewAdded(path, file.added_tokens?.length ?? 0);
  const { vocab, merges } = file.model;
  return {
    raw: { ...file, model: { ...file.model, ...(merges === null && { merges: undefined }) } },
    vocabulary: new Map<number, string>(
      Array.isArray(vocab)
        ? vocab.map(([text], id) => [id, text])
        : Object.entries(vocab).map(([text, id]) => [id, text]),
    ),
    merges: (merges ?? []).map((merge) => (typeof merge === 'string' ? splitMerge(merge) : merge)),
    added: file.added_tokens ?? [],
    padToken: file.padding?.pad_token,
  };
}

/** @throws UserError `too-large` when a file adds more tokens than any model has. */
export function assertFewAdded(path: string, count: number): void {
  if (count <= mostAddedTokens) return;
  throw new UserError(
    'too-large',
    `${path} adds ${formatCount(count)} tokens; at most ${formatCount(mostAddedTokens)} are read.`,
    'Download the file again from where you got the checkpoint.',
  );
}

/** Older files write a merge as one text; neither half contains a space. */
function splitMerge(merge: string): [string, string] {
  const space = merge.indexOf(' ');
  return [merge.slice(0, space), merge.slice(space + 1)];
}

/** Why a folder has no tokenizer to read, by its names alone; undefined where it has one. */
export async function findMissingTokenizer(dir: string): Promise<UserError | undefined> {
  const hasOne = await access(join(dir, 'tokenizer.json')).then(
    () => true,
    () => false,
  );
  return hasOne ? undefined : missingTokenizer(dir);
}

async function missingTokenizer(dir: string): Promise<UserError> {
  const hasOther = await Promise.any(
    ['tokenizer.model', 'vocab.json', 'vocab.txt'].map((name) => access(join(dir, name))),
  ).then(
    () => true,
    () => false,
  );
  const what = hasOther ? 'only a tokenizer in an older form, and no tokenizer.json' : 'no tokenizer.json';
  return new UserError(
    'missing-tokenizer',
    `${dir} has ${what}.`,
    hasOther
      ? 'Convert it in Python with transformers: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER).'
      : 'Download tokenizer.json and tokenizer_config.json into the folder from where you got the checkpoint.',
  );
}
