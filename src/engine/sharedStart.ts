import type { ModelConfig } from '../architectures/architecture';
import type { Watch } from '../common/progress';
import { cacheOutputs, type ForwardOutputs, type ForwardPass } from './forwardPass';
import type { KeyValueCache } from './keyValueCache';
import type { Rows } from './languageModel';
import { countLongTables } from './modelPass';

/** What all sequences of a question begin with, read once: a chat's system prompt, for example. */
export interface SharedStart {
  /** In tokens; 0 for none. */
  readonly length: number;
  /** Puts the start into a cache and gives the numbers of its tokens there. */
  addTo(cache: KeyValueCache): readonly number[];
}

const noStart: SharedStart = { length: 0, addTo: () => [] };

/** The start is read in a pass of its own, which has to spare the others at least so many tokens. */
const fewestSpared = 64;

/** How many tokens sequences begin with alike, before the first whose prediction is wanted. */
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
 * Reads what sequences begin with alike. None where that is little, where the layers are loaded anew for every pass, or where
 * some sequences are so long that their start is turned by other frequencies.
 */
export async function readSharedStart(
  pass: ForwardPass,
  config: ModelConfig,
  sequences: readonly Rows[],
  watch?: Watch,
): Promise<SharedStart> {
  const length = pass.isGrouped ? 0 : countSharedTokens(sequences);
  const kind = countLongTables(config, length);
  if (
    length * (sequences.length - 1) < fewestSpared ||
    sequences.some(({ ids }) => countLongTables(config, ids.length) !== kind)
  )
    return noStart;

  const start = { ids: sequences[0]!.ids.slice(0, length), batch: 1, length, rows: [length - 1] };
  let read: ForwardOutputs = {};
  await pass.run([start], cacheOutputs(config), (_, outputs) => (read = outputs), watch);
  return { length, addTo: (cache) => cache.add(read, [length], length)[0]! };
}
