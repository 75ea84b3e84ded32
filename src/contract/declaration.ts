import type { ZodType } from 'zod';
import type { Phase } from './phases';

/** What only the person at the keyboard knows. Travels over the child's private channel, never by file or argument. */
export interface Secrets {
  readonly passphrase?: string;
  /** What a key set gets instead of its passphrase. */
  readonly newPassphrase?: string;
}

/** What sets an operation apart from others: whoever treats operations differently asks for one of these, never for a name. */
export interface Traits {
  /** Whether it runs a model or loads native code, and so happens in a child process with a run folder. */
  readonly runsInChild: boolean;
  /** Whether it makes a checkpoint, and keeps its run folder beside it. */
  readonly makesCheckpoint: boolean;
  /** Whether an early end leaves a state from which it can be resumed. */
  readonly isResumable: boolean;
  /** Whether it only serves a view: no list of runs and no status bar shows it. */
  readonly isSilent: boolean;
  readonly needsSecrets: boolean;
}

/** Everything that edges, jobs and agents have to know of an operation. Whoever does the work is found by its name. */
export interface Declaration<Name extends string = string, Request = unknown, Result = unknown> {
  /** As job files record it. */
  readonly name: Name;
  /** In a word or two: "verify", "key set". */
  readonly title: string;
  /** One phrase for a list of commands: "test whether a suspect model carries a key set". */
  readonly description: string;
  /** Parses a request that came from outside. */
  readonly request: ZodType<Request>;
  /** Parses a result as a journal or a channel between processes carries it. */
  readonly result: ZodType<Result>;
  /** What its work consists of, in the usual order. */
  readonly phases: readonly Phase[];
  readonly traits: Traits;
}

export type RequestOf<Declared> = Declared extends Declaration<string, infer Request> ? Request : never;
export type ResultOf<Declared> = Declared extends Declaration<string, unknown, infer Result> ? Result : never;

/** A value that nobody changes, down to its leaves. */
export type DeeplyReadonly<Value> = Value extends object
  ? { readonly [Key in keyof Value]: DeeplyReadonly<Value[Key]> }
  : Value;

/** The most usual: quick, here, nothing made. */
const plainTraits: Traits = {
  runsInChild: false,
  makesCheckpoint: false,
  isResumable: false,
  isSilent: false,
  needsSecrets: false,
};

/** Declares an operation by what differs from a plain one. */
export function declareOperation<const Name extends string, Request, Result>(
  declared: Omit<Declaration<Name, Request, Result>, 'phases' | 'traits'> & {
    readonly phases?: readonly Phase[];
    readonly traits?: Partial<Traits>;
  },
): Declaration<Name, Request, Result> {
  return { phases: [], ...declared, traits: { ...plainTraits, ...declared.traits } };
}
