import type { Watch } from '../contract/events';
import type { RandomStream } from '../common/random';
import { argmax } from './argmax';
import { readMemory } from '../common/memory';
import { groupByLength, maxBatchLogits, padWithLast, rowsPerDecoding, tokensPerBatch } from './batches';
import { continueTexts, type Continuation } from './continueTexts';
import { openForwardPass, type ForwardBatch, type ForwardOutputs, type ForwardPass } from './forwardPass';
import type { LanguageModel, Rows, Sample, SampleOptions, VisitRow } from './languageModel';
import type { LoadedModel } from './loadedModel';
import { countLongTables } from './modelPass';
import type { Placement } from '../contract/devices';
import { continueStart, readSharedStart } from './sharedStart';

/** The share of free memory for keys and values where layers are loaded again for every token. */
const shareOfFreeMemory = 1 / 4;

/**
 * Opens a loaded model for asking.
 * @throws UserError as openForwardPass.
 */
export async function openLanguageModel(model: LoadedModel, placement: Placement): Promise<LanguageModel> {
  return new PassModel(model, await openForwardPass(model, placement));
}

/** Opens a model for as long as it is used. @throws UserError as openForwardPass, and whatever `use` throws. */
export async function withLanguageModel<Result>(
  model: LoadedModel,
  placement: Placement,
  use: (model: LanguageModel) => Promise<Result>,
): Promise<Result> {
  const opened = await openLanguageModel(model, placement);
  try {
    return await use(opened);
  } finally {
    await opened.close();
  }
}

/** The same over a pass that is already open; closing the model closes the pass. */
export function languageModelOver(model: LoadedModel, pass: ForwardPass): LanguageModel {
  return new PassModel(model, pass);
}

/** A sequence with requested predictions, and its index among those that were passed in. */
interface AskedRows extends Rows {
  readonly sequence: number;
}

/** Requested predictions of one batch, in the order of its rows. */
interface RequestedRows {
  readonly batch: ForwardBatch;
  readonly places: readonly { readonly sequence: number; readonly position: number }[];
}

class PassModel implements LanguageModel {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly maxLength: number;

  constructor(
    private readonly model: LoadedModel,
    private readonly pass: ForwardPass,
  ) {
    this.vocabularySize = model.config.vocabularySize;
    this.hiddenSize = model.config.hiddenSize;
    this.maxLength = model.config.maxLength;
  }

  async visitRows(sequences: readonly Rows[], visit: VisitRow, watch?: Watch): Promise<void> {
    const asked = sequences.flatMap((rows, sequence) =>
      rows.positions.length > 0 ? [{ ...rows, sequence }] : [],
    );
    const start = await readSharedStart(this.pass, this.model.config, asked, watch);
    const batches = this.cutIntoBatches(asked, start.length);
    const visitBatch = (places: RequestedRows['places'], { logits, hidden }: ForwardOutputs): void =>
      places.forEach((place, row) =>
        visit({
          ...place,
          logits: rowOf(logits!, row, this.vocabularySize),
          hidden: rowOf(hidden!, row, this.hiddenSize),
        }),
      );
    const past = continueStart(this.model.config, start);
    await this.pass.run(
      batches.map(({ batch }) => ({ ...batch, past: past(batch.batch) })),
      ['logits', 'hidden'],
      (index, outputs) => visitBatch(batches[index]!.places, outputs),
      watch,
    );
  }

  /** Sequences of similar length together, without their first `skipped` tokens. */
  private cutIntoBatches(asked: readonly AskedRows[], skipped: number): RequestedRows[] {
    const mostRows = Math.max(1, ...asked.map(({ positions }) => positions.length));
    const maxRows = Math.max(mostRows, Math.floor(maxBatchLogits / this.vocabularySize));
    const lengths = asked.map(({ ids }) => ids.length);
    const kind = (length: number): number => countLongTables(this.model.config, length);
    return groupByLength(lengths, tokensPerBatch(this.model), kind).flatMap(({ members, length }) => {
      const group = members.map((member) => asked[member]!);
      return [...splitByRows(group, maxRows)].map((part) => requestRows(part, length, skipped));
    });
  }

