import type { Judgement, VerdictKind } from './verdict';

/** Why a verdict is not the one that the counts alone would give. */
export const otherReasons = [
  /** The suspect is the unmarked model: whatever it says is no evidence. */
  'base-itself',
  /** A part of its folder cannot be read, or its model not computed. */
  'unread',
  /** Its numbers are infinite or not numbers. */
  'not-finite',
  /** Nobody knows which of its tokens is which. */
  'unknown-tokens',
  /** It can be read in more ways than were asked. */
  'too-many-ways',
  /** Its config names code of its own, and no base tells what the weights compute without it. */
  'own-code',
] as const;
export type OtherReason = (typeof otherReasons)[number];

/** A verdict that does not follow from counts, in words. */
export interface OtherVerdict {
  readonly reason: OtherReason;
  /** Without a full stop. */
  readonly sentence: string;
  readonly chance: string;
}

/**
 * The kind of verdict for such a reason; undefined where the reason does not change the kind that the counts
 * give: nothing makes a verdict stronger, and only the base itself is cleared of what it shows.
 */
export function kindFor(reason: OtherReason, counted: VerdictKind): VerdictKind | undefined {
  if (counted === 'refused') return undefined;
  if (reason === 'base-itself') return 'no-evidence';
  return counted === 'no-evidence' || counted === 'undetermined' ? 'undetermined' : undefined;
}

/** The judgement with the verdict that the reason gives it. */
export function applyOther(judgement: Judgement, other: OtherVerdict | undefined): Judgement {
  const kind = other && kindFor(other.reason, judgement.verdict.kind);
  return kind === undefined ? judgement : { ...judgement, verdict: { ...judgement.verdict, kind } };
}
