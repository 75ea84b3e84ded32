import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { RequestOf } from '../../contract/declaration';
import type { embed as declaration } from '../../contract/declarations/embed';
import { phases } from '../../contract/phases';
import { listCarriedFiles } from '../../checkpoint/carriedFiles';
import { writeCheckpoint, type ChangedTensors } from '../../checkpoint/writer';
import { readStrictJson, writeFileAtomic } from '../../common/files';
import { readMemory } from '../../common/memory';
import { reportPercents } from '../../contract/events';
import { probeFindingsSchema } from '../../contract/probeFindings';
import { openMarking, type MarkingOptions } from '../../embed/marking';
import { planMemory, type MemoryPlan } from '../../embed/memory/memoryPlan';
import { findDirections, type DirectionOptions } from '../../embed/directions/ordinaryDirections';
import { readText, writeText, type RunText, type TextRequest } from '../../embed/text/prepareText';
import type { Recipe } from '../../contract/recipe';
import { probeSteps, type ProbeResult } from '../../embed/stepProbe';
import type { Draw } from '../../embed/tilt/fitTilt';
import { makeTilt } from '../../embed/tilt/makeTilt';
import { assertLearned, train } from '../../embed/train';
import type { Placement } from '../../contract/devices';
import type { KeySet } from '../../fingerprint/keySet';
import { restoreState } from '../../train/savedState';
import { chooseTrained, lowestTrainedLayer } from '../../train/update/trainedParameters';
import { changedTensors } from '../../train/update/trainedTensors';
import { readOwnTexts, type OwnTexts } from '../texts/ownTexts';
import { isWrittenAs } from './checkRelease';
import type { OpenModel } from '../openModel';
import type { OperationContext } from '../operation';

/** The inputs of a marked copy. */
export interface CopyRequest {
  readonly request: RequestOf<typeof declaration>;
  readonly model: OpenModel;
  readonly keySet: KeySet;
  readonly recipe: Recipe;
  /** The recipe values that the user set: a probe leaves them alone. */
  readonly named: ReadonlySet<string>;
  readonly seed: Uint8Array;
  readonly placement: Placement;
  readonly memory: MemoryPlan;
}

interface Copy {
  /** What was read of the creator's own text. */
  readonly own: Pick<OwnTexts, 'rowsLeftOut' | 'notes'>;
  /** Benign text that was never trained on; predictions count from `firstRow` on. */
  readonly heldBack: RunText['heldBack'];
  readonly steps: number;
  readonly notCarried: string[];
  readonly linksLeftOut: string[];
  /** The recipe as the probe left it. */
  readonly recipe: Recipe;
  readonly probe: ProbeResult | undefined;
  /** The learning rate with which the run ended, if it had to be lowered. */
  readonly loweredTo: number | undefined;
}

/** Texts on which a probe judges steps: enough to tell rates apart. */
const probedTexts = 24;
const startAnew = 'Discard the run with "fingerprint-model runs discard", then start it again.';
const probeFile = 'probe.json';

/** Trains and writes. Training's memory is free when this returns: the check that follows opens whole models. */
export async function makeCopy(given: CopyRequest, context: OperationContext): Promise<Copy> {
  const { model, keySet, memory } = given;
  const { files, ...own } = await readOwnTexts(given.request.text ?? [], model.tokenizer, {
    maxTexts: 100_000,
    maxTokens: model.loaded.config.maxLength,
  });
  for (const text of own.notes) context.report({ type: 'note', text });
  const request: TextRequest = {
    ...given,
    model: model.loaded,
    tokenizer: model.tokenizer,
    placement: memory.forward,
    keys: keySet.keys,
    ownTexts: files.flat(),
  };
  const ordinary = await writeText(request, context);
  const widest = await readText(request, ordinary, context);
  const options = markingOptions(given, widest);
  const directions = await findDirections(options, context);
  const added = makeTilt({ ...options, draws: drawsOf(keySet) });
  const probe = await probeOnce(given, widest, { ...options, directions, added }, context);
  const recipe = probe ? applyProbe(given, probe) : given.recipe;
  await writeFileAtomic(
    join(context.runFolder, 'recipe.json'),
    `${JSON.stringify(recipe, null, 2)}\n`,
    0o600,
  );
  const copy = { ...given, recipe, memory: planAgain(given, recipe) };
  // The base's states are kept where they enter the lowest trained layer.
  const isNarrower = recipe.layers[0] > given.recipe.layers[0];
  const text = isNarrower ? await readText({ ...request, recipe }, ordinary, context) : widest;
  const { changed, ...ended } = await trainKeys(
    copy,
    { ...markingOptions(copy, text), directions, added },
    text,
    context,
  );
  const written = await write(copy, changed, context);
  return { own, heldBack: text.heldBack, ...written, recipe, probe, ...ended };
}

