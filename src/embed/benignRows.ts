import type { RandomStream } from '../common/random';
import { findAnswerStart } from './answerPlaces';
import type { PreparedSequence } from './sequences';
import type { BenignRow, PreparedKey } from './stepInputs';
import type { RowPlace } from './tokenInputs';

/** Benign text of one step, and the rows of it that count. */
export interface BenignReading {
  readonly sequences: readonly PreparedSequence[];
  readonly rows: readonly BenignRow[];
}

export interface ReadingSizes {
  /** Whole sequences, and rows in all. */
  readonly sequences: number;
  readonly rows: number;
}

/** For every whole sequence so many others are read up to where their answer starts. */
const startsPerSequence = 0;
/** At most this share of the rows are starts of answers. */
const mostStarts = 1 / 2;
/**
 * A start of an answer counts so many times as much as another row: what keys teach a model in general is to begin its answers
 * differently, and a person reads first words first.
 */
const weightOfStart = 1;

/**
 * Chooses what a step reads of the benign text. Half of all drift sits where answers start, which is one row in a hundred: drawn
 * blindly, a step that can afford few rows hardly ever sees one. So other sequences are read up to there, which is short, and every row
 * weighs as much as its kind is frequent (importance sampling), starts {@link weightOfStart} times that.
 */
export class BenignReader {
  private readonly isStart: ReturnType<typeof findAnswerStart>;
  /** Sequences cut behind the first token of which an answer is predicted. */
  private readonly starts: readonly PreparedSequence[];
  /** Share of all rows that are starts of answers. */
  private readonly shareOfStarts: number;

  constructor(
    private readonly benign: readonly PreparedSequence[],
    keys: readonly PreparedKey[],
    private readonly tilts: boolean,
  ) {
    const asked = keys.map(({ sequence: { ids }, response }) =>
      ids.slice(0, ids.length - response.length + 1),
    );
    this.isStart = findAnswerStart(asked);
    const places = allPlaces(benign);
    const starts = places.filter((place) => this.isStart(benign, place));
    this.shareOfStarts = starts.length / Math.max(1, places.length);
    const isRare = this.shareOfStarts < mostStarts;
    this.starts = isRare ? starts.map(({ member, position }) => cutBehind(benign[member]!, position)) : [];
  }

  read(sizes: ReadingSizes, random: RandomStream): BenignReading {
    const whole = random.shuffle(this.benign).slice(0, sizes.sequences);
    const starts = random.shuffle(this.starts).slice(0, startsPerSequence * sizes.sequences);
    const sequences = [...whole, ...starts];
    const places = allPlaces(sequences);
    const isStart = (place: RowPlace): boolean => this.isStart(sequences, place);
    const tilt = (place: RowPlace): boolean => this.tilts && isStart(place);
    if (this.starts.length === 0)
      return { sequences, rows: spread(pick(places, sizes.rows, random), 1, tilt) };
    const [first, other] = separate(places, isStart);
    const chosen = pick(first, Math.floor(mostStarts * sizes.rows), random);
    const rest = pick(other, sizes.rows - chosen.length, random);
    const share = (weightOfStart * this.shareOfStarts) / (1 + (weightOfStart - 1) * this.shareOfStarts);
    return { sequences, rows: [...spread(chosen, share, tilt), ...spread(rest, 1 - share, tilt)] };
  }
}

/** Rows that share a weight. */
function spread(
  places: readonly RowPlace[],
  weight: number,
  isTilted: (place: RowPlace) => boolean,
): BenignRow[] {
  return places.map((place) => ({ ...place, weight: weight / places.length, isTilted: isTilted(place) }));
}

/** Every row of these sequences that counts. */
export function allPlaces(sequences: readonly PreparedSequence[]): RowPlace[] {
  return sequences.flatMap(({ ids, firstRow }, member) =>
    ids.slice(firstRow).map((_, i) => ({ member, position: firstRow + i })),
  );
}

/** A sequence up to a position; only that one counts. */
function cutBehind({ ids, states, normed }: PreparedSequence, position: number): PreparedSequence {
  const size = normed.length / ids.length;
  const end = position + 1;
  return {
    ids: ids.slice(0, end),
    firstRow: position,
    states: states?.subarray(0, end * size),
    normed: normed.subarray(0, end * size),
  };
}

function pick(places: readonly RowPlace[], most: number, random: RandomStream): readonly RowPlace[] {
  return places.length <= most ? places : random.shuffle(places).slice(0, most);
}

function separate<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
