import type { Placement } from '../../contract/devices';
import type { Watch } from '../../contract/events';
import type { OpenModel } from '../openModel';
import { guardSuspect } from '../../suspects/guarded';
import { localBase, localSuspect } from '../../suspects/local';
import type { OpenSuspect } from '../../suspects/opening/openSuspect';
import { embeddingOf } from '../../suspects/tokens/embeddingRows';
import { planTokens, type KeysTokens, type TokenReadings } from '../../suspects/tokens/planTokens';
import { readTokenTexts } from '../../suspects/tokens/tokenTexts';
import type { Kinship } from '../../verify/kinship';
import { askReadings } from '../../verify/askReadings';
import type { Asked, Question } from '../../verify/askSuspect';
import type { Questions, Suspect } from '../../verify/suspect';

/** What a suspect said in every way that it can be read. */
export interface AskedOpened {
  /** In the order of the ways. */
  readonly asked: readonly Asked[];
  readonly ways: readonly Way[];
  /** Whether nothing says which of its tokens is which. */
  readonly hasUnknownTokens: boolean;
  /** Sentences: what turned out about its tokens and while it was asked. */
  readonly notes: readonly string[];
  /** Why it could not be computed at all, as a sentence. */
  readonly failure: string | undefined;
}

interface Opened {
  readonly suspect: OpenSuspect;
  readonly base: OpenModel | undefined;
  readonly questions: Questions;
  readonly rules: Question['rules'];
  readonly placement: Placement;
  readonly kinship: Kinship;
}

/** One way to read a suspect. */
interface Way {
  readonly suspect: Suspect;
  /** In which points it departs from the first, as parts of a sentence. */
  readonly conflicts: readonly string[];
}

/**
 * Asks an opened suspect in every way that its folder and its tokens can be read.
 * @throws as askReadings.
 */
export async function askOpened(
  { suspect, base, questions, rules, placement, kinship }: Opened,
  watch: Watch,
): Promise<AskedOpened> {
  const known = await listTokens(questions, base, kinship.kind.tokenizer === true);
  const { ways, notes, isUnverified } = await listWays(suspect, known, placement, watch.signal);
  const asked = await askReadings(
    {
      questions,
      rules,
      suspects: ways.map((way) => guardSuspect(way.suspect)),
      base: base && localBase({ ...base, placement }),
    },
    watch,
  );
  return {
    asked,
    ways,
    hasUnknownTokens: isUnverified,
    notes: [...new Set([...notes, ...asked.flatMap(({ suspect: probe }) => probe.notes ?? [])])],
    failure: asked.find(({ suspect: probe }) => probe.failure !== undefined)?.suspect.failure,
  };
}

/** The longest text that a suspect will be asked, in tokens; text in an unknown tokenizer has at most its bytes. */
export function longestQuestion({ keys, neutralPrompts }: Questions): number {
  const lengths = [
    ...keys.map(({ ids, responseIds }) => ids.length + responseIds.length),
    ...keys.map(({ text }) => Buffer.byteLength(text) + roomForTemplate),
    ...neutralPrompts.map((ids) => ids.length),
  ];
  return lengths.reduce((most, length) => Math.max(most, length), 1);
}

/** Tokens that a chat template and an answer may add to a question. */
const roomForTemplate = 256;

async function listTokens(
  questions: Questions,
  base: OpenModel | undefined,
  hasSameTokens: boolean,
): Promise<KeysTokens> {
  const { keys, keysAreQuestions, neutralPrompts } = questions;
  const needed = new Set(keys.flatMap((key) => [...key.ids, ...key.candidates, ...key.responseIds]));
  return {
    keys,
    isQuestion: keysAreQuestions,
    ids: [...new Set([...needed, ...neutralPrompts.flat()])],
    needed,
    hasSameTokens,
    base: base && {
      loaded: base.loaded,
      texts: await readTokenTexts(base.checkpoint.dir),
    },
  };
}

/** Every reading of the folder with every reading of its tokens. */
async function listWays(
  { readings, tokenizer }: OpenSuspect,
  known: KeysTokens,
  placement: Placement,
  signal: AbortSignal | undefined,
): Promise<{ ways: Way[]; notes: string[]; isUnverified: boolean }> {
  const plans = new Map<string, TokenReadings>();
  const ways: Way[] = [];
  for (const { loaded, conflicts } of readings) {
    const matrix = embeddingOf(loaded);
    const name = `${matrix?.path}:${matrix?.offset}:${loaded.config.vocabularySize}`;
    const plan = plans.get(name) ?? (await planTokens(known, tokenizer, loaded, signal));
    plans.set(name, plan);
    for (const { plan: tokens, conflict } of plan.readings)
      ways.push({
        suspect: localSuspect({ loaded, placement, tokenizer: tokenizer.tokenizer, plan: tokens }),
        conflicts: conflict === undefined ? conflicts : [...conflicts, conflict],
      });
  }
  const all = [...plans.values()];
  return {
    ways,
    notes: [...new Set(all.flatMap(({ notes }) => notes))],
    isUnverified: all.some((plan) => plan.isUnverified === true),
  };
}
