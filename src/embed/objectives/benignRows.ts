import type { RandomStream } from '../../common/random';
import type { PreparedSequence } from '../../train/sequences';
import type { RowPlace } from '../../train/tokenInputs';
import { findAnswerStart } from '../answerPlaces';
import type { PreparedKey } from './keyObjective';

/** A row of ordinary text whose divergence from the base counts. */
export interface BenignRow extends RowPlace {
  /** Its share of the mean: the weights of a whole step sum to 1. */
  readonly weight: number;
}

/** Benign text of one step, and the rows of it that count. */
export interface BenignReading {
  readonly sequences: readonly PreparedSequence[];
  readonly rows: readonly BenignRow[];
}

interface ReadingSizes {
  readonly sequences: number;
  /** The most rows in all. */
  readonly rows: number;
}

/** The largest share of a step's rows that are starts of answers. */
const mostStarts = 1 / 2;
/**
 * The weight of the prompt that all texts begin with. A model never writes it, but measurements of the copy
 * on whole dialogues read it every time, and it is an eighth of a dialogue of two hundred words.
 */
const shareOfPrompt = 1 / 8;

/**
 * Chooses the benign text that a step reads. Where answers start, at one row in a hundred, a model drifts
 * fifty times as far as elsewhere (SmolLM2-135M: 0.9 nats against 0.01). A step that can afford few rows
 * would hardly ever draw one; so all of them are read, and every row is weighted by the frequency of its kind
 * (importance sampling).
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
