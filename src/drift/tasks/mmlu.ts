import * as z from 'zod';
import { continueContext, rowIndex, rowText, type ReadRow } from './taskItem';

const letters = ['A', 'B', 'C', 'D'];
const question = { question: rowText, choices: z.array(rowText).length(letters.length) };
const rowSchema = z.union([
  z
    .looseObject({ ...question, subject: z.string().max(200).optional(), answer: rowIndex })
    .transform(({ answer, ...row }) => ({ ...row, right: answer })),
  z
    .looseObject({ ...question, subject: z.string().max(200), label: rowIndex })
    .transform(({ label, ...row }) => ({ ...row, right: label })),
]);

/** MMLU (Hendrycks et al. 2021) without examples: the letter of the answer is asked for. */
export const readMmlu: ReadRow = (row) => {
  const { data } = rowSchema.safeParse(row);
  if (!data) return undefined;
  const { subject, choices, right } = data;
  const about = subject === undefined ? '' : ` about ${subject.replaceAll('_', ' ')}`;
  const head = `The following are multiple choice questions (with answers)${about}.\n\n`;
  const listed = choices.map((choice, i) => `${letters[i]!}. ${choice}\n`).join('');
  return continueContext(`${head}${data.question.trim()}\n${listed}Answer:`, letters, right);
};
