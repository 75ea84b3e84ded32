import type { TensorInfo } from '../../checkpoint/weights/safetensors';
import { cosineOf, findNearest, readRows, type Rows } from './embeddingRows';

/** A row belongs to a token from this cosine on: fine-tuning and merging leave more, strangers have far less. */
const sameRow = 0.7;
/** The lead over the second best row that makes the nearest one the token's. */
const clearLead = 0.1;
/** Tokens whose nearest rows are looked for before those of all. */
const sampleSize = 32;

/** The suspect's id of a token of the base. */
export type TokenMap = (id: number) => number | undefined;

export interface RowEvidence {
  /** Whether enough rows of both models agree that the suspect's rows say which token is which. */
  readonly isClear: boolean;
  readonly map: TokenMap;
  /** Tokens for which the rows say something else than the tokenizer; 0 where they are not clear. */
  readonly conflicts: number;
  readonly compared: number;
}

/**
 * Finds the suspect's rows of some tokens of the base. A token keeps the id that the tokenizer's texts give
 * it, or else its own, if the rows agree; otherwise it gets the one row that is clearly like its own. Whose
 * tokens are renumbered, or whose tokenizer lies, is read all the same.
 * @param needed the tokens whose rows are worth looking for among all others.
 * @param byText what the texts of both tokenizers say; undefined where the suspect's cannot be read.
 * @throws UserError as openRegularFile; Cancelled.
 */
export async function matchTokens(
  base: TensorInfo,
  suspect: TensorInfo,
  ids: Iterable<number>,
  needed: ReadonlySet<number>,
  byText: TokenMap | undefined,
  signal?: AbortSignal,
): Promise<RowEvidence> {
  const wanted = await readRows(base, ids);
  const guesses = new Map([...wanted.keys()].map((id) => [id, [byText?.(id), id]]));
  const rows = await readRows(
    suspect,
    [...guesses.values()].flat().filter((id) => id !== undefined),
  );
  const found = new Map<number, number>();
  for (const [id, row] of wanted) {
    const best = bestGuess(row, guesses.get(id)!, rows);
    if (best !== undefined) found.set(id, best);
  }
  const lost = new Map([...wanted].filter(([id]) => needed.has(id) && !found.has(id)));
  const isKnown = 2 * found.size >= wanted.size;
  if (isKnown || (await hasNearRows(suspect, lost, signal)))
    for (const [id, nearest] of await findClear(suspect, lost, signal)) found.set(id, nearest);
  const isClear = 2 * [...needed].filter((id) => found.has(id)).length >= needed.size;
  const isMoved = [...found].some(([id, own]) => id !== own);
  // Where nothing but rows tells tokens apart, one without a row of its own stays unknown.
  const map: TokenMap = (id) => found.get(id) ?? (byText ? byText(id) : isMoved ? undefined : id);
  const conflicts = [...found].filter(([id, own]) => byText && byText(id) !== own).length;
  return { isClear, map, conflicts: isClear ? conflicts : 0, compared: wanted.size };
}

/** The first of these ids whose row is the token's. */
function bestGuess(row: Float32Array, ids: readonly (number | undefined)[], rows: Rows): number | undefined {
  return ids.find((id) => {
    const other = id === undefined ? undefined : rows.get(id);
    return other !== undefined && cosineOf(row, other) >= sameRow;
  });
}

/** Whether most of a few tokens have a row that is clearly theirs: only then is it worth looking for all. */
async function hasNearRows(suspect: TensorInfo, lost: Rows, signal?: AbortSignal): Promise<boolean> {
  const stride = Math.max(1, Math.floor(lost.size / sampleSize));
  const sample = new Map([...lost].filter((_, index) => index % stride === 0));
  return 2 * (await findClear(suspect, sample, signal)).size >= sample.size;
}

async function findClear(
  suspect: TensorInfo,
  lost: Rows,
  signal?: AbortSignal,
): Promise<Map<number, number>> {
  if (lost.size === 0) return new Map();
  const nearest = await findNearest(suspect, lost, signal);
  return new Map(
    [...nearest].flatMap(([id, { id: own, cosine, lead }]) =>
      cosine >= sameRow && lead >= clearLead ? [[id, own] as const] : [],
    ),
  );
}
