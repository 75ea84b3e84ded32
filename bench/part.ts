// What the parts of the bench have in common.
import type { Workshop } from './workshop';

/** A checkpoint that is measured. */
export interface BenchModel {
  readonly name: string;
  readonly folder: string;
}

/** What a person chose for the part of graphics cards. */
export interface DeviceOptions {
  readonly device?: string | undefined;
  readonly shape?: string | undefined;
  readonly keys?: number | undefined;
  readonly steps?: number | undefined;
  readonly allowSoftware?: boolean | undefined;
}

export interface WantedKeys {
  /** The folder of the model that they are drawn from. */
  readonly model: string;
  readonly count: number;
  readonly responseLength?: number;
}

/** What a part works with. */
export interface Circumstances {
  readonly workshop: Workshop;
  /** The two models of `commands`, and the one that is compared with others. */
  readonly models: readonly BenchModel[];
  readonly model: BenchModel;
  /** Processor threads of both sides, where two are compared. */
  readonly threads: number;
  /** The path of what is bundled from inside/NAME.ts. */
  readonly bundle: (name: string) => string;
  /** Draws a key set by the command line; gives its file. */
  readonly makeKeys: (wanted: WantedKeys) => Promise<string>;
  /** Puts lines into the part's section, so that an ended bench keeps some. */
  readonly keep: (lines: readonly string[]) => string;
  readonly options: DeviceOptions;
}

/** Measures, and gives the lines of the part's section. */
export type Measure = (circumstances: Circumstances) => Promise<string[]>;
