import type { ZodType } from 'zod';
import type { Phase } from './phases';

/** What only the user knows. It travels over the child's private channel, never in a file or an argument. */
export interface Secrets {
  readonly passphrase?: string;
  /** The passphrase that replaces a key set's present one. */
  readonly newPassphrase?: string;
}

/** How operations differ. Code that treats some of them differently asks for a trait, never for a name. */
export interface Traits {
  /** Whether it runs a model or loads native code, and therefore runs in a child process with a run folder. */
  readonly runsInChild: boolean;
  /** Whether it makes a checkpoint, and keeps its run folder beside it. */
  readonly makesCheckpoint: boolean;
  /** Whether a run that ended early leaves a saved state from which it can be resumed. */
  readonly isResumable: boolean;
  /** Whether it only serves a view: it appears in no list of runs and not in the status bar. */
  readonly isSilent: boolean;
  readonly needsSecrets: boolean;
}

/**
 * Everything that edges, jobs and agents need to know about an operation. The code that does its work is
 * found by its name.
 */
export interface Declaration<Name extends string = string, Request = unknown, Result = unknown> {
  /** As recorded in job files. */
  readonly name: Name;
  /** One or two words: "verify", "key set". */
  readonly title: string;
  /** The beginning of a run's name, before what it works on: "Verify". */
  readonly verb?: string;
  /** One phrase for a list of commands: "test whether a suspect model carries a key set". */
  readonly description: string;
  /** Parses a request from outside. */
  readonly request: ZodType<Request>;
  /** Parses a result from a journal or from another process. */
  readonly result: ZodType<Result>;
  /** The phases of its work, in the usual order. */
  readonly phases: readonly Phase[];
  readonly traits: Traits;
}

export type RequestOf<Declared> = Declared extends Declaration<string, infer Request> ? Request : never;
export type ResultOf<Declared> = Declared extends Declaration<string, unknown, infer Result> ? Result : never;

/** A value that is read-only down to its leaves. */
export type DeeplyReadonly<Value> = Value extends object
  ? { readonly [Key in keyof Value]: DeeplyReadonly<Value[Key]> }
  : Value;

/** The most usual traits: quick, in this process, makes nothing. */
const plainTraits: Traits = {
  runsInChild: false,
  makesCheckpoint: false,
  isResumable: false,
  isSilent: false,
  needsSecrets: false,
};

/** Declares an operation by its differences from a plain one. */
export function declareOperation<const Name extends string, Request, Result>(
  declared: Omit<Declaration<Name, Request, Result>, 'phases' | 'traits'> & {
    readonly phases?: readonly Phase[];
    readonly traits?: Partial<Traits>;
  },
): Declaration<Name, Request, Result> {
  return { phases: [], ...declared, traits: { ...plainTraits, ...declared.traits } };
}
