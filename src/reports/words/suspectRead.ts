import type { OtherVerdict } from '../../verify/otherVerdict';
import { formatCount, formatOf } from '../../words/numbers';

/** What was seen of a suspect besides its answers, in words. */
export interface SeenSuspect {
  /** Ways to read it, all of them asked. */
  readonly readings: number;
  /** In which points they differ, as parts of a sentence. */
  readonly conflicts: readonly string[];
  /** Those of the way that the verdict is about. */
  readonly chosen: readonly string[];
  /** Tests of all these ways together. */
  readonly testCount: number;
}

/** How a suspect that can be read in several ways was asked; nothing where there is one. */
export function sayReadings({ readings, conflicts, chosen }: SeenSuspect): string[] {
  if (readings < 2) return [];
  const about =
    chosen.length === 0
      ? 'The verdict is about the usual one.'
      : `The verdict is about another one than usual, which differs in ${chosen.join('; ')}.`;
  return [
    `The suspect can be read in ${formatCount(readings)} ways. They differ in ${conflicts.join('; ')}. All were asked, and the tests of all count for the correction. ${about}`,
  ];
}

/** The finding about a suspect of which a part cannot be read. */
export function sayUnread({
  reason,
  next,
}: {
  readonly reason: string;
  readonly next: string;
}): OtherVerdict {
  return {
    reason: 'unread',
    sentence: `Undetermined: ${reason}`,
    chance: `Nothing could be asked, so this says nothing either way. ${next}`,
  };
}

/** The finding about a suspect that was asked by ids of which nobody knows the tokens. */
export const unknownTokens: OtherVerdict = {
  reason: 'unknown-tokens',
  sentence: 'Undetermined: the suspect’s tokenizer cannot be read',
  chance:
    'It was asked by the ids of the keys and showed nothing, but its tokens may be numbered differently. Give the unmarked model with --base, whose embeddings can tell, or add the tokenizer.json that the suspect is run with, and verify again.',
};

/** The finding about a suspect that can be read in more ways than were asked. */
export const tooManyWays: OtherVerdict = {
  reason: 'too-many-ways',
  sentence: 'Undetermined: the suspect’s config.json can be read in too many ways',
  chance:
    'Those that were asked showed nothing. Find out which of its values count where the suspect is run, remove the others from a copy of the folder, and verify that copy.',
};

/** The finding about a suspect that other programs run by code which is never run here. */
export const ownCode: OtherVerdict = {
  reason: 'own-code',
  sentence: 'Undetermined: the suspect’s config.json names code of its own, which was not run',
  chance:
    'By the published formula of its family the weights showed nothing, but its own code may compute another model from them. Give the unmarked model with --base, whose config is then tried as well, or save what the code computes as a plain checkpoint and verify that.',
};

/** A suspect whose model fails when it is asked. @param why a sentence. */
export function sayFailure(why: string): { readonly reason: string; readonly next: string } {
  return {
    reason: `the suspect’s model cannot be computed: ${why.replace(/[.!]$/, '')}`,
    next: howToSave,
  };
}

const howToSave =
  'Find out how the suspect is run elsewhere, save it in that form with transformers (save_pretrained), and verify the result.';

/** The finding about a suspect whose numbers are not finite. @param cause a sentence on where they come from. */
export function sayNotFinite(notFinite: number, keys: number, cause: string): OtherVerdict {
  return {
    reason: 'not-finite',
    sentence: `Undetermined: after ${formatOf(notFinite, keys)} keys the suspect’s numbers are infinite or not numbers`,
    chance: `${cause} What is not a number shows nothing, for or against. ${howToSave}`,
  };
}
