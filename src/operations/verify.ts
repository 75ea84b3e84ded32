import { phases } from '../contract/phases';
import { assertFinite } from '../checkpoint/weights/finite';
import { digestCheckpoint } from '../checkpoint/identity';
import { UserError } from '../common/errors';
import { choosePlacement, namePlacement, reportPlacement } from '../engine/devices/choosePlacement';
import type { RequestOf, ResultOf } from '../contract/declaration';
import { verify as declaration } from '../contract/declarations/verify';
import { onCpu, type Placement } from '../contract/devices';
import { reportKinds } from '../contract/reportKinds';
import { readKeyFile } from '../fingerprint/keyFile/keyFile';
import type { KeySet } from '../fingerprint/keySet';
import { makeVerifyReport } from '../reports/makeVerifyReport';
import { sayNotReady } from '../reports/words/notReady';
import { writeReport } from '../reports/writeReport';
import { findKinship } from '../suspects/kinship/findKinship';
import { openSuspect, type OpenSuspect } from '../suspects/opening/openSuspect';
import { isBaseItself, type Kinship } from '../verify/kinship';
import { baseItself, sayKinship } from '../reports/words/kinship';
import {
  sayFailure,
  sayNotFinite,
  sayUnread,
  unknownTokens,
  type FindingWords,
} from '../reports/words/suspectRead';
import type { Questions } from '../verify/suspect';
import { judgeSuspect, type Judgement } from '../verify/verdict';
import { importLimits } from './keySets/importKeys';
import { readNotReadyNote } from './copy/notReadyNote';
import type { OpenModel } from './openModel';
import type { Operation, OperationContext } from './operation';
import { requirePassphrase } from './keySets/passphrase';
import { listQuestions } from './questions';
import { askOpened, longestQuestion, type OpenedAnswer } from './suspect/askOpened';
import { describeSuspectRead, summarise } from './suspect/summarise';
import { toolName } from './toolVersion';
import { findBase } from './verifyBase';

type VerifyRequest = RequestOf<typeof declaration>;
type VerifyResult = ResultOf<typeof declaration>;

/** Tests whether a suspect carries a key set. Spends no key: the suspect is asked on this machine. */
export const verify: Operation<VerifyRequest, VerifyResult> = {
  declaration,
  async run(request, context) {
    const started = performance.now();
    const keySet = await readKeyFile(request.keys, requirePassphrase(context.secrets));
    context.report({ type: 'phase', phase: phases.openingModels });
    const base = await findBase(request.base, keySet, context.signal);
    const baseModel = 'model' in base ? base.model : undefined;
    const questions = listQuestions(keySet);
    const longest = longestQuestion(questions);
    const suspect = await openSuspect(request.model, { base: baseModel?.loaded, longest });
    const { root: digest } = await digestCheckpoint(suspect.files, context.signal);
    const kinship = await findKinship(suspect, digest, keySet, baseModel?.loaded, context.signal);
    const placement = await placeSuspect(suspect, request, context);
    const found = await judge(
      { suspect, base: baseModel, questions, rules: keySet.verdict, placement, kinship },
      context,
    );
    const usedBase = found.answer.usedBase ? baseModel : undefined;
    const note = await readNotReadyNote(suspect.dir);
    const notes = [
      ...suspect.notes,
      ...found.answer.notes,
      ...describeLimits(keySet, found.answer, 'note' in base ? base.note : undefined),
    ];
    const report = makeVerifyReport(found.judgement, {
      tool: toolName,
      date: new Date().toISOString(),
      device: namePlacement(placement),
      suspect: { path: suspect.dir, digest },
      ...(note && { notReady: sayNotReady(note) }),
      base: usedBase ? { path: usedBase.checkpoint.dir, digest: keySet.base.digest } : null,
      commitment: keySet.commitment,
      sharedTokenizer: found.answer.shows !== 'text',
      neutralPrompts: found.answer.neutralPrompts,
      suspectRead: describeSuspectRead(found.judgement, {
        ...found.answer,
        kinship: sayKinship(kinship),
        further: suspect.further,
        notes,
      }),
      finding: found.finding,
    });
    const written =
      request.report === undefined
        ? undefined
        : await writeReport(request.report, reportKinds.verify, report);
    return {
      ...summarise(report),
      digest,
      baseDigest: report.base?.digest ?? null,
      commitment: keySet.commitment,
      device: placement.device,
      precision: placement.precision,
      seconds: (performance.now() - started) / 1000,
      ...(written && { report: [written.html, written.markdown, written.json] }),
    };
  },
};

