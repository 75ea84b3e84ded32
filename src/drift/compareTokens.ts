import { phases } from '../contract/phases';
import type { Watch } from '../contract/events';
import { argmax } from '../engine/argmax';
import type { LanguageModel, Rows } from '../engine/languageModel';

/** Sums over the tokens of one text; every token but the first is predicted. */
export interface TextSums {
  readonly tokens: number;
  /** Σ −log p of the text's own tokens, in nats. */
  readonly baseNll: number;
  readonly markedNll: number;
  /** Σ KL(base ‖ marked) over the full vocabulary, in nats. */
  readonly kl: number;
  /** Tokens for which both models find the same token likeliest. */
  readonly agreeing: number;
}

/** A stretch of one text whose predictions are compared at once. */
interface Piece {
  readonly text: number;
  readonly rows: Rows;
}

/** Base logits kept at once: enough for long batches, small compared with the model. */
const defaultKeptBytes = 256 * 2 ** 20;

/** The base's predictions for some pieces of texts. */
interface KeptPredictions {
  readonly texts: readonly (readonly number[])[];
  readonly pieces: readonly Piece[];
  /** [predictions, vocabulary] logits, piece after piece. */
  readonly logits: Float32Array;
}

interface TokenComparisons {
  /** Of every text. */
  readonly sums: readonly TextSums[];
  /** In nats, for every predicted token. */
  readonly klPerToken: Float64Array;
}

/**
 * Compares a model with others token by token on the same texts (each at least 2 tokens long and within all models'
 * length). All are asked piece by piece, so that the base is asked once for every piece and its logits are only kept
 * for one.
 * @returns the comparison with each of `others`, in their order.
 */
export async function compareTokens(
  base: LanguageModel,
  others: readonly LanguageModel[],
  texts: readonly (readonly number[])[],
  watch: Watch,
  keptBytes = defaultKeptBytes,
): Promise<TokenComparisons[]> {
  const rowsPerChunk = Math.max(1, Math.floor(keptBytes / (4 * base.vocabularySize)));
  const chunks = cutIntoChunks(texts, rowsPerChunk);
  const logits = new Float32Array(Math.max(...chunks.map(countRows)) * base.vocabularySize);
  const comparisons = others.map(() => startComparisons(texts));
  const total = chunks.reduce((rows, pieces) => rows + countRows(pieces), 0);
  const tell = (compared: number): void =>
    watch.report({ type: 'phase', phase: phases.comparing, done: compared, total: others.length * total });
  let done = 0;
  tell(0);
  for (const pieces of chunks) {
    const kept = { texts, pieces, logits };
    await fillPredictions(kept, base, watch);
    for (const [i, other] of others.entries()) {
      await addComparisons(comparisons[i]!, done, kept, other, watch);
      tell(others.length * done + (i + 1) * countRows(pieces));
    }
    done += countRows(pieces);
  }
  return comparisons;
}

/**
 * The first half of {@link compareTokens}, for when only one of the models is to be in memory: the base's
 * predictions for every text, from its first position or that of `firstRows` on.
 */
export async function keepPredictions(
  base: LanguageModel,
  texts: readonly (readonly number[])[],
  watch: Watch,
  firstRows: readonly number[] = [],
): Promise<KeptPredictions> {
  const pieces = cutIntoChunks(texts, Infinity, firstRows)[0]!;
  const kept = { texts, pieces, logits: new Float32Array(countRows(pieces) * base.vocabularySize) };
  await fillPredictions(kept, base, watch);
  return kept;
}

/** The second half: compares the marked model with the kept predictions of the base. */
export async function compareWithKept(
  kept: KeptPredictions,
  marked: LanguageModel,
  watch: Watch,
): Promise<TokenComparisons> {
  const comparisons = startComparisons(kept.texts);
  await addComparisons(comparisons, 0, kept, marked, watch);
  return comparisons;
}

type Growing<Sums> = { -readonly [Name in keyof Sums]: Sums[Name] };

function startComparisons(texts: readonly (readonly number[])[]): {
  sums: Growing<TextSums>[];
  klPerToken: Float64Array;
} {
  return {
    sums: texts.map(() => ({ tokens: 0, baseNll: 0, markedNll: 0, kl: 0, agreeing: 0 })),
    klPerToken: new Float64Array(texts.reduce((rows, ids) => rows + ids.length - 1, 0)),
  };
}

