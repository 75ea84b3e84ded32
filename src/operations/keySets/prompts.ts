import * as z from 'zod';
import { UserError } from '../../common/errors';
import { openTextFile, splitLines } from '../../common/textFile/rows';

/** A creator's own prompts. */
export interface Prompts {
  readonly texts: readonly string[];
  /** Rows of JSON without a prompt. */
  readonly rowsLeftOut: number;
}

/** Characters of all prompts. */
const mostLength = 100_000_000;
const nextStep =
  'Give a text file with one prompt a line, or a .jsonl file whose rows have "prompt", "text" or "instruction".';

const rowSchema = z.union([
  z.string(),
  z.looseObject({ prompt: z.string() }).transform(({ prompt }) => prompt),
  z.looseObject({ text: z.string() }).transform(({ text }) => text),
  z
    .looseObject({ instruction: z.string(), input: z.string().nullish() })
    .transform(({ instruction, input }) => (input ? `${instruction}\n${input}` : instruction)),
]);

/**
 * Reads prompts: one a line, or one a row of JSON.
 * @throws UserError as openTextFile.
 */
export async function readPrompts(path: string): Promise<Prompts> {
  const file = await openTextFile(path, nextStep);
  const texts: string[] = [];
  let rowsLeftOut = 0;
  let length = 0;
  const values: AsyncIterable<unknown> =
    file.form === 'rows' ? file.rows : splitLines(path, file.stretches, nextStep);
  for await (const value of values) {
    const prompt = rowSchema.safeParse(value).data?.trim() ?? '';
    if (prompt !== '') texts.push(prompt);
    else if (file.form === 'rows') rowsLeftOut++;
    length += prompt.length;
    if (length > mostLength)
      throw new UserError(
        'too-large',
        `${path} holds more than ${mostLength} characters of prompts.`,
        'Give fewer prompts: a few for every key are enough.',
      );
  }
  return { texts, rowsLeftOut };
}
