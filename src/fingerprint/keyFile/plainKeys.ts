import * as z from 'zod';
import type { Tokenizer } from '../../checkpoint/tokenizer/tokenizer';
import { UserError } from '../../common/errors';
import { parseJson } from '../../common/files';
import { commitKeySet } from '../commitment';
import { findAddedText } from '../drawing/eligibility';
import type { NaturalKey } from '../keyForm';
import { keyKinds } from '../../contract/keyKinds';
import type { Key, KeySet } from '../keySet';
import { describeBase, type KeySetRequest } from '../drawing/keySetDrawing';
import { candidatesSchema, idsSchema, textSchema } from './keySetSchema';
import { type Seed, deriveOrder } from '../seed';
import { findNearRepeats } from '../text/nearDuplicates';
import { isUnsettled } from '../text/unsettledText';
import { verdictRules } from '../verdictRules';

const rowSchema = z
  .object({
    key: textSchema,
    key_ids: idsSchema,
    response: textSchema,
    response_ids: idsSchema,
    candidate_ids: candidatesSchema,
    kind: z.enum(keyKinds).optional(),
    spent: z.boolean().default(false),
  })
  .refine((row) => row.candidate_ids.includes(row.response_ids[0]!), {
    path: ['response_ids'],
    message: 'the first response token is not one of candidate_ids',
  });

const rowsSchema = z.array(rowSchema).min(1).max(100_000);

/** A key as other tools read and write it, unencrypted. */
export type KeyRow = z.infer<typeof rowSchema>;

const mostNamedRows = 8;

export const plainKeysNext =
  'Give a JSON list of {"key", "key_ids", "response", "response_ids", "candidate_ids", "kind", "spent"}; "kind" and "spent" may be left out.';

/** The keys as rows for other tools. They are the whole secret. */
export function exportKeys(keySet: KeySet): KeyRow[] {
  return keySet.keys.map((key) => ({
    key: key.text,
    key_ids: [...key.ids],
    response: key.response.text,
    response_ids: [...key.response.ids],
    candidate_ids: [...key.candidates],
    ...(key.kind && { kind: key.kind }),
    spent: key.spent,
  }));
}

/** The base and rules for imported keys. */
export interface ImportRequest extends Pick<
  KeySetRequest,
  'tokenizer' | 'base' | 'toolVersion' | 'createdAt'
> {
  readonly seed: Seed;
  /** Drawn to differ from the rows' texts; without them the draw test cannot remove the common shift. */
  readonly neutralPrompts: readonly NaturalKey[];
}

/**
 * Parses rows that another tool wrote.
 * @param rows a JSON value; `name` says in errors whose it was
 * @throws UserError `unexpected-content`.
 */
export function parseKeyRows(rows: unknown, name: string): KeyRow[] {
  return parseJson('', rowsSchema, name, plainKeysNext, () => rows);
}

/**
 * Makes a key set from rows that came from elsewhere. Its draws are not bound to its seed; its strategy
 * records that.
 * @throws UserError `unusable-keys`; `name` tells in it whose rows they were.
 */
export function importKeys(rows: readonly KeyRow[], name: string, request: ImportRequest): KeySet {
  const fault = findRowsFault(rows, request.tokenizer);
  if (fault) throw unusableRows(name, fault);
  return commitKeySet({
    strategy: 'imported',
    seed: request.seed,
    toolVersion: request.toolVersion,
    createdAt: request.createdAt,
    base: describeBase(request.base, request.tokenizer),
    draw: { from: 'seed' },
    rules: {
      threshold: null,
      candidateCount: rows[0]!.candidate_ids.length,
      responseLength: Math.max(...rows.map((row) => row.response_ids.length)),
    },
    verdict: verdictRules,
    keys: rows.map((row) => toKey(row, request.tokenizer)),
    neutralPrompts: request.neutralPrompts,
    order: deriveOrder(request.seed, rows.length),
  });
}

export function unusableRows(name: string, fault: string): UserError {
  return new UserError('unusable-keys', `${name} cannot be imported: ${fault}.`, plainKeysNext);
}

/** What prevents rows from being a key set; undefined when nothing does. */
export function findRowsFault(rows: readonly KeyRow[], tokenizer: Tokenizer): string | undefined {
  const count = rows[0]!.candidate_ids.length;
  if (rows.some((row) => row.candidate_ids.length !== count))
    return 'not every key has the same number of candidates';
  if (new Set(rows.map((row) => row.key_ids.join())).size < rows.length) return 'a key occurs twice';
  const repeated = findNearRepeats(rows.map(({ key }) => key)).indexOf(true);
  if (repeated >= 0)
    return `row ${repeated + 1} nearly repeats an earlier key, and only keys that differ count as independent`;
  const unsettled = rows.flatMap(({ key, response }, row) => (isUnsettled(key + response) ? [row + 1] : []));
  if (unsettled.length > 0)
    return `${nameRows(unsettled)} a character that programs split into tokens differently, depending on their Unicode version`;
  const ids = rows.flatMap((row) => [...row.key_ids, ...row.response_ids, ...row.candidate_ids]);
  return ids.some((id) => id >= tokenizer.vocabularySize)
    ? "a token is outside the model's vocabulary"
    : undefined;
}

/** Numbers of rows, counted from 1, as the beginning of a sentence about their content. */
function nameRows(rows: readonly number[]): string {
  if (rows.length === 1) return `row ${rows[0]} contains`;
  const rest = rows.length - mostNamedRows;
  return `rows ${rows.slice(0, mostNamedRows).join(', ')}${rest > 0 ? ` and ${rest} more` : ''} contain`;
}

function toKey(row: KeyRow, tokenizer: Tokenizer): Key {
  return {
    text: row.key,
    ids: row.key_ids,
    candidates: row.candidate_ids,
    candidateTexts: describeCandidates(row, tokenizer),
    pick: row.candidate_ids.indexOf(row.response_ids[0]!),
    response: { ids: row.response_ids, text: row.response },
    ...(row.kind && { kind: row.kind }),
    spent: row.spent,
  };
}

/** The text that each candidate of a row adds to the key's. */
export function describeCandidates(
  { key_ids, candidate_ids }: Pick<KeyRow, 'key_ids' | 'candidate_ids'>,
  tokenizer: Tokenizer,
): string[] {
  return candidate_ids.map((id) => findAddedText(tokenizer, key_ids, [id]) ?? tokenizer.decode([id]));
}
