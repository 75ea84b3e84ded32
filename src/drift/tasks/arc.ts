import * as z from 'zod';
import { continueContext, rowIndex, rowText, type ReadRow, type TaskItem } from './taskItem';

const mostChoices = 10;
const answerKey = z.string().max(10);
const answers = z.array(rowText).min(2).max(mostChoices);
const names = z.array(z.string().max(10)).min(2).max(mostChoices);

/** Rows of the published table; those of the authors' own JSON lines; and choices with the number of the right one. */
const tableSchema = z.looseObject({
  question: rowText,
  choices: z.looseObject({ text: answers, label: names }),
  answerKey,
});
const linesSchema = z.looseObject({
  question: z.looseObject({
    stem: rowText,
    choices: z
      .array(z.looseObject({ text: rowText, label: z.string().max(10) }))
      .min(2)
      .max(mostChoices),
  }),
  answerKey,
});
const listSchema = z.looseObject({ question: rowText, choices: answers, label: rowIndex });

/** ARC, easy and challenge (Clark et al. 2018). */
export const readArc: ReadRow = (row) => {
  const table = tableSchema.safeParse(row).data;
  if (table) return ask(table.question, table.choices.text, table.choices.label.indexOf(table.answerKey));
  const lines = linesSchema.safeParse(row).data;
  if (lines) {
    const { stem, choices } = lines.question;
    const right = choices.findIndex(({ label }) => label === lines.answerKey);
    return ask(
      stem,
      choices.map(({ text }) => text),
      right,
    );
  }
  const list = listSchema.safeParse(row).data;
  return list && ask(list.question, list.choices, list.label);
};

function ask(question: string, choices: readonly string[], right: number): TaskItem | undefined {
  return continueContext(`Question: ${question}\nAnswer:`, choices, right);
}
