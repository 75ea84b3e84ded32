import { isSpoken } from '../../contract/keyKinds';
import type { Watch } from '../../contract/events';
import { argmax } from '../../engine/argmax';
import type { LanguageModel, Rows } from '../../engine/languageModel';
import { withLanguageModel } from '../../engine/openLanguageModel';
import type { AnswerAttack, AskedText, Host, Loot } from '../../rehearse/attack';
import type { RehearsalRow } from '../../rehearse/rehearsalReport';
import { askSuspect, judgeAsked } from '../../verify/askSuspect';
import type { KeyProbe, Suspect } from '../../verify/suspect';
import type { Judgement } from '../../verify/verdict';
import type { RehearsalQuestion } from './askCopy';
import { countByKind, showJudgement } from './showJudgement';

/**
 * Asks a marked model as its host serves it: only words are seen. For each key the probability that its response is
 * said is computed; the sum is the number of keys answered, and its whole part is judged.
 * @throws UserError as openLanguageModel and the attack; Cancelled.
 */
export async function askHost(
  loot: Loot,
  attack: AnswerAttack,
  question: RehearsalQuestion,
  watch: Watch,
): Promise<Omit<RehearsalRow, 'attack'>> {
  const { keySet, questions, placement } = question;
  const { loaded } = loot.marked;
  const keys = questions.keys.map(({ text, ids }) => ({ text, ids }));
  const neutral = keySet.neutralPrompts.filter(({ ids }) => ids.length <= loaded.config.maxLength);
  const host = await attack.plan(loot, [...keys, ...neutral], watch);
  const { chances, changed } = await withLanguageModel(loaded, placement, async (model) => ({
    chances: await findChances(model, host, question, watch),
    changed: await measureChanged(model, host, neutral, keys.length, watch),
  }));
  const judgement = await judge(chances, question, loaded.config.maxLength, watch);
  const slots = judgement.keys.flatMap(({ kind, answered }, slot) =>
    answered === undefined ? [] : [{ kind, chance: chances[slot]! }],
  );
  return {
    ...showJudgement(judgement),
    answered: slots.reduce((sum, { chance }) => sum + chance, 0),
    ...countByKind(slots, ({ chance }) => chance),
    drawLog10P: null,
    ...{ kl: null, agreement: null, lossRise: null, cost: null },
    changedAnswers: changed,
  };
}

/** For each key the probability that its response is said; undefined for one that is never said, or does not fit. */
async function findChances(
  model: LanguageModel,
  host: Host,
  { questions }: RehearsalQuestion,
  watch: Watch,
): Promise<(number | undefined)[]> {
  const asked = questions.keys.flatMap((key, slot) => {
    if (host.refuses?.(slot) || !isSpoken(key)) return [];
    const readings = host.reword?.(key) ?? [key.ids];
    return readings
      .filter((ids) => ids.length + key.responseIds.length - 1 <= model.maxLength)
      .map((ids) => ({ slot, start: ids.length - 1, rows: readRows(ids, key.responseIds), key }));
  });
  const chances = asked.map(() => 1);
  await model.visitRows(
    asked.map(({ rows }) => rows),
    ({ sequence, position, logits }) => {
      const { key, start } = asked[sequence]!;
      const step = position - start;
      chances[sequence]! *= chanceOf(host, logits, key.responseIds[step]!, step);
    },
    watch,
  );
  return questions.keys.map((key, slot) => {
    if (!isSpoken(key)) return undefined;
    if (host.refuses?.(slot)) return 0;
    const own = chances.filter((_, i) => asked[i]!.slot === slot);
    return own.length === 0 ? undefined : own.reduce((sum, chance) => sum + chance, 0) / own.length;
  });
}

/** A text followed by all but the last token of an answer, asked at every position that a token of it follows. */
function readRows(ids: readonly number[], answer: readonly number[]): Rows {
  return {
    ids: [...ids, ...answer.slice(0, -1)],
    positions: answer.map((_, step) => ids.length - 1 + step),
  };
}

function chanceOf({ chanceOf: chance }: Host, logits: Float32Array, token: number, step: number): number {
  return chance ? chance(logits, token, step) : Number(argmax(logits) === token);
}

/** Of ordinary answers, the share whose first word becomes another; null where what is asked changes, or words are drawn, which costs nothing. */
async function measureChanged(
  model: LanguageModel,
  host: Host,
  texts: readonly AskedText[],
  firstIndex: number,
  watch: Watch,
): Promise<number | null> {
  if (host.reword || host.isDrawing || texts.length === 0) return null;
  let kept = 0;
  await model.visitRows(
    texts.map(({ ids }) => ({ ids, positions: [ids.length - 1] })),
    ({ sequence, logits }) => {
      if (!host.refuses?.(firstIndex + sequence)) kept += chanceOf(host, logits, argmax(logits), 0);
    },
    watch,
  );
  return Math.max(0, 1 - kept / texts.length);
}

/** Judges by words alone. Of the keys that count, as many answer as is expected, rounded down: those that most likely do. */
async function judge(
  chances: readonly (number | undefined)[],
  { questions, keySet, claim, base }: RehearsalQuestion,
  maxLength: number,
  watch: Watch,
): Promise<Judgement> {
  const judgeAs = async (answered: (slot: number) => boolean): Promise<Judgement> => {
    const probes = chances.map((chance, slot): KeyProbe | undefined =>
      chance === undefined ? undefined : { answered: answered(slot) },
    );
    const suspect: Suspect = {
      shows: 'text',
      maxLength,
      limits: [],
      ask: () => Promise.resolve({ keys: probes, neutral: undefined }),
    };
    return judgeAsked(await askSuspect({ questions, rules: keySet.verdict, suspect, base }, watch), claim)
      .judgement;
  };
  const counted = (await judgeAs(() => false)).keys.flatMap(({ answered }, slot) =>
    answered === undefined ? [] : [slot],
  );
  const expected = counted.reduce((sum, slot) => sum + chances[slot]!, 0);
  const likeliest = [...counted]
    .sort((a, b) => chances[b]! - chances[a]!)
    .slice(0, Math.floor(expected + 1e-9));
  const answering = new Set(likeliest);
  return judgeAs((slot) => answering.has(slot));
}
