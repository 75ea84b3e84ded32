import { basename } from 'node:path';
import { announceRound } from '../../beacon/announceRound';
import { UserError } from '../../common/errors';
import { rememberMade } from '../../common/installation';
import { phases } from '../../contract/phases';
import { digestCheckpoint, digestTokenizer } from '../../checkpoint/identity';
import { choosePlacement, reportPlacement } from '../../engine/devices/choosePlacement';
import { estimateWeightBytes } from '../../engine/estimate';
import type { LoadedModel } from '../../engine/loadedModel';
import { openLanguageModel } from '../../engine/openLanguageModel';
import type { Placement } from '../../contract/devices';
import type { RequestOf, ResultOf } from '../../contract/declaration';
import { createKeySet as declaration } from '../../contract/declarations/createKeySet';
import { assertStrongPassphrase, writeKeyFile } from '../../fingerprint/keyFile/keyFile';
import type { KeySet } from '../../fingerprint/keySet';
import { createKeySet as drawKeySet, createUndrawnKeySet } from '../../fingerprint/drawing/keySetDrawing';
import type { UndrawnKeySet } from '../../fingerprint/laterDraw/undrawnKeySet';
import { whyNotDerivable } from '../../fingerprint/drawing/rederive';
import { readOn } from '../../fingerprint/drawing/readOn';
import type { KindCounts } from '../../contract/keyKinds';
import { newSeed, parseSeed, type Seed } from '../../fingerprint/seed';
import { announceNow, listAnnounced } from './announcing';
import { assertNewFile } from './newFile';
import { openModel, type OpenModel } from '../openModel';
import type { Operation, OperationContext } from '../operation';
import { requirePassphrase } from './passphrase';
import { readPrompts, type Prompts } from './prompts';
import { readSmallFile } from './readSmallFile';
import { sayLeftOut } from '../texts/ownTexts';
import { toolVersion } from '../toolVersion';

const mostSeedBytes = 4096;
/** Weights that a graphics card of unknown memory is trusted to hold. */
const mostBytesInUnknownMemory = 2 ** 32;

type CreateKeySetRequest = RequestOf<typeof declaration>;

/** Draws a key set from a model and writes its encrypted file. */
export const createKeySet: Operation<CreateKeySetRequest, ResultOf<typeof declaration>> = {
  declaration,
  async run(request, context) {
    const started = performance.now();
    const passphrase = requirePassphrase(context.secrets);
    assertStrongPassphrase(passphrase);
    await assertNewFile(request.out);
    const kinds = countKinds(request);
    // A round that is too early even now needs no work before it is refused.
    if (request.draw) announceRound(request.draw, Date.now());
    const seed = request.seedFile === undefined ? newSeed() : await readSeed(request.seedFile);
    const prompts = request.prompts === undefined ? undefined : await readPrompts(request.prompts);
    context.report({ type: 'phase', phase: phases.openingModel });
    const model = await openModel(request.model, context.signal);
    const { placement, reason } = await placeDrawing(request, model.loaded);
    reportPlacement({ placement, reason }, context);
    const keySet = await draw(request, { model, placement, seed, prompts, kinds }, context);
    await writeKeyFile(request.out, keySet, passphrase);
    // In half precision the set may not come out on another device: whoever verifies has to try.
    if (!request.draw && placement.precision === 'single' && whyNotDerivable(keySet) === undefined)
      rememberMade('drawing', keySet.commitment);
    return {
      out: request.out,
      count: keySet.keys.length,
      commitment: keySet.commitment,
      ...listAnnounced(keySet),
      ...(prompts && { rowsLeftOut: prompts.rowsLeftOut }),
      device: placement.device,
      precision: placement.precision,
      warnings: [...model.warnings, ...sayRowsLeftOut(request.prompts, prompts)],
      seconds: (performance.now() - started) / 1000,
    };
  },
};

/**
 * Single precision wherever it fits, because in half precision another device would write other keys, and
 * nobody elsewhere could derive the key set again.
 */
async function placeDrawing(
  request: CreateKeySetRequest,
  model: LoadedModel,
): ReturnType<typeof choosePlacement> {
  const { precision = 'auto' } = request;
  if (precision !== 'auto') return choosePlacement(request, model);
  const single = await choosePlacement({ ...request, precision: 'single' }, model);
  const { memoryBytes } = single.placement;
  const room = Number.isFinite(memoryBytes) ? memoryBytes : mostBytesInUnknownMemory;
  const fits = estimateWeightBytes([...model.tensors.values()]) <= room;
  return fits ? single : choosePlacement(request, model);
}

/** @throws UserError `too-few-keys`. */
function countKinds({ count, soft = 0, quiet = 0 }: CreateKeySetRequest): KindCounts {
  if (soft + quiet <= count) return { loud: count - soft - quiet, soft, quiet };
  throw new UserError(
    'too-few-keys',
    `${soft} soft and ${quiet} quiet keys are more than the ${count} keys of the set.`,
    'Ask for fewer of them, or for more keys.',
  );
}

interface Ingredients {
  readonly model: OpenModel;
  readonly placement: Placement;
  readonly seed: Seed;
  readonly prompts: Prompts | undefined;
  readonly kinds: KindCounts;
}

async function draw(
  request: CreateKeySetRequest,
  { model, placement, seed, prompts, kinds }: Ingredients,
  context: OperationContext,
): Promise<KeySet | UndrawnKeySet> {
  const { checkpoint, loaded, tokenizer } = model;
  const { root } = await digestCheckpoint(checkpoint, context.signal);
  const base = {
    name: basename(checkpoint.dir),
    path: checkpoint.dir,
    digest: root,
    tokenizerDigest: await digestTokenizer(checkpoint.dir),
  };
  const languageModel = await openLanguageModel(loaded, placement);
  try {
    const asked = {
      model: languageModel,
      tokenizer,
      seed,
      count: request.count,
      responseLength: request.responseLength ?? 1,
      kinds,
      ...(prompts && { prompts: prompts.texts }),
      base,
      placement,
      toolVersion,
    };
    const wish = request.draw;
    if (wish !== undefined) return await createUndrawnKeySet(asked, () => announceNow(wish), context);
    const keySet = await drawKeySet({ ...asked, createdAt: new Date().toISOString() }, context);
    context.report({ type: 'phase', phase: phases.readingOn });
    return { ...keySet, keys: await readOn(keySet.keys, asked, context) };
  } finally {
    await languageModel.close();
  }
}

function sayRowsLeftOut(path: string | undefined, prompts: Prompts | undefined): string[] {
  if (path === undefined || !prompts || prompts.rowsLeftOut === 0) return [];
  return [sayLeftOut(path, prompts.rowsLeftOut, 'no "prompt", "text" or "instruction" with words')];
}

async function readSeed(path: string): Promise<Seed> {
  return parseSeed(await readSmallFile(path, 'seed file', mostSeedBytes));
}
