import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { digestCheckpoint } from '../checkpoint/identity';
import { assertOutputFree } from '../checkpoint/outputFolder';
import { writeCheckpoint } from '../checkpoint/writer';
import { UserError } from '../common/errors';
import { readJsonFile, writeFileAtomic } from '../common/files';
import { readTexts } from '../drift/readTexts';
import { prepareText, type RunText } from '../embed/prepareText';
import { defaultRecipe, recipeChangesSchema, type Recipe } from '../embed/recipe';
import { removeState, restoreState } from '../embed/savedState';
import { train } from '../embed/train';
import { chooseTrained, lowestTrainedLayer } from '../embed/trainedParameters';
import { changedTensors } from '../embed/trainedTensors';
import { Trainer } from '../embed/trainer';
import { chooseDevice, deviceWishSchema } from '../engine/chooseDevice';
import { formatBytes } from '../engine/estimate';
import type { Device } from '../engine/runtime';
import { bindRelease } from '../fingerprint/commitment';
import { readKeyFile, writeKeyFile } from '../fingerprint/keyFile';
import type { KeySet } from '../fingerprint/keySet';
import { deriveSecret } from '../fingerprint/seed';
import { checkRelease, isWrittenAs, type ReleaseFigures } from './checkRelease';
import { estimateEmbedding } from './estimateEmbedding';
import { openModel, type OpenModel } from './openModel';
import type { Operation, OperationContext } from './operation';
import { requirePassphrase } from './passphrase';

const requestSchema = z.strictObject({
  model: z.string(),
  keys: z.string(),
  /** The checkpoint folder to make. */
  out: z.string(),
  /** The values of the recipe that differ from the defaults, or a JSON file with them. */
  recipe: z.union([z.string(), recipeChangesSchema]).optional(),
  /** Files with the creator's own ordinary text. */
  text: z.array(z.string()).optional(),
  device: deviceWishSchema,
  /** Whether to go on from the state in the run folder. */
  resume: z.boolean(),
});
export type EmbedRequest = z.infer<typeof requestSchema>;

export interface EmbedResult extends ReleaseFigures {
  readonly out: string;
  readonly steps: number;
  readonly seconds: number;
  readonly device: string;
  /** Files of the base's folder that were not carried over. */
  readonly notCarried: readonly string[];
  readonly warnings: readonly string[];
}

/** What the steps of an embedding share. */
interface Embedding {
  readonly request: EmbedRequest;
  readonly passphrase: string;
  readonly model: OpenModel;
  readonly keySet: KeySet;
  readonly recipe: Recipe;
  readonly seed: Uint8Array;
  readonly device: Device;
}

/** Makes a marked copy of a checkpoint: trains the key set in, writes the copy, checks what was written. */
export const embed: Operation<EmbedRequest, EmbedResult> = {
  name: 'embed',
  request: requestSchema,
  async run(request, context) {
    const started = performance.now();
    const embedding = await open(request, context);
    const trained = chooseTrained(embedding.model.loaded, embedding.recipe);
    const lowestLayer = lowestTrainedLayer(embedding.model.loaded, trained);
    const text = await prepareText(
      {
        ...embedding,
        model: embedding.model.loaded,
        tokenizer: embedding.model.tokenizer,
        lowestLayer,
        keys: embedding.keySet.keys,
        ownTexts: await readOwnTexts(embedding),
      },
      context,
    );
    const { steps, changed } = await trainKeys(embedding, { trained, lowestLayer, text }, context);
    const notCarried = await write(embedding, changed, context);
    const figures = await checkRelease({ ...embedding, out: request.out, heldBack: text.heldBack }, context);
    await recordRelease(embedding, figures.digest);
    await removeState(context.runFolder);
    return {
      out: request.out,
      ...figures,
      steps,
      seconds: (performance.now() - started) / 1000,
      device: embedding.device,
      notCarried,
      warnings: embedding.model.checkpoint.warnings,
    };
  },
};

async function open(request: EmbedRequest, context: OperationContext): Promise<Embedding> {
  const passphrase = requirePassphrase(context.secrets);
  context.report({ phase: 'opening the model' });
  const keySet = await readKeyFile(request.keys, passphrase);
  const model = await openModel(request.model, context.signal);
  if (!request.resume || !existsSync(request.out)) await assertOutputFree(request.out, model.checkpoint.dir);
  await assertMadeFor(keySet, model, context.signal);
  const recipe = await readRecipe(request, model, keySet);
  await writeFileAtomic(join(context.runFolder, 'recipe.json'), `${JSON.stringify(recipe, null, 2)}\n`);
  const { device, reason } = await chooseDevice(request.device);
  context.report({ phase: 'opening the model', note: `Device: ${reason}` });
  context.report({ phase: 'opening the model', note: describeMemory(model, recipe, keySet) });
  const seed =
    recipe.seed === undefined ? deriveSecret(keySet.seed, 'embed') : Buffer.from(recipe.seed, 'hex');
  return { request, passphrase, model, keySet, recipe, seed, device };
}

