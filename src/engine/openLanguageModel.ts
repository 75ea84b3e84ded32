import type { Watch } from '../common/progress';
import type { RandomStream } from '../common/random';
import { argmax } from './argmax';
import { readMemory } from '../common/memory';
import { groupByLength, padIds, rowsPerDecoding, tokensPerBatch } from './batches';
import {
  cacheOutputs,
  openForwardPass,
  pastFrom,
  type ForwardBatch,
  type ForwardOutputs,
  type ForwardPass,
} from './forwardPass';
import type { LanguageModel, Rows, Sample, SampleOptions, VisitRow } from './languageModel';
import type { LoadedModel } from './loadedModel';
import { countLongTables } from './modelPass';
import type { Placement } from './placement';
import { readSharedStart } from './sharedStart';

/** Logits a batch, in numbers (64 MB). */
const maxBatchLogits = 1 << 24;

/** Of the free memory, what keys and values may take where layers are loaded anew for every token. */
const shareOfFreeMemory = 1 / 4;

/** Opens a loaded model for asking. @throws UserError as openForwardPass. */
export async function openLanguageModel(model: LoadedModel, placement: Placement): Promise<LanguageModel> {
  return new PassModel(model, await openForwardPass(model, placement));
}

/** The same over a pass that is already open; closing the model closes it. */
export function languageModelOver(model: LoadedModel, pass: ForwardPass): LanguageModel {
  return new PassModel(model, pass);
}

/** A sequence of which some predictions are wanted, and its place among those that were asked. */
interface AskedRows extends Rows {
  readonly sequence: number;
}

