import { freemem, totalmem } from 'node:os';

/** Memory of this computer, in bytes. */
interface Memory {
  readonly totalBytes: number;
  /** Memory that programs can still get. */
  readonly freeBytes: number;
}

/** Reads this computer's memory now. A container's limit counts. */
export function readMemory(): Memory {
  const limitBytes = process.constrainedMemory();
  return {
    // 0 means unknown. Without a limit some systems report a number larger than any memory.
    totalBytes: limitBytes > 0 ? Math.min(totalmem(), limitBytes) : totalmem(),
    freeBytes: Math.min(freemem(), readAvailable()),
  };
}

/** `process.availableMemory` needs Node 20.13. */
function readAvailable(): number {
  return typeof process.availableMemory === 'function' ? process.availableMemory() : Infinity;
}
