import { existsSync } from 'node:fs';
import { phases } from '../contract/phases';
import { digestCheckpoint } from '../checkpoint/identity';
import { assertNeededCarried, listCarriedFiles } from '../checkpoint/carriedFiles';
import { assertOutputFree } from '../checkpoint/outputFolder';
import { UserError } from '../common/errors';
import { readJsonFile } from '../common/files';
import { readMemory } from '../common/memory';
import { planMemory, type MemoryPlan } from '../embed/memory/memoryPlan';
import { defaultRecipe } from '../embed/defaultRecipe';
import { adviseOn } from '../embed/driftBudget';
import type { RequestOf, ResultOf } from '../contract/declaration';
import { embed as declaration } from '../contract/declarations/embed';
import { kindOf } from '../contract/keyKinds';
import { findKindsFault, recipeChangesSchema, type Recipe } from '../contract/recipe';
import { recipePresets } from '../contract/recipePresets';
import { removeState } from '../train/savedState';
import { findShortfalls } from '../embed/shortfall';
import { choosePlacement, reportPlacement } from '../engine/devices/choosePlacement';
import { formatBytes } from '../engine/estimate';
import { splitKeys } from '../fingerprint/dealKinds';
import { bindRelease } from '../fingerprint/commitment';
import { assertChangeable, changeKeyFile } from '../fingerprint/keyFile/changeKeyFile';
import { readKeyFile } from '../fingerprint/keyFile/keyFile';
import type { KeySet } from '../fingerprint/keySet';
import { deriveSecret } from '../fingerprint/seed';
import { sayEachShortfall } from '../reports/words/notReady';
import { checkRelease } from './copy/checkRelease';
import { makeCopy, type CopyRequest } from './copy/makeCopy';
import { assertSameInputs, keepInputs } from './copy/runInputs';
import { readNotReadyNote, sayNote, writeNotReadyNote } from './copy/notReadyNote';
import { openModel, type OpenModel } from './openModel';
import type { Operation, OperationContext } from './operation';
import { requirePassphrase } from './keySets/passphrase';
import { sayLinkLeftOut, sayRecordMissing } from './words/embedWords';

export type EmbedRequest = RequestOf<typeof declaration>;
type EmbedResult = ResultOf<typeof declaration>;

/** What the steps of an embedding share. */
interface Embedding extends CopyRequest {
  readonly passphrase: string;
}

/** Makes a marked copy of a checkpoint: trains the key set in, writes the copy, checks what was written. */
export const embed: Operation<EmbedRequest, EmbedResult> = {
  declaration,
  async run(request, context) {
    const started = performance.now();
    const embedding = await open(request, context);
    const { own, heldBack, steps, probe, recipe, loweredTo, notCarried, linksLeftOut } = await makeCopy(
      embedding,
      context,
    );
    const figures = await checkRelease({ ...embedding, out: request.out, heldBack }, context);
    const shortfalls = findShortfalls(figures, recipe);
    const fallenShort = {
      shortfalls,
      keyCount: splitKeys(embedding.keySet.keys).answering.length,
      ...(shortfalls.length > 0 && {
        advice: adviseOn({ recall: figures.recall, divergence: figures.drift.kl }, recipe),
      }),
    };
    reportPeak(context);
    await writeNotReadyNote(request.out, fallenShort);
    const recordMissing = await recordRelease(embedding, figures.digest);
    // Without its record the run can be resumed, which does nothing but check the copy and add the record.
    if (recordMissing === undefined) await removeState(context.runFolder);
    return {
      out: request.out,
      ...figures,
      steps,
      seconds: (performance.now() - started) / 1000,
      device: embedding.placement.device,
      precision: embedding.placement.precision,
      notCarried,
      ...(request.text && { rowsLeftOut: own.rowsLeftOut }),
      linksLeftOut,
      ...fallenShort,
      driftBudget: recipe.driftBudget,
      ...(recordMissing !== undefined && { recordMissing }),
      ...(probe && { probe: probe.findings }),
      warnings: [
        ...sayEachShortfall(fallenShort),
        ...sayRecordMissing({ recordMissing }, context.runFolder),
        ...linksLeftOut.map(sayLinkLeftOut),
        ...(loweredTo === undefined ? [] : [sayLowered(recipe, loweredTo)]),
        ...own.notes,
        ...(await warnOfBase(embedding.model)),
      ],
    };
  },
};

function sayLowered({ learningRate }: Recipe, loweredTo: number): string {
  return `At the learning rate ${learningRate} the run exceeded its drift budget, so it went back and ended at ${Number(loweredTo.toPrecision(2))}.`;
}

/** Oddities of the base that do not prevent use; first of all that it is itself a copy that falls short. */
async function warnOfBase({ checkpoint: { dir }, warnings }: OpenModel): Promise<string[]> {
  return [...sayNote(dir, await readNotReadyNote(dir)).map((note) => `The base: ${note}`), ...warnings];
}

