import { availableParallelism } from 'node:os';
import { readMemory } from '../../common/memory';

/** What this computer has to give. */
export interface Machine {
  readonly threads: number;
  /** Those that a run takes. */
  readonly usedThreads: number;
  /** Memory that programs can still have, in bytes. */
  readonly freeBytes: number;
}

/**
 * Looks at this computer, now. In a container the limit of the container counts.
 * @param allowedThreads that a run may take; 0: all but one, as the settings say it.
 */
export function readMachine(allowedThreads: number): Machine {
  const threads = availableParallelism();
  return {
    threads,
    usedThreads: allowedThreads > 0 ? Math.min(allowedThreads, threads) : Math.max(threads - 1, 1),
    freeBytes: readMemory().freeBytes,
  };
}
