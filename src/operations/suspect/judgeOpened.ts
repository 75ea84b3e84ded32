import { assertFinite } from '../../checkpoint/weights/finite';
import { UserError } from '../../common/errors';
import type { Placement, PlacementWish } from '../../contract/devices';
import type { KeySet } from '../../fingerprint/keySet';
import { baseItself } from '../../reports/words/kinship';
import {
  ownCode,
  sayFailure,
  sayNotFinite,
  sayUnread,
  tooManyWays,
  unknownTokens,
  type SeenSuspect,
} from '../../reports/words/suspectRead';
import type { OpenSuspect } from '../../suspects/opening/openSuspect';
import type { ReadingsAnswer } from '../../verify/askReadings';
import type { Registration } from '../../verify/claim';
import { isBaseItself, type Kinship } from '../../verify/kinship';
import type { Questions, Suspect } from '../../verify/suspect';
import type { OtherVerdict } from '../../verify/otherVerdict';
import { judgeSuspect, type Judgement } from '../../verify/verdict';
import { claimAsFiled, judgeClaim } from '../judgeClaim';
import type { OpenModel } from '../openModel';
import type { OperationContext } from '../operation';
import { askOpened, type AskedOpened } from './askOpened';

/** Everything that a verdict about an opened suspect hangs on. */
export interface OpenCase extends PlacementWish {
  readonly suspect: OpenSuspect;
  readonly base: OpenModel | undefined;
  readonly keySet: KeySet;
  readonly questions: Questions;
  readonly placement: Placement;
  readonly kinship: Kinship;
  /** As in the request. */
  readonly rederive: boolean | undefined;
  /** What the user knows of the commitment that came before a beacon's draw. */
  readonly registration: Registration | undefined;
}

/** A verdict, and what was seen besides the answers. */
export interface Found {
  readonly answer: Omit<ReadingsAnswer, 'reading' | 'notFinite'>;
  readonly seen: SeenSuspect;
  readonly shows: Suspect['shows'];
  /** Sentences: what could not be tested, and what turned out. */
  readonly notes: readonly string[];
  /** The verdict, where it is not the one that the counts alone give. */
  readonly other: OtherVerdict | undefined;
}

/**
 * Asks a suspect that can be read and judges it; of any other nothing is decided. The base itself never
 * matches, and nothing is cleared whose numbers or tokens cannot be read.
 * @throws as askReadings and judgeClaim.
 */
export async function judgeOpened(open: OpenCase, context: OperationContext): Promise<Found> {
  const { suspect, keySet } = open;
  if (suspect.unread) return judgeUnread(open, sayUnread(suspect.unread));
  const asked = await askOpened({ ...open, rules: keySet.verdict }, context);
  const answer = await judgeClaim(keySet, asked.asked, open, context);
  const way = asked.ways[answer.reading]!;
  const found = {
    seen: {
      readings: asked.ways.length,
      conflicts: [...new Set(asked.ways.flatMap(({ conflicts }) => conflicts))],
      chosen: way.conflicts,
      testCount: asked.asked[answer.reading]!.testCount,
    },
    shows: way.suspect.shows,
    notes: [...asked.notes, ...way.suspect.limits],
  };
  return { ...found, answer, other: await findOther(open, asked, answer, context.signal) };
}

/** Why the verdict is not the one that the counts alone give, if there is a reason. */
async function findOther(
  { suspect, base, questions, kinship }: OpenCase,
  { hasUnknownTokens, failure }: AskedOpened,
  { judgement, notFinite }: ReadingsAnswer,
  signal: AbortSignal | undefined,
): Promise<OtherVerdict | undefined> {
  const { kind } = judgement.verdict;
  if (isBaseItself(kinship)) return baseItself;
  if (kind !== 'no-evidence' && kind !== 'undetermined') return undefined;
  if (failure !== undefined) return sayUnread(sayFailure(failure));
  if (notFinite > 0 && kind === 'undetermined')
    return sayNotFinite(notFinite, questions.keys.length, await explainNotFinite(suspect, signal));
  if (kind === 'undetermined') return undefined;
  if (hasUnknownTokens) return unknownTokens;
  if (suspect.isCut) return tooManyWays;
  return suspect.hasOwnCode && base === undefined ? ownCode : undefined;
}

async function judgeUnread(open: OpenCase, other: OtherVerdict): Promise<Found> {
  const { keySet, questions } = open;
  const { keys } = questions;
  const unasked = keys.map(() => undefined);
  const claim = await claimAsFiled(keySet, open);
  const judgement: Judgement = judgeSuspect(keys, unasked, [], keySet.verdict.alpha, claim);
  return {
    answer: { judgement, usedBase: false, neutralPrompts: 0, answeredByBase: 0, repeats: 0, drawnWords: [] },
    seen: { readings: 0, conflicts: [], chosen: [], testCount: 1 },
    shows: 'logits',
    notes: [],
    other,
  };
}

/** Where numbers that are not finite come from: a weight, or sums that grow too large. */
async function explainNotFinite({ readings }: OpenSuspect, signal: AbortSignal | undefined): Promise<string> {
  const { loaded } = readings[0]!;
  try {
    await assertFinite({ ...loaded.checkpoint, tensors: loaded.tensors }, signal);
    return 'Its weights are numbers, but what is computed with them becomes too large.';
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}
