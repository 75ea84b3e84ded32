import { join } from 'node:path';
import * as z from 'zod';
import { readCappedJson, readCappedText } from '../cappedFile';
import { longList, longRecord } from '../../common/longSchemas';
import { assertFewAdded, idSchema, newTokenSchema } from './tokenizerJson';

const mostSmallFileBytes = 20_000_000;
const configName = 'tokenizer_config.json';

/** A token as the files beside tokenizer.json give it: its text, perhaps with flags. */
const tokenSchema = z.union([z.string(), newTokenSchema]);
const namedTokens = longRecord(z.unknown());
const templateSchema = z
  .union([
    z.string(),
    z.array(z.looseObject({ name: z.string(), template: z.string() })),
    z.record(z.string(), z.string()),
  ])
  .nullish();

/** The fields by which transformers names special tokens; a template sees each under its name. */
export const tokenNames = [
  'bos_token',
  'eos_token',
  'unk_token',
  'sep_token',
  'pad_token',
  'cls_token',
  'mask_token',
] as const;
const namedFields = Object.fromEntries(tokenNames.map((name) => [name, tokenSchema.nullish()])) as Record<
  (typeof tokenNames)[number],
  z.ZodOptional<z.ZodNullable<typeof tokenSchema>>
>;
const specialFields = {
  ...namedFields,
  additional_special_tokens: longList(tokenSchema).nullish().catch(undefined),
  extra_special_tokens: z
    .union([longList(tokenSchema), namedTokens])
    .nullish()
    .catch(undefined),
};
const configSchema = z.looseObject({
  ...specialFields,
  chat_template: templateSchema,
  added_tokens_decoder: longRecord(newTokenSchema).optional(),
});
const specialMapSchema = z.looseObject(specialFields);

export type TokenConfig = z.infer<typeof configSchema>;
export type SpecialMap = z.infer<typeof specialMapSchema>;

/** What lies beside tokenizer.json; what there is none of is empty. */
export interface TokenizerConfig {
  readonly config: TokenConfig;
  /** special_tokens_map.json; empty where transformers leaves it unread. */
  readonly specialMap: SpecialMap;
  /** Ids by text from added_tokens.json; empty where transformers leaves it unread. */
  readonly addedIds: Readonly<Record<string, number>>;
  readonly chatTemplate: string | undefined;
}

/** Files of older checkpoints. */
export const olderFiles = ['special_tokens_map.json', 'added_tokens.json'] as const;

/**
 * Reads tokenizer_config.json and chat_template.jinja, and the files of older checkpoints where transformers
 * reads them too. Of two templates chat_template.jinja has the one that counts (as in transformers).
 * @throws UserError `broken-json`, `unexpected-content`, `too-large` or `not-readable`.
 */
export async function readTokenizerConfig(dir: string): Promise<TokenizerConfig> {
  const config = await readConfig(dir);
  assertFewAdded(join(dir, configName), Object.keys(config.added_tokens_decoder ?? {}).length);
  const fromFile = await readCappedText(join(dir, 'chat_template.jinja'), mostSmallFileBytes);
  const readOlder = async <T>(
    name: (typeof olderFiles)[number],
    schema: z.ZodType<T>,
  ): Promise<T | undefined> =>
    readsOlderFiles(config) ? readCappedJson(join(dir, name), schema, mostSmallFileBytes) : undefined;
  const specialMap = (await readOlder('special_tokens_map.json', specialMapSchema)) ?? {};
  const addedIds = (await readOlder('added_tokens.json', longRecord(idSchema))) ?? {};
  assertFewAdded(join(dir, 'added_tokens.json'), Object.keys(addedIds).length);
  return {
    config,
    specialMap,
    addedIds,
    chatTemplate: fromFile ?? chooseTemplate(config.chat_template),
  };
}

/**
 * The files of older checkpoints that decide how this one's text becomes token ids: transformers reads them
 * only beside a tokenizer_config.json without `added_tokens_decoder`.
 */
export async function listOlderFiles(dir: string): Promise<readonly string[]> {
  // A file that cannot be read is reported where its content is needed.
  const config = await readConfig(dir).catch(() => ({}));
  return readsOlderFiles(config) ? olderFiles : [];
}

async function readConfig(dir: string): Promise<TokenConfig> {
  return (await readCappedJson(join(dir, configName), configSchema, mostSmallFileBytes)) ?? {};
}

function readsOlderFiles({ added_tokens_decoder: addedTokens }: TokenConfig): boolean {
  return addedTokens === undefined;
}

function chooseTemplate(template: z.infer<typeof templateSchema>): string | undefined {
  if (typeof template === 'string') return template;
  if (Array.isArray(template)) return template.findLast(({ name }) => name === 'default')?.template;
  return template?.default;
}

const endIdsSchema = z.looseObject({
  eos_token_id: z.union([idSchema, z.array(idSchema).max(1000)]).nullish(),
});

/**
 * The end tokens that generation_config.json and config.json name, in this order, without repeats.
 * @throws UserError `broken-json`, `unexpected-content`, `too-large` or `not-readable`.
 */
export async function readEndIds(dir: string): Promise<number[]> {
  const ids = new Set<number>();
  for (const name of ['generation_config.json', 'config.json']) {
    const config = await readCappedJson(join(dir, name), endIdsSchema, mostSmallFileBytes);
    for (const id of [config?.eos_token_id ?? []].flat()) ids.add(id);
  }
  return [...ids];
}
