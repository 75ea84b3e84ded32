import * as z from 'zod';
import { continueContext, rowIndex, rowText, type ReadRow } from './taskItem';

const rowSchema = z.looseObject({
  activity_label: rowText,
  endings: z.array(rowText).min(2).max(10),
  label: rowIndex,
});
const partsSchema = z.looseObject({ ctx_a: rowText, ctx_b: rowText });
const wholeSchema = z.looseObject({ ctx: rowText });

/** HellaSwag (Zellers et al. 2019), as published; rows with `ctx` instead of its two parts keep it as it is. */
export const readHellaswag: ReadRow = (row) => {
  const parsed = rowSchema.safeParse(row);
  const context = parsed.success ? readContext(row) : undefined;
  if (!parsed.success || context === undefined) return undefined;
  const { activity_label: activity, endings, label } = parsed.data;
  return continueContext(clean(`${activity}: ${context}`), endings.map(clean), label);
};

function readContext(row: unknown): string | undefined {
  const parts = partsSchema.safeParse(row);
  if (parts.success) return `${parts.data.ctx_a} ${capitalise(parts.data.ctx_b)}`;
  return wholeSchema.safeParse(row).data?.ctx;
}

/** As `str.capitalize` of Python: the rest becomes small. */
function capitalise(text: string): string {
  const [first = '', ...rest] = Array.from(text);
  return first.toUpperCase() + rest.join('').toLowerCase();
}

/** Removes what is left of the layout of WikiHow. */
function clean(text: string): string {
  const plain = text.trim().replaceAll(' [title]', '. ');
  return plain.split('\n').map(removeBrackets).join('\n').replaceAll('  ', ' ');
}

/** What `\[.*?\]` removes from a line, in one way through it: a hostile row may hold thousands of brackets. */
function removeBrackets(line: string): string {
  let kept = '';
  let from = 0;
  for (;;) {
    const open = line.indexOf('[', from);
    const close = open < 0 ? -1 : line.indexOf(']', open);
    if (close < 0) return kept + line.slice(from);
    kept += line.slice(from, open);
    from = close + 1;
  }
}
