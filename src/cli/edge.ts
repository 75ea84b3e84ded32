import type { Output, Terminal } from './output';

/** Something shown to a person as lines; with --json the whole object is printed. */
export interface Shown {
  readonly lines: readonly string[];
}

/** What is quick and runs no model, so that it needs no child process. */
export interface LocalOperations {
  inspect(request: { model: string }): Promise<Shown>;
  showKeySet(request: { keys: string; reveal: boolean; passphrase: string }): Promise<Shown>;
  exportKeySet(request: {
    keys: string;
    out: string;
    passphrase: string;
  }): Promise<{ out: string; count: number }>;
  importKeys(request: {
    file: string;
    model: string;
    out: string;
    passphrase: string;
  }): Promise<{ out: string; count: number; warnings?: readonly string[] }>;
  changePassphrase(request: { keys: string; passphrase: string; newPassphrase: string }): Promise<void>;
}

/** What the command line stands on. */
export interface Edge extends Terminal {
  /** The bundled runner of child processes. */
  readonly runnerPath: string;
  readonly local: LocalOperations;
}

/** One call of the command line. */
export interface Call extends Edge {
  readonly output: Output;
  /** What the shell will be told when nothing is thrown. */
  exitCode: number;
}