async function placeSuspect(
  { readings }: OpenSuspect,
  request: VerifyRequest,
  context: OperationContext,
): Promise<Placement> {
  const [first] = readings;
  if (!first) return onCpu;
  const choice = await choosePlacement(request, first.loaded);
  reportPlacement(choice, context);
  return choice.placement;
}

interface Asked {
  readonly suspect: OpenSuspect;
  readonly base: OpenModel | undefined;
  readonly questions: Questions;
  readonly rules: KeySet['verdict'];
  readonly placement: Placement;
  readonly kinship: Kinship;
}

interface Found {
  readonly judgement: Judgement;
  readonly answer: Pick<
    OpenedAnswer,
    'usedBase' | 'neutralPrompts' | 'notes' | 'shows' | 'readings' | 'conflicts' | 'chosen'
  >;
  readonly finding: FindingWords | undefined;
}

/** Asks a suspect that can be read; without one nothing is decided. The base itself is never a match. */
async function judge(asked: Asked, context: OperationContext): Promise<Found> {
  const { suspect, questions, rules, kinship } = asked;
  const { keys } = questions;
  if (suspect.unread) {
    const judgement = judgeSuspect(
      keys,
      keys.map(() => undefined),
      [],
      rules.alpha,
    );
    return { judgement, answer: nothingAsked, finding: sayUnread(suspect.unread) };
  }
  const answer = await askOpened(asked, context);
  const { judgement } = answer;
  if (isBaseItself(kinship)) {
    const verdict = { ...judgement.verdict, kind: 'no-evidence' as const };
    return { judgement: { ...judgement, verdict }, answer, finding: baseItself };
  }
  if (judgement.verdict.kind === 'no-evidence' && answer.hasUnknownTokens) {
    const verdict = { ...judgement.verdict, kind: 'undetermined' as const };
    return { judgement: { ...judgement, verdict }, answer, finding: unknownTokens };
  }
  if (judgement.verdict.kind !== 'undetermined') return { judgement, answer, finding: undefined };
  return { judgement, answer, finding: await explainOpen(suspect, answer, keys.length, context.signal) };
}

/** Why a verdict stayed open, where it was not for want of keys. */
async function explainOpen(
  suspect: OpenSuspect,
  { notFinite, failure }: OpenedAnswer,
  keyCount: number,
  signal: AbortSignal | undefined,
): Promise<FindingWords | undefined> {
  if (failure !== undefined) return sayUnread(sayFailure(failure));
  if (notFinite === 0) return undefined;
  return sayNotFinite(notFinite, keyCount, await explainNotFinite(suspect, signal));
}

const nothingAsked: Found['answer'] = {
  usedBase: false,
  neutralPrompts: 0,
  notes: [],
  shows: 'logits',
  readings: 0,
  conflicts: [],
  chosen: [],
};

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

function describeLimits(
  keySet: KeySet,
  { shows, readings }: Found['answer'],
  baseNote: string | undefined,
): string[] {
  const notes: string[] = [];
  // A base would not have improved a verdict by text alone.
  if (shows !== 'text' && readings > 0 && baseNote !== undefined) notes.push(baseNote);
  if (keySet.strategy === 'imported') notes.push(importLimits[0]);
  return notes;
}
