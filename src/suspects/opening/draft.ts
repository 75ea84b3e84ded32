import type { TensorInfo } from '../../checkpoint/weights/safetensors';

/**
 * One way to read a suspect's folder, before its family's formula is asked whether it fits: config and
 * tensors, and in which points it departs from the first way.
 */
export interface Draft {
  readonly modelType: string;
  /** The fields of config.json as they are read here. */
  readonly raw: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** What can be read in two ways and is read in the other one here, as parts of a sentence. */
  readonly conflicts: readonly string[];
}

/** The ways in which one thing in a draft can be read: the draft itself first, then the others. */
export type Alternatives = (draft: Draft) => Draft[];

/** The draft with other fields in its config; undefined removes one. */
export function withFields(draft: Draft, fields: Readonly<Record<string, unknown>>, conflict: string): Draft {
  const raw = Object.fromEntries(
    Object.entries({ ...draft.raw, ...fields }).filter(([, value]) => value !== undefined),
  );
  return { ...draft, raw, conflicts: [...draft.conflicts, conflict] };
}
