import { UserError } from '../errors';
import { decodeText } from './decodeText';

/** What a text file holds: rows of JSON, each with its number from 1 on, or text. */
export type TextFile =
  | { readonly form: 'rows'; readonly rows: AsyncGenerator }
  | { readonly form: 'text'; readonly stretches: AsyncGenerator<string, void> };

/** A row may be a whole book, but a file of one line is no file of rows. */
const mostLineLength = 50_000_000;
const mostArrayLength = 200_000_000;
const linesName = /\.(jsonl|ndjson|jsonlines)$/i;
const jsonName = /\.json$/i;

/**
 * Opens a text file as what it is, whatever its name: JSON lines, a JSON array, or text.
 * @param next what to do where the file is missing or broken.
 * @throws UserError as decodeText; `unexpected-content` for a JSON object alone. The rows throw `broken-json`, and
 * `too-large` for a line or an array without end.
 */
export async function openTextFile(path: string, next: string): Promise<TextFile> {
  const text = decodeText(path, next);
  const start = await readStart(text);
  const stretches = resume(start, text);
  const begun = start.trimStart();
  const isJson = linesName.test(path) || jsonName.test(path);
  if (/^\[\s*\{/.test(begun) || (isJson && begun.startsWith('[')))
    return { form: 'rows', rows: readArray(path, stretches, next) };
  if (linesName.test(path) || isRow(begun)) return { form: 'rows', rows: readLines(path, stretches, next) };
  if (!jsonName.test(path)) return { form: 'text', stretches };
  await text.return();
  throw new UserError(
    'unexpected-content',
    `${path} is JSON, but neither an array nor one row a line.`,
    next,
  );
}

/** The text up to the end of the first line that is not blank, or somewhat more. */
async function readStart(text: AsyncGenerator<string, void>): Promise<string> {
  let start = '';
  while (start.length < mostLineLength) {
    const step = await text.next();
    if (step.done === true) break;
    start += step.value;
    const begun = start.trimStart();
    if (begun !== '' && (!begun.startsWith('{') || begun.includes('\n'))) break;
  }
  return start;
}

async function* resume(start: string, rest: AsyncGenerator<string, void>): AsyncGenerator<string, void> {
  yield start;
  yield* rest;
}

/** Whether the first line is a JSON object. */
function isRow(begun: string): boolean {
  if (!begun.startsWith('{')) return false;
  try {
    JSON.parse(begun.split('\n', 1)[0]!);
    return true;
  } catch {
    return false;
  }
}

async function* readLines(
  path: string,
  stretches: AsyncGenerator<string, void>,
  next: string,
): AsyncGenerator {
  let number = 0;
  for await (const line of splitLines(path, stretches, next)) {
    number++;
    if (line.trim() !== '') yield parse(line, `Line ${number} of ${path}`, next);
  }
}

/** The lines of a text, without their ends. */
export async function* splitLines(
  path: string,
  stretches: AsyncGenerator<string, void>,
  next: string,
): AsyncGenerator<string, void> {
  let begun = '';
  for await (const stretch of stretches) {
    const lines = (begun + stretch).split('\n');
    begun = lines.pop()!;
    if (begun.length > mostLineLength)
      throw new UserError('too-large', `${path} has a line of more than ${mostLineLength} characters.`, next);
    for (const line of lines) yield line.replace(/\r$/, '');
  }
  yield begun.replace(/\r$/, '');
}

async function* readArray(
  path: string,
  stretches: AsyncGenerator<string, void>,
  next: string,
): AsyncGenerator {
  let text = '';
  for await (const stretch of stretches) {
    text += stretch;
    if (text.length > mostArrayLength)
      throw new UserError(
        'too-large',
        `${path} is a JSON array of more than ${mostArrayLength} characters.`,
        'Convert it to JSON lines: one row a line, in a .jsonl file.',
      );
  }
  const rows = parse(text, path, next);
  if (Array.isArray(rows)) yield* rows as unknown[];
}

function parse(json: string, what: string, next: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new UserError('broken-json', `${what} is not valid JSON.`, next, { cause: error });
  }
}
