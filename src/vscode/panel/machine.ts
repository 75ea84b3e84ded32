import { availableParallelism, freemem } from 'node:os';

/** What this computer has to give. */
export interface Machine {
  readonly threads: number;
  /** Memory that programs can still have, in bytes. */
  readonly freeBytes: number;
}

/** Looks at this computer, now. In a container the limit of the container counts. */
export function readMachine(): Machine {
  return { threads: availableParallelism(), freeBytes: Math.min(freemem(), readAvailable()) };
}

/** Editors before Node 20.13 cannot tell. */
function readAvailable(): number {
  return typeof process.availableMemory === 'function' ? process.availableMemory() : Infinity;
}