/**
 * Tries the model's first steps, unless the recipe leaves nothing open. A resumed run uses its original
 * findings: another device may find another last digit.
 */
async function probeOnce(
  given: CopyRequest,
  text: RunText,
  options: MarkingOptions,
  context: OperationContext,
): Promise<ProbeResult | undefined> {
  const { named } = given;
  if (named.has('learningRate') && named.has('layers')) return undefined;
  const path = join(context.runFolder, probeFile);
  if (given.request.resume && existsSync(path)) return readStrictJson(path, probeSchema, startAnew);
  const heldBack = [...text.heldBack, ...text.benign].slice(0, probedTexts);
  const isOpen = (value: 'layers' | 'learningRate'): boolean => !named.has(value);
  const result = await probeSteps({ ...options, heldBack, isOpen }, context);
  await writeFileAtomic(path, `${JSON.stringify(result, null, 2)}\n`, 0o600);
  context.report({ type: 'note', text: describeProbe(result) });
  return result;
}

const probeSchema = z.strictObject({
  findings: probeFindingsSchema,
  layers: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
});

function describeProbe({ findings, layers: [first, last] }: ProbeResult): string {
  const { learningRate, predictionShift } = findings;
  return `First steps tried: layers ${first} to ${last} at ${learningRate}, where a step moves predictions by ${predictionShift.toPrecision(2)} nats a token.`;
}

function applyProbe({ recipe, named }: CopyRequest, { findings, layers }: ProbeResult): Recipe {
  return {
    ...recipe,
    ...(!named.has('layers') && { layers }),
    ...(!named.has('learningRate') && { learningRate: findings.learningRate }),
  };
}

/** Fewer layers may leave room for all of them at once. */
function planAgain({ model, keySet, placement }: CopyRequest, recipe: Recipe): MemoryPlan {
  const { freeBytes } = readMemory();
  return planMemory({ model: model.loaded, keyCount: keySet.keys.length, placement, freeBytes }, recipe);
}

function drawsOf({ keys }: KeySet): Draw[] {
  return keys.map(({ candidates, pick }) => ({ candidates, drawn: pick }));
}

function markingOptions(
  { model: { loaded }, recipe, placement, memory, seed }: CopyRequest,
  { keys, benign }: RunText,
): DirectionOptions {
  const trained = chooseTrained(loaded, recipe);
  return {
    model: loaded,
    placement,
    groups: memory.groups,
    recipe,
    trained,
    lowestLayer: lowestTrainedLayer(loaded, trained),
    keys,
    benign,
    seed,
  };
}

async function trainKeys(
  { request, model, recipe }: CopyRequest,
  options: MarkingOptions,
  text: RunText,
  context: OperationContext,
): Promise<Pick<Copy, 'steps' | 'loweredTo'> & { changed: ChangedTensors }> {
  const marking = await openMarking(options);
  const { trainer } = marking;
  try {
    const saved = request.resume ? await restoreState(context.runFolder, trainer) : undefined;
    const run = {
      ...marking,
      recipe,
      heldBack: text.heldBack,
      runFolder: context.runFolder,
      stopRequested: () => context.stopRequested(),
    };
    await (saved?.finished ? assertLearned(run) : train(run, context));
    return {
      steps: trainer.step,
      loweredTo: trainer.rateShare < 1 ? trainer.rateShare * recipe.learningRate : undefined,
      changed: changedTensors(model.loaded, options.trained, trainer.states, options.added),
    };
  } finally {
    await trainer.close();
  }
}

/** Writes the marked checkpoint, unless a run that was killed right after writing left exactly the same one. */
async function write(
  { request, model }: CopyRequest,
  changed: ChangedTensors,
  context: OperationContext,
): Promise<Pick<Copy, 'notCarried' | 'linksLeftOut'>> {
  const { out } = request;
  if (request.resume && existsSync(out) && (await isWrittenAs(out, model.checkpoint, changed)))
    return listLeftOut(model);
  context.report({ type: 'phase', phase: phases.writingCheckpoint });
  const report = reportPercents(phases.writingCheckpoint, context);
  const { signal } = context;
  return writeCheckpoint({
    source: model.checkpoint,
    out,
    changed,
    ...(signal && { signal }),
    onShare: report,
  });
}

async function listLeftOut({ checkpoint }: OpenModel): Promise<Pick<Copy, 'notCarried' | 'linksLeftOut'>> {
  const { notCarried, linksLeftOut } = await listCarriedFiles(checkpoint);
  return { notCarried, linksLeftOut };
}
