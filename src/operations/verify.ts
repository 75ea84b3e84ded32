import { phases } from '../contract/phases';
import { openCheckpoint } from '../checkpoint/checkpoint';
import { digestCheckpoint } from '../checkpoint/identity';
import { choosePlacement, namePlacement, reportPlacement } from '../engine/devices/choosePlacement';
import { loadModel } from '../engine/loadedModel';
import type { RequestOf, ResultOf } from '../contract/declaration';
import { verify as declaration } from '../contract/declarations/verify';
import { onCpu, type Placement } from '../contract/devices';
import { reportKinds } from '../contract/reportKinds';
import { readKeyFile } from '../fingerprint/keyFile/keyFile';
import { listLeftOut, makeVerifyReport } from '../reports/makeVerifyReport';
import { sayKinship } from '../reports/words/kinship';
import { sayNotReady } from '../reports/words/notReady';
import { writeReport } from '../reports/writeReport';
import { findKinship } from '../suspects/kinship/findKinship';
import { openSuspect, type OpenSuspect } from '../suspects/opening/openSuspect';
import { readNotReadyNote } from './copy/notReadyNote';
import type { Operation, OperationContext } from './operation';
import { requirePassphrase } from './keySets/passphrase';
import { listQuestions } from './questions';
import { longestQuestion } from './suspect/askOpened';
import { judgeOpened, type Found } from './suspect/judgeOpened';
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
    const questions = listQuestions(keySet);
    const found = await findBase(request.base, keySet, context.signal);
    const base = 'model' in found ? found.model : undefined;
    const longest = longestQuestion(questions);
    const suspect = await openSuspect(request.model, { base: base?.loaded, longest });
    const { root: digest } = await digestCheckpoint(suspect.files, context.signal, { leavesStrange: true });
    const models = {
      base: base?.loaded,
      copy: request.copy === undefined ? undefined : loadModel(await openCheckpoint(request.copy)),
    };
    const kinship = await findKinship(suspect, digest, keySet, models, context.signal);
    const placement = await placeSuspect(suspect, request, context);
    const { rederive, registered: registration } = request;
    const opened = {
      ...request,
      ...{ suspect, base, keySet, questions, placement, kinship, rederive, registration },
    };
    const verdict = await judgeOpened(opened, context);
    const { answer, seen, other } = verdict;
    const usedBase = answer.usedBase ? base : undefined;
    const note = await readNotReadyNote(suspect.dir);
    const baseNote = 'note' in found ? found.note : undefined;
    const report = makeVerifyReport(answer.judgement, {
      tool: toolName,
      date: new Date().toISOString(),
      device: namePlacement(placement),
      suspect: { path: suspect.dir, digest },
      ...(note && { notReady: sayNotReady(note) }),
      base: usedBase ? { path: usedBase.checkpoint.dir, digest: keySet.base.digest } : null,
      commitment: keySet.commitment,
      sharedTokenizer: verdict.shows !== 'text',
      neutralPrompts: answer.neutralPrompts,
      answeredByBase: answer.answeredByBase,
      repeats: answer.repeats,
      drawnWords: answer.drawnWords,
      oddities: suspect.readings[0]?.loaded.warnings ?? [],
      suspectRead: describeSuspectRead({
        ...seen,
        kinship: sayKinship(kinship),
        further: suspect.further,
        other,
        notes: [...suspect.notes, ...verdict.notes, ...describeLimits(verdict, baseNote)],
      }),
    });
    const written =
      request.report === undefined
        ? undefined
        : await writeReport(request.report, reportKinds.verify, report);
    return {
      ...summarise(report, listLeftOut(answer)),
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

/** Where the suspect runs; one that cannot be read runs nowhere. */
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

/** A base would not have improved a verdict by text alone, or about nothing. */
function describeLimits({ shows, seen }: Found, baseNote: string | undefined): string[] {
  return shows !== 'text' && seen.readings > 0 && baseNote !== undefined ? [baseNote] : [];
}
