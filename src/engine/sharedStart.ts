import type { ModelConfig } from '../architectures/architecture';
import type { Watch } from '../contract/events';
import { cacheOutputs, type ForwardOutputs, type ForwardPass, type Past } from './forwardPass';
import { KeyValueCache } from './keyValueCache';
import type { Rows } from './languageModel';
import { countLongTables } from './modelPass';

/** The common start of all sequences of a question, read once: a chat's system prompt, for example. */
interface SharedStart {
  /** In tokens; 0 for none. */
  readonly length: number;
  /** Adds the start to a cache and returns the numbers of its tokens there. */
  addTo(cache: KeyValueCache): readonly number[];
  /** Other requested outputs for its tokens. */
  readonly outputs: ForwardOutputs;
}

const noStart: SharedStart = { length: 0, addTo: () => [], outputs: {} };

/** The start is read in a pass of its own, which has to save the others at least this many tokens. */
const fewestSpared = 64;

/** How many tokens all sequences begin with, before the first whose prediction is requested. */
export function countSharedTokens(sequences: readonly Rows[]): number {
  const first = sequences[0]?.ids ?? [];
  let shared = first.length;
  for (const { ids, positions } of sequences) {
    const most = Math.min(shared, positions[0] ?? ids.length);
    shared = 0;
    while (shared < most && ids[shared] === first[shared]) shared++;
  }
  return shared;
}

/**
 * Reads the common start of sequences. None where that is short, where the layers are loaded again for every
 * pass, or where some sequences are so long that their start turns by other frequencies.
 */
export async function readSharedStart(
  pass: ForwardPass,
  config: ModelConfig,
  sequences: readonly Rows[],
  watch?: Watch,
  outputNames: readonly string[] = [],
): Promise<SharedStart> {
  const length = pass.isGrouped ? 0 : countSharedTokens(sequences);
  const kind = countLongTables(config, length);
  if (
    length * (sequences.length - 1) < fewestSpared ||
    sequences.some(({ ids }) => countLongTables(config, ids.length) !== kind)
  )
    return noStart;

  const start = { ids: sequences[0]!.ids.slice(0, length), batch: 1, length, rows: [length - 1] };
  let outputs: ForwardOutputs = {};
  await pass.run([start], [...cacheOutputs(config), ...outputNames], (_, read) => (outputs = read), watch);
  return { length, addTo: (cache) => cache.add(outputs, [length], length)[0]!, outputs };
}

/** The past of a batch of so many sequences after a start, whose keys and values all of them share. */
export function continueStart(config: ModelConfig, start: SharedStart): (batch: number) => Past {
  const cache = new KeyValueCache(config, start.length);
  const tokens = start.addTo(cache);
  return (batch) => ({ rows: cache.rows, tokens: new Array<typeof tokens>(batch).fill(tokens) });
}
