import { readFileSync } from 'node:fs';

/** The strings of the golden files, drawn as makeTokenizerGolden.py draws them. */

type Ranges = readonly (readonly [number, number])[];

interface Pools {
  readonly texts: readonly string[];
  readonly codes: readonly string[];
  readonly clusters: readonly string[];
  readonly spaces: readonly string[];
  readonly plainSpaces: readonly string[];
  readonly syllables: readonly string[];
  readonly bases: readonly string[];
  readonly markRanges: Ranges;
  readonly zeros: readonly number[];
  readonly settledRanges: Ranges;
  readonly unsettledRanges: Ranges;
  readonly conversations: readonly (readonly { role: 'system' | 'user' | 'assistant'; content: string }[])[];
}

export const pools = JSON.parse(readFileSync('test/fixtures/tokenizers/pools.json', 'utf8')) as Pools;

export const stringCount = 10_000;
export const unsettledStringCount = 500;
export const idListCount = 2_000;
const firstIdList = 20_000;
const ascii: Ranges = [[0x20, 0x7e]];

/** The linear congruential generator of Numerical Recipes; the low eight bits are left out. */
class Draws {
  private state: number;

  constructor(index: number) {
    this.state = (Math.imul(index, 2654435761) + 1) >>> 0;
    for (let skipped = 0; skipped < 4; skipped++) this.below(1);
  }

  below(count: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return (this.state >>> 8) % count;
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  character(ranges: Ranges): string {
    const [first, last] = this.of(ranges);
    return String.fromCodePoint(first + this.below(last - first + 1));
  }

  slice(text: string, most: number): string {
    const characters = Array.from(text);
    const start = this.below(characters.length);
    return characters.slice(start, start + 1 + this.below(most)).join('');
  }

  many(most: number, draw: () => string): string {
    return Array.from({ length: 1 + this.below(most) }, draw).join('');
  }
}

/** String `index` for a tokenizer with these added tokens; from STRING_COUNT on they hold unsettled characters. */
export function drawString(index: number, added: readonly string[]): string {
  const draws = new Draws(index);
  const ranges = index < stringCount ? pools.settledRanges : pools.unsettledRanges;
  const count = draws.below(8);
  let text = '';
  for (let piece = 0; piece < count; piece++) {
    text += drawPiece(draws, added, ranges);
    if (draws.below(3) === 0) text += ' ';
  }
  return text;
}

function drawPiece(draws: Draws, added: readonly string[], ranges: Ranges): string {
  const kind = draws.below(16);
  if (kind < 4) return draws.slice(draws.of(pools.texts), 60);
  if (kind === 4) return draws.slice(draws.of(pools.codes), 100);
  if (kind < 7) {
    const chosen = [draws.of(ranges)];
    return draws.many(8, () => draws.character(chosen));
  }
  if (kind === 7) return draws.many(3, () => draws.of(pools.clusters));
  if (kind === 8) return draws.of(pools.spaces).repeat(1 + draws.below(30));
  if (kind === 9) return draws.many(6, () => draws.of(pools.spaces));
  if (kind === 10) return draws.of(pools.plainSpaces) + draws.of(added) + draws.of(pools.plainSpaces);
  if (kind === 11) return draws.of(pools.syllables).repeat(10 + draws.below(120));
  if (kind === 12) return draws.of(pools.bases) + draws.many(5, () => draws.character(pools.markRanges));
  if (kind === 13) {
    const zero = draws.of(pools.zeros);
    return draws.many(12, () => String.fromCodePoint(zero + draws.below(10)));
  }
  if (kind === 14) return draws.many(20, () => draws.character(ascii));
  return draws.slice(draws.of(pools.texts), 8) + draws.of(pools.clusters);
}

/** A list of token ids as no text would give it. The first 300 ids hold the single bytes of every one of the six. */
export function drawIds(index: number, ids: readonly number[]): number[] {
  const draws = new Draws(firstIdList + index);
  return Array.from({ length: 1 + draws.below(12) }, () =>
    draws.below(3) === 0 ? ids[draws.below(300)]! : draws.of(ids),
  );
}
