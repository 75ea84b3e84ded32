import { throwIfCancelled } from '../common/errors';
import type { Watch } from '../common/progress';
import { groupByLength, padIds, tokensPerBatch } from '../engine/batches';
import { readStates } from '../engine/forwardSession';
import type { LoadedModel } from '../engine/loadedModel';
import type { Session } from '../engine/runtime';

/**
 * A text of the run with what never changes while it is trained on: the base's normed final states and, where layers below
 * the lowest trained one are frozen, the states that enter that one; both [length, hidden].
 */
export interface PreparedSequence {
  readonly ids: readonly number[];
  readonly states: Float32Array | undefined;
  readonly normed: Float32Array;
}

/** Runs the base once over every sequence and keeps its states. */
export async function prepareSequences(
  model: LoadedModel,
  session: Session,
  sequences: readonly (readonly number[])[],
  watch: Watch,
): Promise<PreparedSequence[]> {
  const prepared: PreparedSequence[] = [];
  const lengths = sequences.map((ids) => ids.length);
  const size = model.config.hiddenSize;
  let done = 0;
  for (const { members, length } of groupByLength(lengths, tokensPerBatch(model))) {
    throwIfCancelled(watch.signal);
    const ids = padIds(
      members.map((member) => sequences[member]!),
      length,
    );
    const { states, normed } = await readStates(model, session, ids, [members.length, length]);
    members.forEach((member, row) => {
      const start = row * length * size;
      const end = start + lengths[member]! * size;
      prepared[member] = {
        ids: sequences[member]!,
        states: states?.slice(start, end),
        normed: normed.slice(start, end),
      };
    });
    done += members.length;
    watch.report({ phase: 'reading benign text', done, total: sequences.length });
  }
  return prepared;
}