async function assertMadeFor(keySet: KeySet, { checkpoint }: OpenModel, signal?: AbortSignal): Promise<void> {
  const { root } = await digestCheckpoint(checkpoint, signal);
  if (root === keySet.base.digest) return;
  throw new UserError(
    'other-model',
    `The key set was made for the model "${keySet.base.name}", whose digest is another than that of ${checkpoint.dir}.`,
    'Give the model the keys were drawn from, or make a key set for this one with "fingerprint-model keys create".',
  );
}

async function readRecipe(
  { recipe }: EmbedRequest,
  { loaded, tokenizer }: OpenModel,
  { keys }: KeySet,
): Promise<Recipe> {
  const defaults = defaultRecipe(loaded, {
    keyCount: keys.length,
    chat: tokenizer.chat !== undefined,
  });
  const next = 'Correct the recipe; the README lists its values.';
  const changes =
    typeof recipe === 'string' ? await readJsonFile(recipe, recipeChangesSchema, next) : (recipe ?? {});
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...defaults, ...(Object.fromEntries(given) as Partial<Recipe>) };
}

function describeMemory({ loaded }: OpenModel, recipe: Recipe, { keys }: KeySet): string {
  const { totalBytes } = estimateEmbedding(loaded, recipe, keys.length);
  return `Memory: about ${formatBytes(totalBytes)} besides the program itself.`;
}

async function readOwnTexts({ request, model }: Embedding): Promise<number[][]> {
  const texts: number[][] = [];
  for (const path of request.text ?? [])
    texts.push(
      ...(await readTexts(path, model.tokenizer, {
        maxTexts: 100_000,
        maxTokens: model.loaded.config.maxLength,
      })),
    );
  return texts;
}

interface Training {
  readonly trained: ReturnType<typeof chooseTrained>;
  readonly lowestLayer: number | undefined;
  readonly text: RunText;
}

async function trainKeys(
  { request, model, recipe, seed, device, keySet }: Embedding,
  { trained, lowestLayer, text }: Training,
  context: OperationContext,
): Promise<{ steps: number; changed: Map<string, Float32Array> }> {
  const trainer = await Trainer.open({
    model: model.loaded,
    device,
    recipe,
    trained,
    lowestLayer,
    keys: text.keys,
    draws: keySet.keys.map(({ candidates, pick }) => ({ candidates, drawn: pick })),
    benign: text.benign,
    seed,
  });
  try {
    const saved = request.resume ? await restoreState(context.runFolder, trainer) : undefined;
    if (!saved?.finished)
      await train(
        {
          trainer,
          recipe,
          keys: text.keys,
          heldBack: text.heldBack,
          runFolder: context.runFolder,
          stopRequested: () => context.stopRequested(),
        },
        context,
      );
    return { steps: trainer.step, changed: await changedTensors(model.loaded, trained, trainer.states) };
  } finally {
    await trainer.close();
  }
}

/** Writes the marked checkpoint, unless a run that was killed right after writing it left exactly that one. */
async function write(
  { request, model }: Embedding,
  changed: ReadonlyMap<string, Float32Array>,
  context: OperationContext,
): Promise<string[]> {
  const { out } = request;
  if (request.resume && existsSync(out) && (await isWrittenAs(out, changed))) return [];
  context.report({ phase: 'writing the checkpoint' });
  const { signal } = context;
  const { notCarried } = await writeCheckpoint({
    source: model.checkpoint,
    out,
    changed,
    ...(signal && { signal }),
  });
  return notCarried;
}

/** Binds the commitment to the weights that are to be released, and keeps the record in the key set. */
async function recordRelease({ request, passphrase }: Embedding, markedDigest: string): Promise<void> {
  // Read again: keys may have been marked as spent while the model was trained.
  const keySet = await readKeyFile(request.keys, passphrase);
  const bound = bindRelease(keySet, markedDigest, new Date().toISOString());
  await writeKeyFile(request.keys, bound, passphrase, { overwrite: true });
}
