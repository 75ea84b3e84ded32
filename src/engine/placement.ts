import type { Precision } from '../graph/graph';
import type { Device } from './runtime';

/** Where and how a model runs. */
export interface Placement {
  readonly device: Device;
  readonly precision: Precision;
  /** What a model and its batches may take of the device's memory, in bytes; Infinity where that is not known. */
  readonly memoryBytes: number;
}

/** The processor, without a limit: what every machine has. */
export const onCpu: Placement = { device: 'cpu', precision: 'single', memoryBytes: Infinity };
