import { phases } from '../contract/phases';
import { digestCheckpoint, digestTokenizer } from '../checkpoint/identity';
import { UserError } from '../common/errors';
import { readMemory } from '../common/memory';
import type { Watch } from '../contract/events';
import type { RequestOf, ResultOf } from '../contract/declaration';
import { drift as declaration } from '../contract/declarations/drift';
import { reportKinds } from '../contract/reportKinds';
import { measureDrift, type Drift } from '../drift/measureDrift';
import { measureInstructions } from '../drift/instructions/measureInstructions';
import { correctTasks } from '../drift/tasks/compareAnswers';
import { measureTasks } from '../drift/tasks/measureTasks';
import type { ReadTask } from '../drift/tasks/readTask';
import { readPrefixId } from '../checkpoint/tokenizer/prefixId';
import type { Leakage } from '../contract/compared/leakage';
import type { TaskFigures } from '../contract/compared/tasks';
import type { KeySet } from '../fingerprint/keySet';
import { sayLeakage } from '../reports/leakage/leakageWords';
import { sayTask, sumUpTasks } from '../reports/tasks/taskWords';
import { choosePlacement, namePlacement, reportPlacement } from '../engine/devices/choosePlacement';
import type { LanguageModel } from '../engine/languageModel';
import type { LoadedModel } from '../engine/loadedModel';
import { openLanguageModel } from '../engine/openLanguageModel';
import type { Placement } from '../contract/devices';
import { fitTogether, takeTurns } from '../engine/takeTurns';
import { makeDriftReport } from '../reports/makeDriftReport';
import { sayNotReady } from '../reports/words/notReady';
import { formatCounted, formatFixed, formatPercent, formatSmall } from '../words/numbers';
import { writeReport } from '../reports/writeReport';
import { readable, readDriftTexts, type DriftTexts } from './texts/driftTexts';
import { readDriftTasks, sayUnread } from './texts/driftTasks';
import { askForLeaks, readKeysOf } from './copy/leakage';
import { readNotReadyNote } from './copy/notReadyNote';
import { notRounded, roundBase, type RoundedBase } from './copy/roundBase';
import { openModel, type OpenModel } from './openModel';
import type { Operation } from './operation';
import { toolName } from './toolVersion';

const continuationTokens = 48;
const noInstructions = 'The instructions were left out: these models have no chat template.';
/** Of the rounded bases, the one that is also asked the tasks. */
const yardstickBits = 8;
/** The resampling for the intervals needs no secret: the same measurement gives the same report. */
const resamplingSeed = new Uint8Array(32);

/** The share of free memory for the base's predictions while the models take turns: every turn costs a load. */
const shareOfFreeMemory = 1 / 4;

type DriftRequest = RequestOf<typeof declaration>;
type DriftResult = ResultOf<typeof declaration>;

/** Measures how far a marked model moved from its base. */
export const drift: Operation<DriftRequest, DriftResult> = {
  declaration,
  async run(request, context) {
    const started = performance.now();
    context.report({ type: 'phase', phase: phases.openingModels });
    const base = await openModel(request.base, context.signal);
    const marked = await openModel(request.model, context.signal);
    await assertSameTokens(base, marked);
    const keySet = await readKeysOf(base, request.keys, context.secrets);
    const texts = await readDriftTexts(request.text, base.tokenizer);
    const { tasks, notes: taskNotes } = await readDriftTasks(request.tasks, request.taskItems);
    const { placement, reason } = await choosePlacement(request, base.loaded);
    context.report({ type: 'phase', phase: phases.measuringDrift });
    reportPlacement({ placement, reason }, context);
    const rounded = request.yardstick === false ? notRounded : await roundBase(base.loaded, context);
    const hasInstructions = request.instructions === true;
    const asked = { base, marked, rounded, texts, tasks, hasInstructions, keySet, placement };
    const { measured, figures: ofTasks, leakage } = await measure(asked, context);
    const notes = [
      ...(texts.own?.notes ?? []),
      ...taskNotes,
      ...sayUnread(tasks, ofTasks),
      ...(hasInstructions && !base.tokenizer.chat ? [noInstructions] : []),
      ...(rounded.note === undefined ? [] : [rounded.note]),
    ];
    const note = await readNotReadyNote(marked.checkpoint.dir);
    const report = makeDriftReport(
      measured,
      {
        tool: toolName,
        date: new Date().toISOString(),
        device: namePlacement(placement),
        base: await identify(base, context.signal),
        marked: await identify(marked, context.signal),
        ...(note && { notReady: sayNotReady(note) }),
        budget: request.budget,
        textSources: texts.sources,
        tasks: ofTasks,
        leakage,
        notes,
        oddities: [...base.warnings, ...marked.warnings],
      },
      (ids) => readable(base.tokenizer, ids),
    );
    const written =
      request.report === undefined ? undefined : await writeReport(request.report, reportKinds.drift, report);
    const { continuations, ...figures } = measured;
    return {
      ...figures,
      continued: continuations.length,
      tasks: ofTasks,
      ...(leakage && { leakage }),
      ...(texts.own && { rowsLeftOut: texts.own.rowsLeftOut }),
      sentence: `${report.sentence}.`,
      lines: [
        ...(report.notReady === undefined ? [] : [`${report.notReady}.`]),
        report.detail,
        ...describe(measured, texts.sources),
        ...(ofTasks.length > 0 ? [`${sumUpTasks(ofTasks)}.`, ...ofTasks.map(sayTask)] : []),
        ...(leakage ? sayLeakage(leakage) : []),
        ...notes,
        ...base.warnings,
        ...marked.warnings,
      ],
      device: placement.device,
      precision: placement.precision,
      seconds: (performance.now() - started) / 1000,
      ...(written && { report: [written.html, written.markdown, written.json] }),
    };
  },
};

