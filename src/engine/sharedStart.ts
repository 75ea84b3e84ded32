import type { ModelConfig } from '../architectures/architecture';
import type { Watch } from '../common/progress';
import { cacheOutputs, pastFrom, type ForwardOutputs, type ForwardPass, type Past } from './forwardPass';
import type { Rows } from './languageModel';
import { countLongTables } from './modelPass';

/** What all sequences of a question begin with, read once: a chat's system prompt, for example. */
export interface SharedStart {
  /** In tokens; 0 for none. */
  readonly length: number;
  /** Its keys and values for so many sequences. */
  past(batch: number): Past | undefined;
  /** What else was wanted of its tokens. */
  readonly outputs: ForwardOutputs;
}

const noStart: SharedStart = { length: 0, past: () => undefined, outputs: {} };

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
  wanted: readonly string[] = [],
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
  await pass.run([start], [...cacheOutputs(config), ...wanted], (_, read) => (outputs = read), watch);
  const repeated = (batch: number): ForwardOutputs =>
    Object.fromEntries(cacheOutputs(config).map((name) => [name, repeat(outputs[name]!, batch)]));
  return { length, past: (batch) => pastFrom(config, { batch, length }, repeated(batch)), outputs };
}

function repeat(values: Float32Array, times: number): Float32Array {
  const all = new Float32Array(values.length * times);
  for (let i = 0; i < times; i++) all.set(values, i * values.length);
  return all;
}
