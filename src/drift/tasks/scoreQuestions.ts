import type { Watch } from '../../contract/events';
import { argmax } from '../../engine/argmax';
import type { LanguageModel, Rows } from '../../engine/languageModel';
import { logSumExp } from '../../verify/logSoftmax';
import type { Question } from './splitTokens';

/** How a model finds the continuation of a question. */
export interface Scored {
  /** Σ log p of its tokens, in nats; not a number where the model computes none. */
  readonly logLikelihood: number;
  /** Whether each of them is the likeliest. */
  readonly isGreedy: boolean;
}

/** Questions that the same predictions answer. */
interface Reading {
  readonly rows: Rows;
  readonly questions: number[];
}

/**
 * Asks a model all questions in one go; those that differ in their last token alone are read once, as the letters of
 * MMLU are.
 * @param onDone called with the number of predictions so far, and of all.
 */
export async function scoreQuestions(
  model: LanguageModel,
  questions: readonly Question[],
  signal: AbortSignal | undefined,
  onDone: (done: number, total: number) => void,
): Promise<Scored[]> {
  const readings = groupReadings(questions);
  const sums = questions.map(() => ({ logLikelihood: 0, isGreedy: true }));
  const total = readings.reduce((sum, { rows }) => sum + rows.positions.length, 0);
  let done = 0;
  const watch: Watch = { ...(signal && { signal }), report: () => undefined };
  await model.visitRows(
    readings.map(({ rows }) => rows),
    ({ sequence, position, logits }) => {
      const { rows, questions: sharing } = readings[sequence]!;
      const norm = logSumExp(logits);
      const best = argmax(logits);
      const place = position - rows.positions[0]!;
      for (const index of sharing) {
        const target = questions[index]!.targets[place]!;
        const sum = sums[index]!;
        sum.logLikelihood += logits[target]! - norm;
        if (target !== best) sum.isGreedy = false;
      }
      onDone(++done, total);
    },
    watch,
  );
  return sums;
}

function groupReadings(questions: readonly Question[]): Reading[] {
  const readings = new Map<string, Reading>();
  questions.forEach(({ ids, targets }, index) => {
    const name = `${targets.length}:${ids.join(',')}`;
    const known = readings.get(name);
    if (known) known.questions.push(index);
    else
      readings.set(name, {
        rows: { ids, positions: lastPositions(ids, targets.length) },
        questions: [index],
      });
  });
  return [...readings.values()];
}

/** Where the tokens of a continuation are predicted. */
function lastPositions(ids: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, i) => ids.length - count + i);
}
