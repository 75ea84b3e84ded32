import { availableParallelism } from 'node:os';
import { readMemory } from '../../common/memory';

/** The resources of this computer. */
export interface Machine {
  readonly threads: number;
  /** Threads that a run uses. */
  readonly usedThreads: number;
  /** Memory that programs can still have, in bytes. */
  readonly freeBytes: number;
}

/**
 * Reads this computer's resources now. A container's limit counts.
 * @param allowedThreads the most for a run; 0: all but one, as in the settings.
 */
export function readMachine(allowedThreads: number): Machine {
  const threads = availableParallelism();
  return {
    threads,
    usedThreads: allowedThreads > 0 ? Math.min(allowedThreads, threads) : Math.max(threads - 1, 1),
    freeBytes: readMemory().freeBytes,
  };
}
