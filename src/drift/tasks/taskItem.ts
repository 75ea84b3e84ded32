import * as z from 'zod';

/** A context and what may continue it. */
interface Choice {
  readonly context: string;
  /** Begins with the space that separates it from the context. */
  readonly continuation: string;
  /** Characters of the answer, without that space: what a normalised log-likelihood is divided by. */
  readonly characters: number;
}

/** A question: of several choices the likeliest is the answer; of one choice, its continuation has to be the greedy one. */
export interface TaskItem {
  readonly choices: readonly Choice[];
  /** The index of the right choice. */
  readonly right: number;
}

/**
 * Makes the item of a row, prompt and continuations word for word as EleutherAI's lm-evaluation-harness 0.4 has them
 * without examples; undefined where the row is none of the task.
 */
export type ReadRow = (row: unknown) => TaskItem | undefined;

const mostCharacters = 20_000;

/** A text of a row. */
export const rowText = z.string().max(mostCharacters);
/** A whole number, which some publications write as text. */
export const rowIndex = z.union([
  z.number().int(),
  z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number),
]);

/** Choices that continue one context, after a space. */
export function continueContext(
  context: string,
  answers: readonly string[],
  right: number,
): TaskItem | undefined {
  const choices = answers.map((answer) => ({
    context,
    continuation: ` ${answer}`,
    characters: Array.from(answer).length,
  }));
  return withRight(choices, right);
}

/** Undefined where no choice is the right one. */
export function withRight(choices: readonly Choice[], right: number): TaskItem | undefined {
  return right >= 0 && right < choices.length ? { choices, right } : undefined;
}
