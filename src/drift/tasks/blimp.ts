import * as z from 'zod';
import { continueContext, rowText, type ReadRow } from './taskItem';

const rowSchema = z.looseObject({ sentence_good: rowText, sentence_bad: rowText });

/** BLiMP (Warstadt et al. 2020): which of two whole sentences is likelier. */
export const readBlimp: ReadRow = (row) => {
  const { data } = rowSchema.safeParse(row);
  return data && continueContext('', [data.sentence_good, data.sentence_bad], 0);
};
