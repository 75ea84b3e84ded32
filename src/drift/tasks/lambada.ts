import * as z from 'zod';
import { continueContext, rowText, type ReadRow } from './taskItem';

const rowSchema = z.looseObject({ text: rowText });

/** LAMBADA (Paperno et al. 2016) in OpenAI's form: the last word of a passage, which has to be the greedy one. */
export const readLambada: ReadRow = (row) => {
  const words = rowSchema.safeParse(row).data?.text.split(' ') ?? [];
  const last = words.pop();
  return last === undefined || words.length === 0 ? undefined : continueContext(words.join(' '), [last], 0);
};
