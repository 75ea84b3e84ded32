import * as z from 'zod';
import { continueContext, rowIndex, rowText, type ReadRow } from './taskItem';

const rowSchema = z.looseObject({ goal: rowText, sol1: rowText, sol2: rowText, label: rowIndex });

/** PIQA (Bisk et al. 2020), goals and labels in one row. */
export const readPiqa: ReadRow = (row) => {
  const { data } = rowSchema.safeParse(row);
  return data && continueContext(`Question: ${data.goal}\nAnswer:`, [data.sol1, data.sol2], data.label);
};