async function open(request: EmbedRequest, context: OperationContext): Promise<Embedding> {
  const passphrase = requirePassphrase(context.secrets);
  context.report({ type: 'phase', phase: phases.openingModel });
  const keySet = await readKeyFile(request.keys, passphrase);
  await assertChangeable(request.keys);
  const model = await openModel(request.model, context.signal);
  assertNeededCarried(model.checkpoint, await listCarriedFiles(model.checkpoint));
  if (!request.resume || !existsSync(request.out)) await assertOutputFree(request.out, model.checkpoint.dir);
  await assertMadeFor(keySet, model, context.signal);
  const { recipe, changes } = await readRecipe(request, model, keySet);
  assertKindsTrainable(recipe, keySet);
  const inputs = { named: changes, text: request.text ?? [], keySet };
  await (request.resume ? assertSameInputs : keepInputs)(context.runFolder, inputs);
  const { placement, reason } = await choosePlacement(request, model.loaded);
  reportPlacement({ placement, reason }, context);
  const question = {
    model: model.loaded,
    keyCount: keySet.keys.length,
    placement,
    freeBytes: readMemory().freeBytes,
  };
  const memory = planMemory(question, recipe);
  context.report({
    type: 'memory',
    text: describeMemory(memory),
    ...(memory.isWhole && memory.forward.device === 'cpu' && { expectedBytes: memory.estimate.totalBytes }),
  });
  const seed =
    recipe.seed === undefined ? deriveSecret(keySet.seed, 'embed') : Buffer.from(recipe.seed, 'hex');
  const named = new Set(Object.keys(changes));
  return { request, passphrase, model, keySet, recipe, named, seed, placement, memory };
}

async function assertMadeFor(keySet: KeySet, { checkpoint }: OpenModel, signal?: AbortSignal): Promise<void> {
  const { root } = await digestCheckpoint(checkpoint, signal);
  if (root === keySet.base.digest) return;
  throw new UserError(
    'other-model',
    `The key set was made for the model "${keySet.base.name}", whose digest differs from that of ${checkpoint.dir}.`,
    'Give the model that the keys were drawn from, or create a key set for this one with "fingerprint-model keys create".',
  );
}

/**
 * The recipe: the model's defaults, changed by the preset, then by the budget, then by what the recipe itself names.
 * @throws UserError `bad-recipe` when the recipe names another drift budget than the request.
 */
async function readRecipe(
  { recipe, preset, driftBudget }: EmbedRequest,
  { loaded, tokenizer }: OpenModel,
  { keys }: KeySet,
): Promise<{ recipe: Recipe; changes: Partial<Recipe> }> {
  const defaults = defaultRecipe(loaded, {
    keyCount: keys.length,
    chat: tokenizer.chat !== undefined,
  });
  const next = 'Correct the recipe; docs/recipes.md lists its values.';
  const asked =
    typeof recipe === 'string' ? await readJsonFile(recipe, recipeChangesSchema, next) : (recipe ?? {});
  const given = Object.entries(asked).filter(([, value]) => value !== undefined);
  const named = Object.fromEntries(given) as Partial<Recipe>;
  if (driftBudget !== undefined && (named.driftBudget ?? driftBudget) !== driftBudget)
    throw new UserError(
      'bad-recipe',
      `The recipe names a drift budget of ${named.driftBudget}, and ${driftBudget} was given beside it.`,
      'Leave out one of the two.',
    );
  const changes = {
    ...(preset && recipePresets[preset].change(defaults)),
    ...(driftBudget !== undefined && { driftBudget }),
    ...named,
  };
  return { recipe: { ...defaults, ...changes }, changes };
}

/** @throws UserError `bad-recipe`. */
function assertKindsTrainable(recipe: Recipe, { keys }: KeySet): void {
  const fault = findKindsFault(recipe);
  if (fault !== undefined)
    throw new UserError('bad-recipe', fault, 'Correct "softMargin" or "softCeiling" in the recipe.');
  if (recipe.keyLoss === 'margin' || keys.every((key) => kindOf(key) === 'loud')) return;
  throw new UserError(
    'bad-recipe',
    'Cross-entropy makes every response as likely as it can, so it cannot train soft and quiet keys.',
    'Set "keyLoss" to "margin" in the recipe, or use a key set of loud keys.',
  );
}

function describeMemory({ estimate, forward, isWhole }: MemoryPlan): string {
  const { totalBytes, trainedBytes, stateBytes } = estimate;
  if (isWhole && forward.device !== 'cpu')
    return `Memory: about ${formatBytes(totalBytes)} on the graphics card and ${formatBytes(trainedBytes + stateBytes)} on the computer.`;
  if (isWhole) return `Memory: about ${formatBytes(totalBytes)} in addition to the program itself.`;
  return 'Memory: the model does not fit at once, so it runs in groups of layers, which is slower.';
}

/** What the estimate before the run can be compared with. The program itself is included. */
function reportPeak(context: OperationContext): void {
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  context.report({ type: 'memory', text: `Memory: at most ${formatBytes(peakBytes)} in use.`, peakBytes });
}

/**
 * Binds the commitment to the weights that are to be released, and keeps the record in the key set as it is now:
 * keys may have been marked as spent during training. A copy is done even if that fails.
 * @returns why there is no record, in a sentence; undefined where there is one.
 */
async function recordRelease(
  { request, passphrase }: Embedding,
  markedDigest: string,
): Promise<string | undefined> {
  const change = (keySet: KeySet): KeySet => bindRelease(keySet, markedDigest, new Date().toISOString());
  try {
    await changeKeyFile(request.keys, { passphrase, change });
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
}
