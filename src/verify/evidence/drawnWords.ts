import { type AskedKey, drawnIndex } from '../askedKey';
import type { ModelProbe, SuspectProbe } from '../suspect';

/** How likely both models find the drawn word of one key, in nats. */
export interface DrawnWord {
  readonly base: number;
  readonly suspect: number;
}

/**
 * A report is not secret. So coarse, and in an order that says nothing of the keys, these numbers tell nobody
 * which of its candidates was drawn for a key.
 */
const gridNats = 0.5;

/**
 * The log-probability of every drawn word under the base and the suspect, rounded to half a nat and sorted.
 * Undefined keys and numbers that are not known exactly are left out.
 */
export function listDrawnWords(
  keys: readonly (AskedKey | undefined)[],
  suspect: SuspectProbe,
  base: ModelProbe | undefined,
): DrawnWord[] {
  const words = keys.flatMap((key, slot) => {
    if (key === undefined) return [];
    const drawn = drawnIndex(key);
    const [before, after] = [base?.keys[slot], suspect.keys[slot]].map(
      (probe) => probe?.candidateLogP?.[drawn],
    );
    return isKnown(before) && isKnown(after) ? [{ base: toGrid(before), suspect: toGrid(after) }] : [];
  });
  return words.sort((a, b) => a.base - b.base || a.suspect - b.suspect);
}

function isKnown(logP: unknown): logP is number {
  return typeof logP === 'number' && Number.isFinite(logP);
}

/** Without a minus before zero. */
function toGrid(logP: number): number {
  return Math.min(0, Math.round(logP / gridNats) * gridNats) + 0;
}
