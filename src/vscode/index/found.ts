import type { Reason } from '../../common/reasons';
import type { KeyFilePublic } from '../../fingerprint/keyFile/keyFile';
import type { ModelFacts } from '../../operations/describeCheckpoint';
import type { Problem } from '../../protocol/panel/parts';
import type { FallenShort } from '../../reports/words/notReady';
import type { StoredReport } from '../../reports/readReport';

/** Why something on disk cannot be used. */
export interface FoundProblem extends Problem {
  /** As in UserError: stable and for programs. */
  readonly reason: Reason;
  /** damaged: a file is broken. unsupported: another family or format. */
  readonly kind: 'damaged' | 'unsupported';
}

/** A folder with config.json and weights. */
export interface FoundCheckpoint {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  /** Absolute paths of the weight files. */
  readonly weightFiles: readonly string[];
  /** When the newest file that its digest covers was changed or put there. */
  readonly changedAtMs: number;
  /** The version of these files, as readDigestedFiles; absent where nobody could look. */
  readonly version?: string;
  /** Set where the folder holds the note of a copy that is not ready to publish. */
  readonly notReady?: FallenShort;
  /** Absent when the folder cannot be used; then `problem` says why. */
  readonly facts?: ModelFacts;
  readonly problem?: FoundProblem;
  /** Why a folder that can be read and verified cannot be marked; absent where it can. */
  readonly unmarkable?: FoundProblem;
}

export interface FoundKeySet {
  /** Absolute. */
  readonly path: string;
  /** The file's name. */
  readonly name: string;
  /** The part of the file that needs no passphrase; absent when it cannot be read. */
  readonly header?: KeyFilePublic;
  readonly problem?: FoundProblem;
}

/** A report with the path of its file, and whether this installation wrote it. */
export type FoundReport = StoredReport & { readonly path: string; readonly isOwn: boolean };