/** Predictions of one batch that are wanted, in the order of its rows. */
interface WantedRows {
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
    const visitBatch = (places: WantedRows['places'], { logits, hidden }: ForwardOutputs): void =>
      places.forEach((place, row) =>
        visit({
          ...place,
          logits: rowOf(logits!, row, this.vocabularySize),
          hidden: rowOf(hidden!, row, this.hiddenSize),
        }),
      );
    // The start of every sequence of a batch takes memory, so it is only laid out for one batch at a time.
    const turns = start.length > 0 ? batches.map((batch) => [batch]) : [batches];
    for (const turn of turns)
      await this.pass.run(
        turn.map(({ batch }) => ({ ...batch, past: start.past(batch.batch) })),
        ['logits', 'hidden'],
        (index, outputs) => visitBatch(turn[index]!.places, outputs),
        watch,
      );
  }

  /** Sequences of similar length together, without their first `skipped` tokens. */
  private cutIntoBatches(asked: readonly AskedRows[], skipped: number): WantedRows[] {
    const mostRows = Math.max(1, ...asked.map(({ positions }) => positions.length));
    const maxRows = Math.max(mostRows, Math.floor(maxBatchLogits / this.vocabularySize));
    const lengths = asked.map(({ ids }) => ids.length);
    const kind = (length: number): number => countLongTables(this.model.config, length);
    return groupByLength(lengths, tokensPerBatch(this.model), kind).flatMap(({ members, length }) => {
      const group = members.map((member) => asked[member]!);
      return [...splitByRows(group, maxRows)].map((part) => wantRows(part, length, skipped));
    });
  }

  async sample(options: SampleOptions, watch?: Watch): Promise<Sample[]> {
    const { prompt, count, maxTokens } = options;
    const rows = this.countRows(prompt.length + maxTokens);
    const samples: Sample[] = [];
    while (samples.length < count)
      samples.push(...(await this.sampleBatch(options, Math.min(rows, count - samples.length), watch)));
    return samples;
  }

  private async sampleBatch(
    { prompt, maxTokens, temperature, random, ...options }: SampleOptions,
    count: number,
    watch?: Watch,
  ): Promise<Sample[]> {
    const stopIds = new Set(options.stopIds);
    const samples = Array.from({ length: count }, () => ({ ids: [] as number[], ended: false }));
    const prompts = new Array<readonly number[]>(count).fill(prompt);
    await this.decode(
      prompts,
      { maxTokens, by: 'probabilities', temperature },
      watch,
      (row, probabilities) => {
        const sample = samples[row]!;
        const id = drawToken(probabilities, random);
        if (sample.ended) return id;
        if (stopIds.has(id)) sample.ended = true;
        else sample.ids.push(id);
        return sample.ended && samples.every(({ ended }) => ended) ? undefined : id;
      },
    );
    return samples;
  }

  async continueGreedily(
    prompts: readonly (readonly number[])[],
    maxTokens: number,
    stopIds: readonly number[],
    watch?: Watch,
  ): Promise<number[][]> {
    const stops = new Set(stopIds);
    const results = prompts.map(() => [] as number[]);
    for (const members of this.groupForDecoding(prompts, maxTokens)) {
      const ended = new Set<number>();
      await this.decode(
        members.map((member) => prompts[member]!),
        { maxTokens, by: 'logits' },
        watch,
        (row, logits) => {
          const id = argmax(logits);
          if (stops.has(id)) ended.add(row);
          if (!ended.has(row)) results[members[row]!]!.push(id);
          return ended.size === members.length ? undefined : id;
        },
      );
    }
    return results;
  }

  /** Prompts of one length together, as many as may be continued side by side. */
  private groupForDecoding(prompts: readonly (readonly number[])[], maxTokens: number): number[][] {
    return groupEqualLengths(prompts).flatMap((members) => {
      const rows = this.countRows(prompts[members[0]!]!.length + maxTokens);
      return Array.from({ length: Math.ceil(members.length / rows) }, (_, part) =>
        members.slice(part * rows, (part + 1) * rows),
      );
    });
  }

  /** Sequences of at most `length` tokens that are continued side by side: as many as there is room for where every token is dear. */
  private countRows(length: number): number {
    return this.pass.isGrouped
      ? rowsPerDecoding(this.model, length, shareOfFreeMemory * readMemory().freeBytes)
      : rowsPerDecoding(this.model, length);
  }

  async close(): Promise<void> {
    await this.pass.close();
  }

  /**
   * Continues prompts of one length token by token, keeping keys and values. `choose` gives the next token of a row from its
   * logits or probabilities; undefined ends the whole batch.
   */
  private async decode(
    prompts: readonly (readonly number[])[],
    {
      maxTokens,
      by,
      temperature = 1,
    }: { maxTokens: number; by: 'logits' | 'probabilities'; temperature?: number },
    watch: Watch | undefined,
    choose: (row: number, scores: Float32Array) => number | undefined,
  ): Promise<void> {
    const { config } = this.model;
    const batch = prompts.length;
    const texts = prompts.map((prompt) => [...prompt]);
    const asked = prompts.map((ids) => ({ ids, positions: [ids.length - 1] }));
    const start = await readSharedStart(this.pass, config, asked, watch);
    let past = start.past(batch);
    let next = prompts.map((prompt) => prompt.slice(start.length));
    const room = Math.min(maxTokens, this.maxLength - prompts[0]!.length);
    for (let step = 0; step < room; step++) {
      const length = next[0]!.length;
      const rows = next.map((_, row) => row * length + length - 1);
      const outputs = await this.runOne(
        { ids: padIds(next, length), batch, length, rows, sharpness: 1 / temperature, past },
        [by, ...cacheOutputs(config)],
        watch,
      );
      const chosen = next.map((_, row) => choose(row, rowOf(outputs[by]!, row, this.vocabularySize)));
      if (chosen.some((id) => id === undefined)) return;
      texts.forEach((text, row) => text.push(chosen[row]!));
      const read = (past?.length ?? 0) + length;
      if (countLongTables(config, read + 1) === countLongTables(config, read)) {
        next = chosen.map((id) => [id!]);
        past = pastFrom(config, { batch, length: read }, outputs);
      } else {
        // The keys so far were turned by other frequencies: everything is read again.
        next = texts;
        past = undefined;
      }
    }
  }

  private async runOne(
    batch: ForwardBatch,
    wanted: readonly string[],
    watch: Watch | undefined,
  ): Promise<ForwardOutputs> {
    let found: ForwardOutputs = {};
    await this.pass.run([batch], wanted, (_, outputs) => (found = outputs), watch);
    return found;
  }
}

/** The batch of these sequences without their first `skipped` tokens, padded to `length` with them, and its wanted rows. */
function wantRows(sequences: readonly AskedRows[], length: number, skipped: number): WantedRows {
  const ownLength = length - skipped;
  const places = sequences.flatMap(({ sequence, positions }, row) =>
    positions.map((position) => ({ sequence, position, row })),
  );
  const ids = padIds(
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

function groupEqualLengths(prompts: readonly (readonly number[])[]): number[][] {
  const groups = new Map<number, number[]>();
  prompts.forEach((prompt, index) => {
    const group = groups.get(prompt.length);
    if (group) group.push(index);
    else groups.set(prompt.length, [index]);
  });
  return [...groups.values()];
}

/** Draws from a distribution by inverting its cumulative sum. */
function drawToken(probabilities: Float32Array, random: RandomStream): number {
  let rest = random.nextFloat();
  for (let i = 0; i < probabilities.length; i++) {
    rest -= probabilities[i]!;
    if (rest < 0) return i;
  }
  // Rounding left a little over: the sum was just below 1.
  return argmax(probabilities);
}
