import type { Phase } from '../contract/phases';
import type { Watch } from '../contract/events';
import { groupByLength, padIds, tokensPerBatch, type Batch } from '../engine/batches';
import type { ForwardBatch, ForwardOutputs, ForwardPass } from '../engine/forwardPass';
import type { LoadedModel } from '../engine/loadedModel';
import { continueStart, readSharedStart } from '../engine/sharedStart';

/**
 * A text of the run with the states that training never changes: the base's normed final states and, where
 * layers below the lowest trained one are frozen, the states that enter that layer; both [length, hidden].
 */
export interface PreparedSequence {
  readonly ids: readonly number[];
  /** The first position whose prediction counts: before it is a prompt that is the same in every text. */
  readonly firstRow: number;
  readonly states: Float32Array | undefined;
  readonly normed: Float32Array;
}

/**
 * Runs the base once over every sequence and keeps its states; the pass also keeps those that
 * `openForwardPass` was asked for. Reports progress of the caller's `phase`.
 */
export async function prepareSequences(
  model: LoadedModel,
  pass: ForwardPass,
  sequences: readonly (readonly number[])[],
  { keepsStates, phase }: { keepsStates: boolean; phase: Phase },
  watch: Watch,
): Promise<PreparedSequence[]> {
  const outputNames = keepsStates ? ['states', 'normed'] : ['normed'];
  const size = model.config.hiddenSize;
  const asked = sequences.map((ids) => ({ ids, positions: [ids.length - 1] }));
  const start = await readSharedStart(pass, model.config, asked, watch, outputNames);
  const lengths = sequences.map((ids) => ids.length - start.length);
  const batches = groupByLength(lengths, tokensPerBatch(model));
  const prepared: PreparedSequence[] = [];
  let done = 0;
  const visit = ({ members, length }: Batch, { states, normed }: ForwardOutputs): void => {
    members.forEach((member, row) => {
      const own = (values: Float32Array): Float32Array =>
        values.subarray(row * length * size, (row * length + lengths[member]!) * size);
      prepared[member] = {
        ids: sequences[member]!,
        firstRow: 0,
        states: states && join(start.outputs.states, own(states)),
        normed: join(start.outputs.normed, own(normed!)),
      };
    });
    done += members.length;
    watch.report({ type: 'phase', phase, done, total: sequences.length });
  };
  const past = continueStart(model.config, start);
  await pass.run(
    batches.map(({ members, length }) => ({
      ...readAll(
        members.map((member) => sequences[member]!.slice(start.length)),
        length,
      ),
      past: past(members.length),
    })),
    outputNames,
    (index, outputs) => visit(batches[index]!, outputs),
    watch,
  );
  return prepared;
}

/** Values of a shared start, if there is one, followed by a sequence's own; always a copy. */
function join(start: Float32Array | undefined, own: Float32Array): Float32Array {
  if (!start) return own.slice();
  const all = new Float32Array(start.length + own.length);
  all.set(start);
  all.set(own, start.length);
  return all;
}

/** A batch of whole sequences without requested predictions; devices dislike empty tensors. */
function readAll(sequences: readonly (readonly number[])[], length: number): ForwardBatch {
  return { ids: padIds(sequences, length), batch: sequences.length, length, rows: [0] };
}
