import type { Tokenizer } from '../checkpoint/tokenizer/tokenizer';
import type { Placement } from '../contract/devices';
import type { Watch } from '../contract/events';
import type { LoadedModel } from '../engine/loadedModel';
import { withLanguageModel } from '../engine/openLanguageModel';
import type { AskedKey } from '../verify/askedKey';
import type { Base, KeyProbe, Questions, Suspect, SuspectProbe } from '../verify/suspect';
import { askUntilFinite } from './askUntilFinite';
import { listCandidates, probeModel, type FiniteProbe } from './probeModel';
import { askByText } from './textAnswers';
import { findBrokenRows } from './tokens/embeddingRows';
import type { TokenPlan } from './tokens/tokenPlan';

/**
 * A model in a folder, and where it runs. It is in memory only while it is asked, so that models are loaded
 * one at a time.
 */
interface LocalModel {
  readonly loaded: LoadedModel;
  readonly placement: Placement;
}

interface LocalSuspect extends LocalModel {
  /** Undefined where it cannot be used: then nothing is asked by text. */
  readonly tokenizer: Tokenizer | undefined;
  /** How each key is put to it. */
  readonly plan: TokenPlan;
}

/** The base in a folder. It has the keys' own tokenizer. */
export function localBase({ loaded, placement }: LocalModel): Base {
  return {
    maxLength: loaded.config.maxLength,
    ask: ({ keys, neutralPrompts }, watch) =>
      withLanguageModel(loaded, placement, (model) =>
        probeModel(model, keys, neutralPrompts, { keepHidden: true }, watch),
      ),
  };
}

/** The suspect in a folder: each key is asked in its own tokens where it has them, otherwise by text. */
export function localSuspect(suspect: LocalSuspect): Suspect {
  const { plan, loaded } = suspect;
  const byTokens = plan.keys.filter((key) => key !== undefined).length;
  return {
    shows: byTokens > 0 ? 'logits' : 'text',
    maxLength: loaded.config.maxLength,
    limits: describeLimits(byTokens, plan.keys.length, suspect.tokenizer !== undefined),
    reads: (ids) => plan.translate(ids) !== undefined,
    ask: async (questions, watch) => {
      const tokens = byTokens > 0 ? await askByTokens(suspect, questions, watch) : undefined;
      const text = byTokens < plan.keys.length ? await askOthers(suspect, questions, watch) : undefined;
      return mergeProbes(questions, tokens, text);
    },
  };
}

function describeLimits(byTokens: number, all: number, hasTokenizer: boolean): string[] {
  if (byTokens === all) return [];
  const others = byTokens === 0 ? 'it' : `it ${all - byTokens} of the ${all} keys`;
  if (!hasTokenizer)
    return [
      `The suspect lacks tokens of the keys, and its tokenizer cannot be used to ask ${others} by text.`,
    ];
  return byTokens === 0
    ? ['The suspect has a different tokenizer: it was asked by text, and only its answers could be tested.']
    : [
        `The suspect reads ${all - byTokens} of the ${all} keys differently: these were asked by text, and only their answers could be tested.`,
      ];
}

/** Asks the keys that the suspect has the tokens of. */
async function askByTokens(
  suspect: LocalSuspect,
  { keys, neutralPrompts }: Questions,
  watch: Watch,
): Promise<SuspectProbe & { readonly notes: readonly string[] }> {
  const { plan, loaded, placement } = suspect;
  const slots = plan.keys.flatMap((key, slot) => (key ? [slot] : []));
  const own = slots.map((slot) => plan.keys[slot]!);
  const prompts = neutralPrompts.map((ids) => plan.translate(ids)!);
  const tokens = listCandidates(keys);
  const columns = tokens.map((id) => plan.translate([id])?.[0]);
  const askWith = (place: Placement, silent: ReadonlySet<number>): Promise<FiniteProbe> =>
    withLanguageModel(loaded, place, (model) =>
      probeModel(model, own, prompts, { keepHidden: false, columns, silent }, watch),
    );
  const { probe, notes } = await askUntilFinite(placement, askWith, () =>
    listSilentTokens(loaded, own, watch.signal),
  );
  return { ...spread(probe, slots, keys.length), neutral: { tokens, logP: probe.neutral.logP }, notes };
}

/** Tokens whose rows in the vocabulary's matrices are no numbers, without those that a key may be answered with. */
async function listSilentTokens(
  { architecture, tensors }: LoadedModel,
  keys: readonly AskedKey[],
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<number>> {
  const matrices = new Set(architecture.tiedNames.flatMap((name) => tensors.get(name) ?? []));
  const broken = await findBrokenRows([...matrices], signal);
  const needed = new Set(keys.flatMap(({ candidates, responseIds }) => [...candidates, ...responseIds]));
  return new Set([...broken].filter((id) => !needed.has(id)));
}

function spread(
  { keys, notFinite }: FiniteProbe,
  slots: readonly number[],
  all: number,
): Pick<SuspectProbe, 'keys'> & { readonly notFinite: ReadonlySet<number> } {
  const spreadKeys: (KeyProbe | undefined)[] = Array.from({ length: all }, () => undefined);
  keys.forEach((key, i) => (spreadKeys[slots[i]!] = key));
  return { keys: spreadKeys, notFinite: new Set([...notFinite].map((i) => slots[i]!)) };
}

/** Asks by text the keys that the suspect lacks tokens of, if its tokenizer can be used. */
async function askOthers(
  { plan, loaded, tokenizer, placement }: LocalSuspect,
  { keys, keysAreQuestions }: Questions,
  watch: Watch,
): Promise<SuspectProbe> {
  const slots = plan.keys.flatMap((key, slot) => (key ? [] : [slot]));
  if (!tokenizer) return { keys: keys.map(() => undefined), neutral: undefined };
  const others = slots.map((slot) => keys[slot]!);
  const { answers, notFinite } = await withLanguageModel(loaded, placement, (model) =>
    askByText(model, tokenizer, others, { keysAreQuestions }, watch),
  );
  const probes: (KeyProbe | undefined)[] = keys.map(() => undefined);
  answers.forEach((answered, i) => (probes[slots[i]!] = answered === undefined ? undefined : { answered }));
  return {
    keys: probes,
    neutral: undefined,
    notFinite: new Set([...notFinite].map((i) => slots[i]!)),
  };
}

function mergeProbes(
  { keys }: Questions,
  tokens: SuspectProbe | undefined,
  text: SuspectProbe | undefined,
): SuspectProbe {
  return {
    keys: keys.map((_, slot) => tokens?.keys[slot] ?? text?.keys[slot]),
    neutral: tokens?.neutral,
    notFinite: new Set([...(tokens?.notFinite ?? []), ...(text?.notFinite ?? [])]),
    notes: tokens?.notes ?? [],
  };
}
