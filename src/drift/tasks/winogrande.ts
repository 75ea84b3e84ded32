import * as z from 'zod';
import { rowText, withRight, type ReadRow } from './taskItem';

const rowSchema = z.looseObject({
  sentence: rowText,
  option1: rowText,
  option2: rowText,
  answer: z.enum(['1', '2']),
});

/**
 * Winogrande (Sakaguchi et al. 2020), scored in part: each option fills the blank of the context, and the same rest of
 * the sentence continues it.
 */
export const readWinogrande: ReadRow = (row) => {
  const { data } = rowSchema.safeParse(row);
  const blank = data?.sentence.indexOf('_') ?? -1;
  if (!data || blank < 0) return undefined;
  const rest = data.sentence.slice(blank + 1).trim();
  const start = data.sentence.slice(0, blank);
  const choices = [data.option1, data.option2].map((option) => ({
    context: start + option,
    continuation: ` ${rest}`,
    characters: Array.from(rest).length,
  }));
  return withRight(choices, Number(data.answer) - 1);
};
