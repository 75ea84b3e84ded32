import { freemem, totalmem } from 'node:os';

/** Memory of this computer, in bytes. */
export interface Memory {
  readonly totalBytes: number;
  /** What programs can still have. */
  readonly freeBytes: number;
}

/** Looks at this computer, now. In a container the limit of the container counts. */
export function readMemory(): Memory {
  const limitBytes = process.constrainedMemory();
  return {
    // 0: not known. Without a limit some systems say a number larger than any memory.
    totalBytes: limitBytes > 0 ? Math.min(totalmem(), limitBytes) : totalmem(),
    freeBytes: Math.min(freemem(), readAvailable()),
  };
}

/** Editors before Node 20.13 cannot tell. */
function readAvailable(): number {
  return typeof process.availableMemory === 'function' ? process.availableMemory() : Infinity;
}
