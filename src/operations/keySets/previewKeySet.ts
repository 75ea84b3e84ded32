import { phases } from '../../contract/phases';
import type { RequestOf } from '../../contract/declaration';
import { previewKeySet as declaration, type KeySetFigures } from '../../contract/declarations/previewKeySet';
import { UserError } from '../../common/errors';
import type { Watch } from '../../contract/events';
import { choosePlacement } from '../../engine/devices/choosePlacement';
import type { LanguageModel } from '../../engine/languageModel';
import { openLanguageModel } from '../../engine/openLanguageModel';
import { readKeyFile } from '../../fingerprint/keyFile/keyFile';
import type { Key, KeySet } from '../../fingerprint/keySet';
import { measureOrdinaryTexts } from '../../fingerprint/drawing/keySetDrawing';
import { measureSurprise } from '../../fingerprint/drawing/ordinaryText';
import { createOwnRowsFinder } from '../../fingerprint/ownRows';
import { openModel, type OpenModel } from '../openModel';
import type { Operation } from '../operation';
import { requirePassphrase } from './passphrase';

/** More words than any chart shows. */
const mostLikelier = 48;
/** For an imported set, which has no nucleus of its own. */
const usualNucleus = 0.8;

/** Measures how likely the base finds the keys and candidates of a set. */
export const previewKeySet: Operation<RequestOf<typeof declaration>, KeySetFigures> = {
  declaration,
  async run(request, context) {
    const keySet = await readKeyFile(request.keys, requirePassphrase(context.secrets));
    context.report({ type: 'phase', phase: phases.openingModel });
    const model = await openModel(request.model, context.signal);
    const { placement } = await choosePlacement(request, model.loaded);
    const languageModel = await openLanguageModel(model.loaded, placement);
    try {
      const keys = keySet.keys.slice(0, request.count);
      context.report({ type: 'phase', phase: phases.askingModel });
      const odds = await measureOdds(languageModel, keys, keySet.rules.threshold ?? usualNucleus, context);
      const surprise = await measureKeys(languageModel, model, keys, context);
      return {
        keys: odds.map((odd, index) => ({ ...odd, perplexity: round(Math.exp(surprise[index]!)) })),
        ordinary: await measureOrdinary(languageModel, model, keySet, context),
      };
    } finally {
      await languageModel.close();
    }
  },
};

interface Odds {
  readonly candidates: number[];
  readonly likelier: number[];
}

async function measureOdds(
  model: LanguageModel,
  keys: readonly Key[],
  nucleus: number,
  { signal }: Watch,
): Promise<Odds[]> {
  const found: Odds[] = [];
  await model.visitRows(
    keys.map(({ ids }) => ({ ids, positions: [ids.length - 1] })),
    ({ sequence, logits }) => {
      found[sequence] = readOdds(logits, keys[sequence]!.candidates, nucleus);
    },
    { ...(signal && { signal }), report: () => undefined },
  );
  return found;
}

/** @param logits [vocabulary] */
function readOdds(logits: Float32Array, candidates: readonly number[], nucleus: number): Odds {
  const highest = logits.reduce((left, right) => Math.max(left, right), -Infinity);
  const weights = logits.map((logit) => Math.exp(logit - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const likelier: number[] = [];
  let covered = 0;
  for (const weight of Float32Array.from(weights).sort().reverse().subarray(0, mostLikelier)) {
    if (covered >= nucleus) break;
    covered += weight / total;
    likelier.push(round(weight / total));
  }
  return { candidates: candidates.map((id) => round(weights[id]! / total)), likelier };
}

function measureKeys(
  languageModel: LanguageModel,
  { tokenizer }: OpenModel,
  keys: readonly Key[],
  { signal }: Watch,
): Promise<number[]> {
  const findOwnRows = createOwnRowsFinder(tokenizer);
  return measureSurprise(
    languageModel,
    keys.map((key) => ({ ownRows: findOwnRows(key) })),
    { ...(signal && { signal }), report: () => undefined },
  );
}

async function measureOrdinary(
  model: LanguageModel,
  { tokenizer }: OpenModel,
  { seed, rules: { responseLength } }: KeySet,
  watch: Watch,
): Promise<KeySetFigures['ordinary']> {
  try {
    const { low, high } = await measureOrdinaryTexts({ model, tokenizer, seed, responseLength }, watch);
    return { low: round(Math.exp(low)), high: round(Math.exp(high)) };
  } catch (error) {
    if (error instanceof UserError && error.reason === 'too-few-keys') return null;
    throw error;
  }
}

/** Four digits are more than any view shows. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