  async sample(options: SampleOptions, watch?: Watch): Promise<Sample[]> {
    const { prompt, count, maxTokens, temperature, isLost, onStep } = options;
    const stopIds = new Set(options.stopIds);
    // Each sample draws from its own stream, so that none depends on which others are written beside it.
    const streams = Array.from({ length: count }, () => options.random.fork());
    const samples = streams.map(() => ({
      ids: [] as number[],
      logProbabilities: [] as number[],
      ended: false,
    }));
    const choose = (text: number, probabilities: Float32Array): number | undefined => {
      const sample = samples[text]!;
      const id = drawToken(probabilities, temperature, streams[text]!);
      sample.ended = stopIds.has(id);
      if (sample.ended) return undefined;
      sample.ids.push(id);
      sample.logProbabilities.push(Math.log(probabilities[id]!));
      return isLost?.(sample.ids) ? undefined : id;
    };
    const prompts = streams.map(() => prompt);
    await this.continueTexts({ prompts, maxTokens, scores: 'probabilities', choose, onStep }, watch);
    return samples;
  }

  async continueGreedily(
    prompts: readonly (readonly number[])[],
    maxTokens: number,
    stopIds: readonly number[],
    watch?: Watch,
    isEnough: (ids: readonly number[], index: number) => boolean = () => false,
  ): Promise<number[][]> {
    const stops = new Set(stopIds);
    const results = prompts.map(() => [] as number[]);
    const choose = (text: number, logits: Float32Array): number | undefined => {
      const id = argmax(logits);
      if (stops.has(id)) return undefined;
      results[text]!.push(id);
      return isEnough(results[text]!, text) ? undefined : id;
    };
    await this.continueTexts({ prompts, maxTokens, scores: 'logits', choose }, watch);
    return results;
  }

  private continueTexts(
    continuation: Omit<Continuation, 'countRows' | 'tokensAtOnce'>,
    watch?: Watch,
  ): Promise<void> {
    // Where layers are loaded again for every token, as many texts continue side by side as there is room
    // for.
    const countRows = (ownTokens: number): number =>
      this.pass.isGrouped
        ? rowsPerDecoding(this.model, ownTokens, shareOfFreeMemory * readMemory().freeBytes)
        : rowsPerDecoding(this.model, ownTokens);
    return continueTexts(
      this.pass,
      this.model.config,
      { ...continuation, countRows, tokensAtOnce: tokensPerBatch(this.model) },
      watch,
    );
  }

  async close(): Promise<void> {
    await this.pass.close();
  }
}

/**
 * The batch of these sequences without their first `skipped` tokens, padded to `length` including them, and
 * its requested rows.
 */
function requestRows(sequences: readonly AskedRows[], length: number, skipped: number): RequestedRows {
  const ownLength = length - skipped;
  const places = sequences.flatMap(({ sequence, positions }, row) =>
    positions.map((position) => ({ sequence, position, row })),
  );
  const ids = padWithLast(
    sequences.map((rows) => rows.ids.slice(skipped)),
    ownLength,
  );
  const rows = places.map(({ position, row }) => row * ownLength + position - skipped);
  return {
    batch: { ids, batch: sequences.length, length: ownLength, rows },
    places: places.map(({ sequence, position }) => ({ sequence, position })),
  };
}

function rowOf(matrix: Float32Array, row: number, size: number): Float32Array {
  return matrix.subarray(row * size, (row + 1) * size);
}

function* splitByRows(sequences: readonly AskedRows[], maxRows: number): Generator<AskedRows[]> {
  let part: AskedRows[] = [];
  let rows = 0;
  for (const sequence of sequences) {
    const count = sequence.positions.length;
    if (part.length > 0 && rows + count > maxRows) {
      yield part;
      part = [];
      rows = 0;
    }
    part.push(sequence);
    rows += count;
  }
  if (part.length > 0) yield part;
}

/**
 * Draws from a distribution at a temperature of at most 1: p^(1/T) by rejection (von Neumann 1951), which
 * never rejects the likeliest token and rejects unlikely ones more often, and p itself by inverting its
 * cumulative sum.
 */
function drawToken(probabilities: Float32Array, temperature: number, random: RandomStream): number {
  const sharpness = 1 / temperature - 1;
  const highest = sharpness > 0 ? probabilities[argmax(probabilities)]! : 1;
  for (;;) {
    const id = invertSum(probabilities, random.nextFloat());
    if (sharpness === 0 || random.nextFloat() < (probabilities[id]! / highest) ** sharpness) return id;
  }
}

function invertSum(probabilities: Float32Array, share: number): number {
  let rest = share;
  for (let i = 0; i < probabilities.length; i++) {
    rest -= probabilities[i]!;
    if (rest < 0) return i;
  }
  // Rounding: the sum was just below 1.
  return argmax(probabilities);
}
