import type { Watch } from '../common/progress';
import { groupByLength, padIds, tokensPerBatch } from '../engine/batches';
import type { ForwardBatch, ForwardPass } from '../engine/forwardPass';
import type { LoadedModel } from '../engine/loadedModel';

/**
 * A text of the run with what never changes while it is trained on: the base's normed final states and, where layers below
 * the lowest trained one are frozen, the states that enter that one; both [length, hidden].
 */
export interface PreparedSequence {
  readonly ids: readonly number[];
  readonly states: Float32Array | undefined;
  readonly normed: Float32Array;
}

/** Runs the base once over every sequence and keeps its states; those of the pass are what `openForwardPass` was told to keep. */
export async function prepareSequences(
  model: LoadedModel,
  pass: ForwardPass,
  sequences: readonly (readonly number[])[],
  { keepsStates }: { keepsStates: boolean },
  watch: Watch,
): Promise<PreparedSequence[]> {
  const lengths = sequences.map((ids) => ids.length);
  const batches = groupByLength(lengths, tokensPerBatch(model));
  const prepared: PreparedSequence[] = [];
  const size = model.config.hiddenSize;
  let done = 0;
  await pass.run(
    batches.map(({ members, length }) => readAll(sequences, members, length)),
    keepsStates ? ['states', 'normed'] : ['normed'],
    (index, { states, normed }) => {
      const { members, length } = batches[index]!;
      members.forEach((member, row) => {
        const start = row * length * size;
        const end = start + lengths[member]! * size;
        prepared[member] = {
          ids: sequences[member]!,
          states: states?.slice(start, end),
          normed: normed!.slice(start, end),
        };
      });
      done += members.length;
      watch.report({ phase: 'reading benign text', done, total: sequences.length });
    },
    watch,
  );
  return prepared;
}

/** A batch of whole sequences, of which no prediction is wanted; devices dislike empty tensors. */
function readAll(
  sequences: readonly (readonly number[])[],
  members: readonly number[],
  length: number,
): ForwardBatch {
  const ids = padIds(
    members.map((member) => sequences[member]!),
    length,
  );
  return { ids, batch: members.length, length, rows: [0] };
}
