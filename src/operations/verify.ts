import { phases } from '../contract/phases';
import { digestCheckpoint } from '../checkpoint/identity';
import { choosePlacement, namePlacement, reportPlacement } from '../engine/devices/choosePlacement';
import type { RequestOf, ResultOf } from '../contract/declaration';
import { verify as declaration } from '../contract/declarations/verify';
import { reportKinds } from '../contract/reportKinds';
import { readKeyFile } from '../fingerprint/keyFile/keyFile';
import type { KeySet } from '../fingerprint/keySet';
import { listFindings } from '../reports/words/findings';
import { listLeftOut, makeVerifyReport } from '../reports/makeVerifyReport';
import { sayNotReady } from '../reports/words/notReady';
import { nameTest } from '../reports/words/testNames';
import { formatDate } from '../words/dates';
import { writeReport } from '../reports/writeReport';
import { localBase, localSuspect } from '../suspects/local';
import { askSuspect } from '../verify/askSuspect';
import type { Suspect } from '../verify/suspect';
import type { VerdictKind } from '../verify/verdict';
import type { VerifyReport } from '../verify/verifyReport';
import { judgeClaim } from './judgeClaim';
import { readNotReadyNote } from './copy/notReadyNote';
import { openModel } from './openModel';
import type { Operation } from './operation';
import { requirePassphrase } from './keySets/passphrase';
import { listQuestions } from './questions';
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
    const model = await openModel(request.model, context.signal);
    const base = await findBase(request.base, keySet, context.signal);
    const baseModel = 'model' in base ? base.model : undefined;
    const { root: digest } = await digestCheckpoint(model.checkpoint, context.signal);
    const { placement, reason } = await choosePlacement(request, model.loaded);
    reportPlacement({ placement, reason }, context);
    const questions = listQuestions(keySet);
    const suspect = localSuspect({ ...model, placement }, questions.keys);
    const asked = await askSuspect(
      {
        questions,
        rules: keySet.verdict,
        suspect,
        base: baseModel && localBase({ ...baseModel, placement }),
      },
      context,
    );
    const answer = await judgeClaim(
      keySet,
      asked,
      { ...request, base: baseModel, rederive: request.rederive ?? true },
      context,
    );
    const usedBase = answer.usedBase ? baseModel : undefined;
    const note = await readNotReadyNote(model.checkpoint.dir);
    const report = makeVerifyReport(answer.judgement, {
      tool: toolName,
      date: new Date().toISOString(),
      device: namePlacement(placement),
      suspect: { path: model.checkpoint.dir, digest },
      ...(note && { notReady: sayNotReady(note) }),
      base: usedBase ? { path: usedBase.checkpoint.dir, digest: keySet.base.digest } : null,
      commitment: keySet.commitment,
      sharedTokenizer: suspect.shows !== 'text',
      neutralPrompts: answer.neutralPrompts,
      answeredByBase: answer.answeredByBase,
      repeats: answer.repeats,
      oddities: model.warnings,
    });
    const notes = [
      ...listLeftOut(answer),
      ...describeSuspect(digest, keySet),
      ...describeLimits(suspect, 'note' in base ? base.note : undefined),
      ...model.warnings,
    ];
    const written =
      request.report === undefined
        ? undefined
        : await writeReport(request.report, reportKinds.verify, report);
    return {
      ...summarise(report, notes),
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

const verdictWords: Readonly<Record<VerdictKind, VerifyResult['verdict']>> = {
  match: 'match',
  agrees: 'agrees with this key file',
  'no-evidence': 'no evidence',
  undetermined: 'undetermined',
  refused: 'refused',
};

function summarise(
  report: VerifyReport,
  notes: readonly string[],
): Pick<
  VerifyResult,
  | 'verdict'
  | 'sentence'
  | 'lines'
  | 'claim'
  | 'log10CorrectedP'
  | 'log10ClaimedP'
  | 'decidedBy'
  | 'answers'
  | 'draws'
> {
  const { verdict, claim, answers, draws } = report;
  const [limit] = report.doesNotShow;
  return {
    verdict: verdictWords[verdict.kind],
    sentence: `${verdict.sentence}.`,
    lines: [
      ...(report.notReady === undefined ? [] : [`${report.notReady}.`]),
      verdict.chance,
      ...(claim ? [claim.sentence, claim.repeat] : []),
      verdict.rule,
      ...listFindings(report).map(({ test, sentence }) =>
        test === 'answers' ? `${sentence}.` : `${nameTest(test)}: ${sentence}.`,
      ),
      ...(limit === undefined
        ? []
        : [`This does not show ${limit.charAt(0).toLowerCase()}${limit.slice(1)}`]),
      ...notes,
    ],
    claim: claim?.kind ?? 'key-file',
    log10CorrectedP: verdict.log10CorrectedP,
    log10ClaimedP: verdict.log10ClaimedP ?? verdict.log10CorrectedP,
    decidedBy: verdict.decidedBy,
    answers: { asked: answers.asked, hits: answers.hits, log10P: answers.log10P },
    draws: draws.map(({ name, asked, firsts, rankSum, log10P }) => ({
      name,
      asked,
      firsts,
      rankSum,
      log10P,
    })),
  };
}

/** What a suspect's digest alone tells about it. */
function describeSuspect(digest: string, keySet: KeySet): string[] {
  if (digest === keySet.base.digest)
    return ['The suspect is, byte for byte, the unmarked model that the key set was made for.'];
  const release = keySet.releases.find(({ markedDigest }) => markedDigest === digest);
  return release
    ? [
        `The suspect is, byte for byte, the release of ${formatDate(release.createdAt)}, as the key file says: nobody else has confirmed that date.`,
      ]
    : [];
}

function describeLimits(suspect: Suspect, baseNote: string | undefined): string[] {
  const notes = [...suspect.limits];
  // A base would not have improved a verdict by text alone.
  if (suspect.shows !== 'text' && baseNote !== undefined) notes.push(baseNote);
  return notes;
}
