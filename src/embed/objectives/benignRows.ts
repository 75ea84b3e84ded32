import type { RandomStream } from '../../common/random';
import type { PreparedSequence } from '../../train/sequences';
import type { RowPlace } from '../../train/tokenInputs';
import { findAnswerStart } from '../answerPlaces';
import type { PreparedKey } from './keyObjective';

/** A row of ordinary text whose divergence from the base counts. */
export interface BenignRow extends RowPlace {
  /** Its share of the mean: those of a whole step sum to 1. */
  readonly weight: number;
}

/** Benign text of one step, and the rows of it that count. */
export interface BenignReading {
  readonly sequences: readonly PreparedSequence[];
  readonly rows: readonly BenignRow[];
}

export interface ReadingSizes {
  readonly sequences: number;
  /** Rows in all, at most. */
  readonly rows: number;
}

/** At most this share of a step's rows are starts of answers. */
const mostStarts = 1 / 2;
/**
 * What the prompt weighs that all texts begin with. A model never writes it, but whoever measures the copy on whole dialogues reads it
 * every time, and it is an eighth of one of two hundred words.
 */
const shareOfPrompt = 1 / 8;

/**
 * Chooses what a step reads of the benign text. Where answers start, a row in a hundred, a model drifts fifty times as far as elsewhere
 * (SmolLM2-135M: 0.9 nats against 0.01). Drawn blindly, a step that can afford few rows hardly ever sees one; so all of them are
 * read, and every row weighs as much as its kind is frequent (importance sampling).
 */
export class BenignReader {
  private readonly isStart: ReturnType<typeof findAnswerStart>;
  /** Share of all rows that are starts of answers. */
  private readonly shareOfStarts: number;

  constructor(
    private readonly benign: readonly PreparedSequence[],
    keys: readonly PreparedKey[],
  ) {
    this.isStart = findStarts(keys);
    const places = allPlaces(benign);
    const starts = places.filter((place) => this.isStart(benign, place));
    this.shareOfStarts = starts.length / Math.max(1, places.length);
  }

  read(sizes: ReadingSizes, random: RandomStream): BenignReading {
    const sequences = random.shuffle(this.benign).slice(0, sizes.sequences);
    const prompt = promptPlaces(sequences).slice(0, sizes.rows / 2);
    const rows = this.readTexts(sequences, sizes.rows - prompt.length, random);
    if (prompt.length === 0) return { sequences, rows };
    const weight = shareOfPrompt / prompt.length;
    return {
      sequences,
      rows: [
        ...prompt.map((place) => ({ ...place, weight })),
        ...rows.map((row) => ({ ...row, weight: (1 - shareOfPrompt) * row.weight })),
      ],
    };
  }

  private readTexts(
    sequences: readonly PreparedSequence[],
    most: number,
    random: RandomStream,
  ): readonly BenignRow[] {
    const isStart = (place: RowPlace): boolean => this.isStart(sequences, place);
    const places = allPlaces(sequences);
    const starts = places.filter(isStart);
    const spread = (some: readonly RowPlace[], weight: number): BenignRow[] =>
      some.map((place) => ({ ...place, weight: weight / some.length }));
    if (starts.length === 0 || starts.length === places.length) return spread(pick(places, most, random), 1);
    const chosen = pick(starts, Math.floor(mostStarts * most), random);
    const others = places.filter((place) => !isStart(place));
    const rest = pick(others, most - chosen.length, random);
    return [...spread(chosen, this.shareOfStarts), ...spread(rest, 1 - this.shareOfStarts)];
  }
}

/** Tells where answers start by what stands before the responses of all keys. */
export function findStarts(keys: readonly PreparedKey[]): ReturnType<typeof findAnswerStart> {
  return findAnswerStart(
    keys.map(({ sequence: { ids }, response }) => ids.slice(0, ids.length - response.length + 1)),
  );
}

/** The rows of the prompt, of the first sequence that has one. */
export function promptPlaces(sequences: readonly PreparedSequence[]): RowPlace[] {
  const member = sequences.findIndex(({ firstRow }) => firstRow > 0);
  const length = sequences[member]?.firstRow ?? 0;
  return Array.from({ length }, (_, position) => ({ member, position }));
}

/** Every row of these sequences that counts. */
export function allPlaces(sequences: readonly PreparedSequence[]): RowPlace[] {
  return sequences.flatMap(({ ids, firstRow }, member) =>
    ids.slice(firstRow).map((_, i) => ({ member, position: firstRow + i })),
  );
}

function pick(places: readonly RowPlace[], most: number, random: RandomStream): readonly RowPlace[] {
  return places.length <= most ? places : random.shuffle(places).slice(0, most);
}