interface Measurement {
  readonly base: OpenModel;
  readonly marked: OpenModel;
  readonly rounded: RoundedBase;
  readonly texts: DriftTexts;
  readonly tasks: readonly ReadTask[];
  readonly hasInstructions: boolean;
  readonly keySet: KeySet | undefined;
  readonly placement: Placement;
}

interface Measured {
  readonly measured: Drift;
  readonly figures: readonly TaskFigures[];
  readonly leakage: Leakage | undefined;
}

async function measure(asked: Measurement, watch: Watch): Promise<Measured> {
  const { base, marked, rounded, texts, keySet, placement } = asked;
  const loaded = [base.loaded, marked.loaded, ...rounded.models.map((model) => model.loaded)];
  const areTogether = fitTogether(loaded, placement);
  let models: LanguageModel[] = [];
  try {
    models = areTogether ? await openAll(loaded, placement) : takeTurns(loaded, placement);
    const [baseModel, markedModel, ...roundedModels] = models;
    const pair = { base: baseModel!, marked: markedModel! };
    const roundings = rounded.models.map(({ bits }, i) => ({ bits, model: roundedModels[i]! }));
    // First, because a file may turn out to be of no use.
    const figures = await askTasks(asked, { ...pair, roundings }, watch);
    const measured = await measureDrift(
      {
        ...pair,
        roundings,
        texts: texts.texts,
        prompts: texts.prompts,
        continuationTokens,
        stopIds: base.tokenizer.endIds,
        seed: resamplingSeed,
        ...(!areTogether && { keptBytes: shareOfFreeMemory * readMemory().freeBytes }),
      },
      watch,
    );
    const leakage = keySet && (await askForLeaks(pair, base, keySet, watch));
    return { measured, figures, leakage };
  } finally {
    for (const model of models) await model.close();
    await rounded.remove();
  }
}

interface OpenModels {
  readonly base: LanguageModel;
  readonly marked: LanguageModel;
  readonly roundings: readonly { readonly bits: number; readonly model: LanguageModel }[];
}

/** Accuracy on the tasks and on the instructions, corrected together. */
async function askTasks(
  { base: { tokenizer, checkpoint }, tasks, hasInstructions }: Measurement,
  { base, marked, roundings }: OpenModels,
  watch: Watch,
): Promise<TaskFigures[]> {
  const models = { base, marked, rounded: roundings.find(({ bits }) => bits === yardstickBits) };
  const withPrefix = { ...tokenizer, prefixId: await readPrefixId(checkpoint.dir) };
  const figures =
    tasks.length === 0 ? [] : await measureTasks({ ...models, tasks, tokenizer: withPrefix }, watch);
  const instructed = hasInstructions ? await measureInstructions({ ...models, tokenizer }, watch) : undefined;
  return correctTasks(instructed ? [...figures, instructed] : figures);
}

async function openAll(models: readonly LoadedModel[], placement: Placement): Promise<LanguageModel[]> {
  const open: LanguageModel[] = [];
  try {
    for (const model of models) open.push(await openLanguageModel(model, placement));
    return open;
  } catch (error) {
    for (const model of open) await model.close();
    throw error;
  }
}

/** @throws UserError `different-tokenizer`. */
export async function assertSameTokens(base: OpenModel, marked: OpenModel): Promise<void> {
  const [ofBase, ofMarked] = [
    await digestTokenizer(base.checkpoint.dir),
    await digestTokenizer(marked.checkpoint.dir),
  ];
  if (ofBase === ofMarked) return;
  throw new UserError(
    'different-tokenizer',
    `${base.checkpoint.dir} and ${marked.checkpoint.dir} have different tokenizers, so their predictions cannot be compared.`,
    'As the base, give the model that the marked one was made from.',
  );
}

async function identify(
  { checkpoint }: OpenModel,
  signal: AbortSignal | undefined,
): Promise<{ path: string; digest: string }> {
  return { path: checkpoint.dir, digest: (await digestCheckpoint(checkpoint, signal)).root };
}

function describe(measured: Drift, sources: readonly string[]): string[] {
  const { klPercentile95, basePerplexity, markedPerplexity, unchangedShare } = measured;
  return [
    `The KL divergence is below ${formatSmall(klPercentile95)} nats for 95 tokens in 100.`,
    `Perplexity: ${formatFixed(basePerplexity, 2)} before, ${formatFixed(markedPerplexity, 2)} after.`,
    ...(unchangedShare === null
      ? []
      : [`In continued texts, ${formatPercent(unchangedShare, 0)} of the tokens stay the same.`]),
    `Measured on ${formatCounted(measured.tokens, 'token')} of ${formatCounted(measured.texts, 'text')} (${sources.join(', ')}).`,
  ];
}
