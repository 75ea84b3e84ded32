import type { Reason } from '../../common/reasons';
import type { KeyFilePublic } from '../../fingerprint/keyFile/keyFile';
import type { ModelFacts } from '../../operations/describeCheckpoint';
import type { Problem } from '../../protocol/panel/parts';
import type { FallenShort } from '../../reports/words/notReady';
import type { StoredReport } from '../../reports/readReport';

/** Why something on disk cannot be used. */
export interface FoundProblem extends Problem {
  /** As UserError's: stable and machine-readable. */
  readonly reason: Reason;
  /** damaged: a file is broken. unsupported: another family or format. */
  readonly kind: 'damaged' | 'unsupported';
}

/** A folder that holds config.json and weights. */
export interface FoundCheckpoint {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  /** Absolute paths of the weight files. */
  readonly weightFiles: readonly string[];
  /** When the youngest weight file was changed. */
  readonly changedAtMs: number;
  /** Set where the note of a copy that is not ready to publish lies in the folder. */
  readonly notReady?: FallenShort;
  /** Absent when the folder cannot be used; `problem` then says why. */
  readonly facts?: ModelFacts;
  readonly problem?: FoundProblem;
}

export interface FoundKeySet {
  /** Absolute. */
  readonly path: string;
  /** The file's name. */
  readonly name: string;
  /** What the file tells without its passphrase; absent when it cannot be read. */
  readonly header?: KeyFilePublic;
  readonly problem?: FoundProblem;
}

/** A report with the file it lies in. */
export type FoundReport = StoredReport & { readonly path: string };
