import { access } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { UserError } from '../../common/errors';
import { longList, longRecord } from '../../common/longSchemas';
import { readCappedJson, readCappedText } from '../cappedFile';
import { mostAddedTokens, mostTokenizerBytes, mostTokenizerConfigBytes, mostVocabulary } from '../limits';

const mostTemplateBytes = 2_000_000;

const idSchema = z.number().int().nonnegative().max(mostVocabulary);
const addedTokenSchema = z.looseObject({
  id: idSchema,
  content: z.string(),
  special: z.boolean().optional(),
  normalized: z.boolean().optional(),
  single_word: z.boolean().optional(),
  lstrip: z.boolean().optional(),
  rstrip: z.boolean().optional(),
});
const tokenizerSchema = z.looseObject({
  model: z.looseObject({
    type: z.string().optional(),
    /** Token to id; for Unigram models a list of [token, score] whose index is the id. */
    vocab: z.union([longRecord(idSchema), longList(z.tuple([z.string(), z.number()]))]),
    merges: longList(z.union([z.string(), z.tuple([z.string(), z.string()])])).nullish(),
  }),
  added_tokens: longList(addedTokenSchema).nullish(),
});

/** A token that is searched for in the text before any other step. */
export type AddedToken = z.infer<typeof addedTokenSchema>;

/** The content of tokenizer.json in one form for all kinds of models. */
export interface TokenizerJson {
  /** The whole file, for the encoding library. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** Token text by id, added tokens included. */
  readonly tokens: ReadonlyMap<number, string>;
  /** Pairs in the order of their rank; empty for models without merges. */
  readonly merges: readonly (readonly [string, string])[];
  readonly added: readonly AddedToken[];
  /**
   * Ids of the added tokens that are special. Also of those that are words of their own, which the library
   * finds within words.
   */
  readonly specialIds: readonly number[];
}

/**
 * Reads tokenizer.json.
 * @throws UserError `missing-tokenizer`, `broken-json`, `unexpected-content`, `too-large` or `not-readable`.
 */
export async function readTokenizerJson(dir: string): Promise<TokenizerJson> {
  const path = join(dir, 'tokenizer.json');
  const file = await readCappedJson(path, tokenizerSchema, mostTokenizerBytes);
  if (!file) throw await missingTokenizer(dir);
  const { vocab, merges } = file.model;
  const added = file.added_tokens ?? [];
  if (added.length > mostAddedTokens)
    throw new UserError(
      'too-large',
      `${path} adds ${added.length} tokens; at most ${mostAddedTokens} are read.`,
      'Download the file again from where you got the checkpoint.',
    );
  const tokens = new Map<number, string>(
    Array.isArray(vocab)
      ? vocab.map(([text], id) => [id, text])
      : Object.entries(vocab).map(([text, id]) => [id, text]),
  );
  for (const { id, content } of added) tokens.set(id, content);
  return {
    raw: {
      normalizer: null,
      pre_tokenizer: null,
      post_processor: null,
      decoder: null,
      ...file,
      added_tokens: added,
    },
    tokens,
    merges: (merges ?? []).map((merge) => (typeof merge === 'string' ? splitMerge(merge) : merge)),
    added,
    specialIds: added
      .filter((token) => token.special === true || token.single_word === true)
      .map(({ id }) => id),
  };
}

/** Older files write a merge as one text; neither half contains a space. */
function splitMerge(merge: string): [string, string] {
  const space = merge.indexOf(' ');
  return [merge.slice(0, space), merge.slice(space + 1)];
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

const tokenTextSchema = z
  .union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content)])
  .nullish();
const templateSchema = z
  .union([z.string(), z.array(z.looseObject({ name: z.string(), template: z.string() }))])
  .nullish();
const tokenizerConfigSchema = z.looseObject({
  bos_token: tokenTextSchema,
  eos_token: tokenTextSchema,
  chat_template: templateSchema,
});

/** The content of tokenizer_config.json; every field is undefined when there is no such file. */
export interface TokenizerConfig {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly beginToken: string | undefined;
  readonly endToken: string | undefined;
  readonly chatTemplate: string | undefined;
}

/**
 * Reads tokenizer_config.json and chat_template.jinja. The latter wins where both hold a template (as in
 * transformers).
 * @throws UserError `broken-json`, `unexpected-content`, `too-large` or `not-readable`.
 */
export async function readTokenizerConfig(dir: string): Promise<TokenizerConfig> {
  const path = join(dir, 'tokenizer_config.json');
  const config = (await readCappedJson(path, tokenizerConfigSchema, mostTokenizerConfigBytes)) ?? {};
  const fromFile = await readCappedText(join(dir, 'chat_template.jinja'), mostTemplateBytes);
  const fromConfig = config.chat_template;
  return {
    raw: config,
    beginToken: config.bos_token ?? undefined,
    endToken: config.eos_token ?? undefined,
    chatTemplate:
      fromFile ??
      (Array.isArray(fromConfig)
        ? fromConfig.find(({ name }) => name === 'default')?.template
        : (fromConfig ?? undefined)),
  };
}
