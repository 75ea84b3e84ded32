import type { RequestOf, ResultOf } from '../contract/declaration';
import { survive as declaration } from '../contract/declarations/survive';
import type { Watch } from '../contract/events';
import { phases } from '../contract/phases';
import { reportKinds } from '../contract/reportKinds';
import { digestCheckpoint } from '../checkpoint/identity';
import { UserError } from '../common/errors';
import { choosePlacement, namePlacement, reportPlacement } from '../engine/devices/choosePlacement';
import { readKeyFile } from '../fingerprint/keyFile/keyFile';
import type { KeySet } from '../fingerprint/keySet';
import { attackNames, type AttackName } from '../rehearse/attackNames';
import type { SurvivalRow } from '../rehearse/survivalReport';
import { makeSurvivalReport } from '../reports/makeSurvivalReport';
import { sayNotReady } from '../reports/words/notReady';
import { saySurvivalRow } from '../reports/words/survival';
import { writeReport } from '../reports/writeReport';
import { readNotReadyNote } from './copy/notReadyNote';
import { assertSameTokens } from './drift';
import { requirePassphrase } from './keySets/passphrase';
import { openModel, type OpenModel } from './openModel';
import type { Operation, OperationContext } from './operation';
import { listQuestions } from './questions';
import { verdictWords } from './suspect/summarise';
import { askBase, askCopy, type SurvivalQuestion } from './survival/askCopy';
import { withAttackedCopy } from './survival/attackedCopy';
import { readDriftTexts } from './texts/driftTexts';
import { toolName } from './toolVersion';
import { findBase } from './verifyBase';

type SurviveRequest = RequestOf<typeof declaration>;
type SurviveResult = ResultOf<typeof declaration>;

/** The most bytes of the base's predictions that are kept while the copies are asked. */
const keptBytes = 512 * 2 ** 20;
/** Of the work on one attack, the share that is done when its copy is written. */
const shareWritten = 0.4;

/**
 * Attacks copies of a marked model and asks them: what its mark survives without any training. One attacked copy at
 * a time is on disk, in the run folder. Spends no key: the copies are asked on this machine.
 */
export const survive: Operation<SurviveRequest, SurviveResult> = {
  declaration,
  async run(request, context) {
    const started = performance.now();
    const keySet = await readKeyFile(request.keys, requirePassphrase(context.secrets));
    context.report({ type: 'phase', phase: phases.openingModels });
    const base = await requireBase(request.base, keySet, context.signal);
    const marked = await openModel(request.model, context.signal);
    await assertSameTokens(base, marked);
    assertSameShape(base, marked);
    const { root: digest } = await digestCheckpoint(marked.checkpoint, context.signal);
    const read = await readDriftTexts(request.text, base.tokenizer);
    const texts = limitTexts(read.texts, base);
    const choice = await choosePlacement(request, base.loaded);
    reportPlacement(choice, context);
    const { placement } = choice;

    const told = tellProgress(context);
    const asked = { keySet, questions: listQuestions(keySet), placement };
    const question = await askBase(base.loaded, asked, texts, told.quiet);
    told.finish();
    const rows: SurvivalRow[] = [{ attack: null, ...(await askCopy(marked.loaded, question, told.quiet)) }];
    told.finish();
    for (const attack of attackNames) {
      rows.push(await askAttacked({ base, marked, attack, question }, told, context));
      told.finish();
    }

    const note = await readNotReadyNote(marked.checkpoint.dir);
    const report = makeSurvivalReport(rows, {
      tool: toolName,
      date: new Date().toISOString(),
      device: namePlacement(placement),
      base: { path: base.checkpoint.dir, digest: keySet.base.digest },
      marked: { path: marked.checkpoint.dir, digest },
      ...(note && { notReady: sayNotReady(note) }),
      keySet: { commitment: keySet.commitment, count: keySet.keys.length },
      textSources: [...read.sources],
      texts: texts.length,
      tokens: texts.reduce((sum, ids) => sum + ids.length - 1, 0),
      notes: [...(read.own?.notes ?? []), ...marked.warnings],
    });
    const written =
      request.report === undefined
        ? undefined
        : await writeReport(request.report, reportKinds.survival, report);
    return {
      sentence: `${report.sentence}.`,
      lines: [
        ...(report.notReady === undefined ? [] : [`${report.notReady}.`]),
        ...rows.map(saySurvivalRow),
        report.detail,
        ...report.limits,
      ],
      rows: rows.map((row) => ({ ...row, verdict: verdictWords[row.verdict] })),
      digest,
      baseDigest: keySet.base.digest,
      commitment: keySet.commitment,
      device: placement.device,
      precision: placement.precision,
      seconds: (performance.now() - started) / 1000,
      ...(written && { report: [written.html, written.markdown, written.json] }),
    };
  },
};

async function askAttacked(
  {
    base,
    marked,
    attack,
    question,
  }: {
    readonly base: OpenModel;
    readonly marked: OpenModel;
    readonly attack: AttackName;
    readonly question: SurvivalQuestion;
  },
  told: Told,
  { runFolder: folder, signal }: OperationContext,
): Promise<SurvivalRow> {
  const onShare = (share: number): void => told.part(shareWritten * share);
  const figures = await withAttackedCopy({ base, marked, attack, folder, signal, onShare }, (copy) =>
    askCopy(copy.loaded, question, told.quiet),
  );
  return { attack, ...figures };
}

/** @throws UserError `no-base`, and as findBase. */
async function requireBase(
  given: string | undefined,
  keySet: KeySet,
  signal: AbortSignal | undefined,
): Promise<OpenModel> {
  const found = await findBase(given, keySet, signal);
  if ('model' in found) return found.model;
  throw new UserError(
    'no-base',
    `The base ${keySet.base.name} was not found unchanged in the folder that the key set remembers, and survival is measured against it.`,
    'Give the unmarked checkpoint with --base.',
  );
}

/** Merging needs every tensor of the base. @throws UserError `config-mismatch`. */
function assertSameShape(base: OpenModel, marked: OpenModel): void {
  const shapes = new Map(base.loaded.parameters.map(({ name, shape }) => [name, shape.join()]));
  if (marked.loaded.parameters.every(({ name, shape }) => shapes.get(name) === shape.join())) return;
  throw new UserError(
    'config-mismatch',
    `${marked.checkpoint.dir} and ${base.checkpoint.dir} have different shapes, so one is no marked copy of the other.`,
    'Give the model that the copy was made from as --base.',
  );
}

/** As many texts as there is room for the base's predictions, at least one. */
function limitTexts(
  texts: readonly (readonly number[])[],
  { loaded: { config } }: OpenModel,
): (readonly number[])[] {
  let free = Math.floor(keptBytes / (4 * config.vocabularySize));
  const cut = texts.map((ids) => ids.slice(0, config.maxLength)).filter((ids) => ids.length >= 2);
  return cut.filter((ids, index) => {
    free -= ids.length - 1;
    return free >= 0 || index === 0;
  });
}

interface Told {
  /** For work whose own phases would hide how far the whole is. */
  readonly quiet: Watch;
  part(share: number): void;
  finish(): void;
}

/** Progress over the base, the copy and every attack. */
function tellProgress(watch: Watch): Told {
  const { signal } = watch;
  const total = 2 + attackNames.length;
  let done = 0;
  const tell = (part: number): void =>
    watch.report({ type: 'phase', phase: phases.testingSurvival, done, total, part });
  tell(0);
  return {
    quiet: { ...(signal && { signal }), report: () => undefined },
    part: tell,
    finish: () => {
      done++;
      tell(0);
    },
  };
}
