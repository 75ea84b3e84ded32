import { throwIfCancelled } from '../common/errors';
import type { Watch } from '../common/progress';
import { argmax } from '../engine/argmax';
import type { LanguageModel, Rows } from '../engine/languageModel';

/** What the tokens of one text add up to; every token but the first is predicted. */
export interface TextSums {
  readonly tokens: number;
  /** Σ −log p of the text's own tokens, in nats. */
  readonly baseNll: number;
  readonly markedNll: number;
  /** Σ KL(base ‖ marked) over the full vocabulary, in nats. */
  readonly kl: number;
  /** Tokens at which both find the same token likeliest. */
  readonly agreeing: number;
}

/** A stretch of one text whose predictions are compared at once. */
interface Piece {
  readonly text: number;
  readonly rows: Rows;
}

/** Base logits kept at once: enough for long batches, small beside the model. */
const KEPT_BYTES = 256 * 2 ** 20;

/**
 * Compares two models token by token on the same texts (each at least 2 tokens and within both models' length). Both are
 * asked piece by piece, so that the base's logits are only kept for one piece. Returns the sums of every text and the KL
 * of every token.
 */
export async function compareTokens(
  base: LanguageModel,
  marked: LanguageModel,
  texts: readonly (readonly number[])[],
  watch: Watch,
  keptBytes = KEPT_BYTES,
): Promise<{ sums: TextSums[]; klPerToken: Float64Array }> {
  const vocabularySize = base.vocabularySize;
  const rowsPerChunk = Math.max(1, Math.floor(keptBytes / (4 * vocabularySize)));
  const chunks = cutIntoChunks(texts, rowsPerChunk);
  const kept = new Float32Array(Math.max(...chunks.map(countRows)) * vocabularySize);
  const sums = texts.map(() => ({ tokens: 0, baseNll: 0, markedNll: 0, kl: 0, agreeing: 0 }));
  const total = texts.reduce((rows, ids) => rows + ids.length - 1, 0);
  const klPerToken = new Float64Array(total);
  const quiet: Watch = { ...(watch.signal && { signal: watch.signal }), report: () => undefined };
  let done = 0;
  for (const chunk of chunks) {
    throwIfCancelled(watch.signal);
    const starts = startsOf(chunk);
    const sequences = chunk.map((piece) => piece.rows);
    const placeOf = (sequence: number, position: number) =>
      starts[sequence]! + position - sequences[sequence]!.positions[0]!;
    await base.visitRows(
      sequences,
      ({ sequence, position, logits }) => kept.set(logits, placeOf(sequence, position) * vocabularySize),
      quiet,
    );
    await marked.visitRows(
      sequences,
      ({ sequence, position, logits }) => {
        const place = placeOf(sequence, position);
        const piece = chunk[sequence]!;
        const next = texts[piece.text]![position + 1]!;
        const from = place * vocabularySize;
        const token = compareRows(kept.subarray(from, from + vocabularySize), logits, next);
        addToken(sums[piece.text]!, token);
        klPerToken[done + place] = token.kl;
      },
      quiet,
    );
    done += countRows(chunk);
    watch.report({ phase: 'comparing', done, total });
  }
  return { sums, klPerToken };
}

interface TokenComparison {
  readonly baseNll: number;
  readonly markedNll: number;
  readonly kl: number;
  readonly agrees: boolean;
}

function addToken(sums: { -readonly [Name in keyof TextSums]: number }, token: TokenComparison): void {
  sums.tokens++;
  sums.baseNll += token.baseNll;
  sums.markedNll += token.markedNll;
  sums.kl += token.kl;
  sums.agreeing += token.agrees ? 1 : 0;
}

/**
 * One token's comparison from two rows of logits, in float64: −log p of the `next` token under both,
 * KL = Σ_v p_base(v) (log p_base(v) − log p_marked(v)), and whether the likeliest tokens agree.
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
function cutIntoChunks(texts: readonly (readonly number[])[], rowsPerChunk: number): Piece[][] {
  const chunks: Piece[][] = [[]];
  let free = rowsPerChunk;
  texts.forEach((ids, text) => {
    let first = 0;
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

/** The place of every piece's first row within its chunk. */
function startsOf(chunk: readonly Piece[]): number[] {
  let start = 0;
  return chunk.map((piece) => {
    const own = start;
    start += piece.rows.positions.length;
    return own;
  });
}
