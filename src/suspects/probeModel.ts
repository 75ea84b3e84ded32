import type { Watch } from '../contract/events';
import { argmax } from '../engine/argmax';
import type { LanguageModel, Rows } from '../engine/languageModel';
import type { AskedKey } from '../verify/askedKey';
import { logSumExp } from '../verify/logSoftmax';
import type { ModelKeyProbe, ModelProbe } from '../verify/suspect';

interface ProbeOptions {
  /** True for the base: its hidden states weight the neutral prompts. */
  readonly keepHidden: boolean;
  /** The columns of the neutral probe where the model has other ids; undefined for a token that it lacks. */
  readonly columns?: readonly (number | undefined)[];
  /** Tokens that are never said, whatever their logits: their rows in the output matrix are no numbers. */
  readonly silent?: ReadonlySet<number>;
}

/** A probe, and the slots of the keys that met a prediction that is infinite or not a number. */
export type FiniteProbe = ModelProbe & { readonly notFinite: ReadonlySet<number> };

/** Whether every key, with its response, fits into a model's length. */
function fitsModel(key: AskedKey, model: LanguageModel): boolean {
  return key.ids.length + key.responseIds.length - 1 <= model.maxLength;
}

/**
 * Asks a model all keys and neutral prompts in batched teacher-forced passes: a greedy response is confirmed
 * when the likeliest token at every position is the response's. Candidates and neutral prompts must be within
 * the model's vocabulary and neutral prompts within its length. A key after which a prediction is not finite
 * is not decided.
 */
export async function probeModel(
  model: LanguageModel,
  keys: readonly AskedKey[],
  neutralPrompts: readonly (readonly number[])[],
  options: ProbeOptions,
  watch?: Watch,
): Promise<FiniteProbe> {
  const { probes, hidden, notFinite } = await probeKeys(model, keys, options, watch);
  const tokens = options.columns ?? listCandidates(keys);
  const neutral = await probeNeutral(model, neutralPrompts, tokens, options, watch);
  return { keys: probes, keyHidden: hidden, notFinite, ...neutral };
}

/** The candidates of all keys, ascending. */
export function listCandidates(keys: readonly AskedKey[]): number[] {
  return [...new Set(keys.flatMap((key) => key.candidates))].sort((a, b) => a - b);
}

async function probeKeys(
  model: LanguageModel,
  keys: readonly AskedKey[],
  options: ProbeOptions,
  watch: Watch | undefined,
): Promise<{
  probes: (ModelKeyProbe | undefined)[];
  hidden: (Float32Array | undefined)[];
  notFinite: Set<number>;
}> {
  const asked = keys.flatMap((key, slot) => (fitsModel(key, model) ? [{ key, slot }] : []));
  const probes: (ModelKeyProbe | undefined)[] = keys.map(() => undefined);
  const hidden: (Float32Array | undefined)[] = options.keepHidden ? keys.map(() => undefined) : [];
  const notFinite = new Set<number>();
  await model.visitRows(
    asked.map(({ key }) => responseRows(key)),
    (row) => {
      const { key, slot } = asked[row.sequence]!;
      const step = row.position - (key.ids.length - 1);
      const expected = key.responseIds[step]!;
      if (!silence(row.logits, options.silent)) notFinite.add(slot);
      // Not decided by its first prediction, or not answered by a later one: either way it counts for nobody.
      if (notFinite.has(slot)) {
        probes[slot] = probes[slot] && { ...probes[slot], answered: false };
        return;
      }
      const likeliest = argmax(row.logits);
      if (step === 0) {
        if (options.keepHidden) hidden[slot] = row.hidden.slice();
        const logTotal = logSumExp(row.logits);
        const candidateLogP = Float64Array.from(key.candidates, (id) => row.logits[id]! - logTotal);
        probes[slot] = {
          candidateLogP,
          answered: likeliest === expected,
          firstToken: likeliest,
        };
        return;
      }
      const before = probes[slot]!;
      probes[slot] = {
        ...before,
        answered: before.answered && likeliest === expected,
      };
    },
    watch,
  );
  return { probes, hidden, notFinite };
}

/** The key followed by all but the last token of its response, asked at every position that a response token follows. */
function responseRows(key: AskedKey): Rows {
  return {
    ids: [...key.ids, ...key.responseIds.slice(0, -1)],
    positions: key.responseIds.map((_, step) => key.ids.length - 1 + step),
  };
}

/** Makes silent tokens impossible, and says whether every other logit is a finite number. */
function silence(logits: Float32Array, silent: ReadonlySet<number> | undefined): boolean {
  silent?.forEach((id) => (logits[id] = -Infinity));
  for (let id = 0; id < logits.length; id++)
    if (!Number.isFinite(logits[id]) && silent?.has(id) !== true) return false;
  return true;
}

async function probeNeutral(
  model: LanguageModel,
  prompts: readonly (readonly number[])[],
  tokens: readonly (number | undefined)[],
  options: ProbeOptions,
  watch: Watch | undefined,
): Promise<Pick<ModelProbe, 'neutral' | 'neutralHidden'>> {
  const logP: Float64Array[] = [];
  const hidden: Float32Array[] = [];
  await model.visitRows(
    prompts.map((ids) => ({ ids, positions: [ids.length - 1] })),
    (row) => {
      silence(row.logits, options.silent);
      const logTotal = logSumExp(row.logits);
      logP[row.sequence] = Float64Array.from(tokens, (id) =>
        id === undefined ? 0 : row.logits[id]! - logTotal,
      );
      if (options.keepHidden) hidden[row.sequence] = row.hidden.slice();
    },
    watch,
  );
  return { neutral: { tokens: tokens.map((id) => id ?? -1), logP }, neutralHidden: hidden };
}
