import * as z from 'zod';
import type { Tokenizer } from '../../checkpoint/tokenizer/tokenizer';
import { parseJson } from '../../common/files';
import { type Announcement, describeBase } from '../drawing/keySetDrawing';
import type { Response } from '../drawing/preparedKeys';
import { commitUndrawn, type UndrawnKey, type UndrawnKeySet } from '../laterDraw/undrawnKeySet';
import { deriveOrder } from '../seed';
import { verdictRules } from '../verdictRules';
import { candidatesSchema, idsSchema, textSchema } from './keySetSchema';
import { describeCandidates, findRowsFault, type ImportRequest, unusableRows } from './plainKeys';

const rowSchema = z
  .object({
    key: textSchema,
    key_ids: idsSchema,
    candidate_ids: candidatesSchema,
    /** Only where responses are longer than one token: the whole response that each candidate begins. */
    candidate_responses: z.array(z.object({ response: textSchema, response_ids: idsSchema })).optional(),
    /** Chosen elsewhere, and not used: the beacon draws. */
    response_ids: idsSchema.optional(),
    spent: z.boolean().default(false),
  })
  .refine(({ candidate_ids, candidate_responses }) => beginEach(candidate_ids, candidate_responses), {
    path: ['candidate_responses'],
    message: 'not one response for each of candidate_ids, in their order',
  })
  .refine(
    ({ response_ids, candidate_responses }) =>
      candidate_responses !== undefined || (response_ids?.length ?? 1) === 1,
    {
      path: ['response_ids'],
      message: 'longer than one token, so that candidate_responses is needed',
    },
  );

const rowsSchema = z.array(rowSchema).min(1).max(100_000);

/** A key as other tools write it, whose response a beacon draws. */
type UndrawnRow = z.infer<typeof rowSchema>;

const nextStep =
  'Give a JSON list of {"key", "key_ids", "candidate_ids"}; where responses are longer than one token, each with "candidate_responses": a list of {"response", "response_ids"}, one for each candidate.';

/**
 * Parses rows for a set that a beacon will draw: any response that they name is left out.
 * @param rows a JSON value; `name` says in errors whose it was
 * @throws UserError `unexpected-content`.
 */
export function parseUndrawnRows(rows: unknown, name: string): UndrawnRow[] {
  return parseJson('', rowsSchema, name, nextStep, () => rows);
}

/**
 * Makes an undrawn key set from rows that came from elsewhere.
 * @throws UserError `unusable-keys`; `name` tells in it whose rows they were.
 */
export function importUndrawnKeys(
  rows: readonly UndrawnRow[],
  name: string,
  request: Omit<ImportRequest, 'createdAt'>,
  { createdAt, chain, round }: Announcement,
): UndrawnKeySet {
  const { tokenizer } = request;
  const keys = rows.map((row) => toUndrawnKey(row, tokenizer));
  const fault = findRowsFault(keys.map(describeForCheck), tokenizer);
  if (fault) throw unusableRows(name, fault);
  return commitUndrawn({
    strategy: 'imported',
    seed: request.seed,
    toolVersion: request.toolVersion,
    createdAt,
    base: describeBase(request.base, tokenizer),
    draw: { from: 'announced', chain, round },
    rules: {
      threshold: null,
      candidateCount: keys[0]!.candidates.length,
      responseLength: Math.max(...keys.flatMap(({ responses }) => responses.map(({ ids }) => ids.length))),
    },
    verdict: verdictRules,
    keys,
    neutralPrompts: request.neutralPrompts,
    order: deriveOrder(request.seed, rows.length),
  });
}

function beginEach(
  candidates: readonly number[],
  responses: readonly { readonly response_ids: readonly number[] }[] | undefined,
): boolean {
  if (responses === undefined) return true;
  return (
    responses.length === candidates.length &&
    responses.every(({ response_ids }, index) => response_ids[0] === candidates[index])
  );
}

function toUndrawnKey(row: UndrawnRow, tokenizer: Tokenizer): UndrawnKey {
  const candidateTexts = describeCandidates(row, tokenizer);
  const responses = row.candidate_responses?.map(({ response, response_ids }): Response => ({
    text: response,
    ids: response_ids,
  }));
  return {
    text: row.key,
    ids: row.key_ids,
    candidates: row.candidate_ids,
    candidateTexts,
    responses:
      responses ?? row.candidate_ids.map((id, index) => ({ ids: [id], text: candidateTexts[index]! })),
    spent: row.spent,
  };
}

/** The key as a row whose response holds all that could be drawn. */
function describeForCheck({
  text,
  ids,
  candidates,
  responses,
  spent,
}: UndrawnKey): Parameters<typeof findRowsFault>[0][number] {
  return {
    key: text,
    key_ids: [...ids],
    response: responses.map((response) => response.text).join(''),
    response_ids: responses.flatMap((response) => response.ids),
    candidate_ids: [...candidates],
    spent,
  };
}
