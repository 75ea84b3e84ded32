// What the parts of the bench share.
import type { Workshop } from './workshop';

/** A checkpoint that is measured. */
export interface BenchModel {
  readonly name: string;
  readonly folder: string;
}

/** Options that a user chose for the graphics-card part. */
export interface DeviceOptions {
  readonly device?: string | undefined;
  readonly shape?: string | undefined;
  readonly keys?: number | undefined;
  readonly steps?: number | undefined;
  readonly allowSoftware?: boolean | undefined;
}

export interface KeyRequest {
  /** The folder of the model that they are drawn from. */
  readonly model: string;
  readonly count: number;
  readonly responseLength?: number;
}

/** Everything that a part is given. */
export interface Circumstances {
  readonly workshop: Workshop;
  /** The two models of `commands`, and the one that is compared with others. */
  readonly models: readonly BenchModel[];
  readonly model: BenchModel;
  /** Processor threads of both sides, where two are compared. */
  readonly threads: number;
  /** The path of the bundle of inside/NAME.ts. */
  readonly bundle: (name: string) => string;
  /** Draws a key set with the command line. Returns its file. */
  readonly makeKeys: (request: KeyRequest) => Promise<string>;
  /** Writes lines into the part's section, so that an interrupted bench keeps the rows so far. */
  readonly keep: (lines: readonly string[]) => string;
  readonly options: DeviceOptions;
}

/** Measures, and returns the lines of the part's section. */
export type Measure = (circumstances: Circumstances) => Promise<string[]>;