async function fillPredictions(
  { pieces, logits }: KeptPredictions,
  base: LanguageModel,
  watch: Watch,
): Promise<void> {
  const placeOf = findPlaces(pieces);
  await base.visitRows(
    pieces.map(({ rows }) => rows),
    (row) => logits.set(row.logits, placeOf(row.sequence, row.position) * base.vocabularySize),
    quietly(watch),
  );
}

/** Adds the pieces' tokens to the sums of their texts, and their KL after the first `done` tokens. */
async function addComparisons(
  { sums, klPerToken }: ReturnType<typeof startComparisons>,
  done: number,
  { texts, pieces, logits }: KeptPredictions,
  marked: LanguageModel,
  watch: Watch,
): Promise<void> {
  const placeOf = findPlaces(pieces);
  const size = marked.vocabularySize;
  await marked.visitRows(
    pieces.map(({ rows }) => rows),
    (row) => {
      const place = placeOf(row.sequence, row.position);
      const { text } = pieces[row.sequence]!;
      const next = texts[text]![row.position + 1]!;
      const token = compareRows(logits.subarray(place * size, (place + 1) * size), row.logits, next);
      addToken(sums[text]!, token);
      klPerToken[done + place] = token.kl;
    },
    quietly(watch),
  );
}

/** Returns the row, among those of all pieces, of the prediction at a position of a piece. */
function findPlaces(pieces: readonly Piece[]): (piece: number, position: number) => number {
  const starts = startsOf(pieces);
  return (piece, position) => starts[piece]! + position - pieces[piece]!.rows.positions[0]!;
}

/** The comparison itself reports for both models together. */
function quietly({ signal }: Watch): Watch {
  return { ...(signal && { signal }), report: () => undefined };
}

interface TokenComparison {
  readonly baseNll: number;
  readonly markedNll: number;
  readonly kl: number;
  readonly agrees: boolean;
}

function addToken(sums: Growing<TextSums>, token: TokenComparison): void {
  sums.tokens++;
  sums.baseNll += token.baseNll;
  sums.markedNll += token.markedNll;
  sums.kl += token.kl;
  sums.agreeing += token.agrees ? 1 : 0;
}

/**
 * Compares one token from two rows of logits, in float64: −log p of the `next` token under both, KL = Σ_v
 * p_base(v) (log p_base(v) − log p_marked(v)), and whether the likeliest tokens agree.
 */
export function compareRows(base: Float32Array, marked: Float32Array, next: number): TokenComparison {
  const baseBest = argmax(base);
  const markedBest = argmax(marked);
  const baseHigh = base[baseBest]!;
  const markedHigh = marked[markedBest]!;
  let baseSum = 0;
  let markedSum = 0;
  let weighted = 0;
  for (let v = 0; v < base.length; v++) {
    const weight = Math.exp(base[v]! - baseHigh);
    baseSum += weight;
    markedSum += Math.exp(marked[v]! - markedHigh);
    if (weight > 0) weighted += weight * (base[v]! - baseHigh - (marked[v]! - markedHigh));
  }
  const baseLog = baseHigh + Math.log(baseSum);
  const markedLog = markedHigh + Math.log(markedSum);
  return {
    baseNll: baseLog - base[next]!,
    markedNll: markedLog - marked[next]!,
    kl: Math.max(0, weighted / baseSum - Math.log(baseSum) + Math.log(markedSum)),
    agrees: baseBest === markedBest,
  };
}

/** Cuts texts into pieces and gathers these into chunks of at most `rowsPerChunk` predictions. */
function cutIntoChunks(
  texts: readonly (readonly number[])[],
  rowsPerChunk: number,
  firstRows: readonly number[] = [],
): Piece[][] {
  const chunks: Piece[][] = [[]];
  let free = rowsPerChunk;
  texts.forEach((ids, text) => {
    let first = firstRows[text] ?? 0;
    while (first < ids.length - 1) {
      if (free === 0) {
        chunks.push([]);
        free = rowsPerChunk;
      }
      const count = Math.min(free, ids.length - 1 - first);
      const positions = Array.from({ length: count }, (_, i) => first + i);
      chunks.at(-1)!.push({ text, rows: { ids: ids.slice(0, first + count), positions } });
      first += count;
      free -= count;
    }
  });
  return chunks;
}

function countRows(chunk: readonly Piece[]): number {
  return chunk.reduce((rows, piece) => rows + piece.rows.positions.length, 0);
}

/** The index of every piece's first row within its chunk. */
function startsOf(chunk: readonly Piece[]): number[] {
  let start = 0;
  return chunk.map((piece) => {
    const own = start;
    start += piece.rows.positions.length;
    return own;
  });
}
