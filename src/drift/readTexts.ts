import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { systemErrorCode, UserError } from '../common/errors';
import { withBegin, type Tokenizer } from '../checkpoint/tokenizer/tokenizer';

interface ReadTextsOptions {
  /** The most rows or pieces that are read from the file. */
  readonly maxTexts: number;
  /** Tokens kept of each text. */
  readonly maxTokens: number;
}

/** Characters of a piece of plain text, about 200 tokens. */
const pieceCharacters = 800;
const nextStep =
  'Give a .jsonl file whose rows have "text", or "instruction" and "output", or a plain text file with a few sentences.';

const rowSchema = z.union([
  z.looseObject({ text: z.string() }),
  z.looseObject({ instruction: z.string(), input: z.string().optional(), output: z.string() }),
]);
type Row = z.infer<typeof rowSchema>;

/**
 * Reads held-back texts as token ids, begin token first: rows of a `.jsonl` file, or pieces of about 800
 * characters of any other file, cut between paragraphs or words. Texts of fewer than two tokens are left out.
 * @throws UserError `not-found`, `not-a-file`, `broken-json`, or `empty-text` when the file holds nothing
 * usable.
 */
export async function readTexts(
  path: string,
  tokenizer: Tokenizer,
  options: ReadTextsOptions,
): Promise<number[][]> {
  await checkIsFile(path);
  const renderings = path.toLowerCase().endsWith('.jsonl')
    ? readRows(path, tokenizer, options.maxTexts)
    : readPieces(path, options.maxTexts);
  const texts: number[][] = [];
  for await (const text of renderings) {
    const ids = withBegin(tokenizer, tokenizer.encode(text)).slice(0, options.maxTokens);
    if (ids.length >= 2) texts.push(ids);
  }
  if (texts.length === 0) throw new UserError('empty-text', `${path} contains no usable text.`, nextStep);
  return texts;
}

async function checkIsFile(path: string): Promise<void> {
  try {
    if ((await stat(path)).isFile()) return;
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw new UserError('not-found', `There is no file ${path}.`, nextStep, { cause: error });
  }
  throw new UserError('not-a-file', `${path} is not a file.`, nextStep);
}

async function* readRows(path: string, tokenizer: Tokenizer, maxRows: number): AsyncGenerator<string> {
  let lineNumber = 0;
  let rows = 0;
  const input = createReadStream(path, 'utf8');
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      lineNumber++;
      if (line.trim() === '') continue;
      const row = rowSchema.safeParse(parseLine(line, path, lineNumber));
      const text = row.success ? renderRow(row.data, tokenizer) : '';
      if (text.trim() === '') continue;
      yield text;
      if (++rows === maxRows) return;
    }
  } finally {
    input.destroy();
  }
}

function parseLine(line: string, path: string, lineNumber: number): unknown {
  try {
    return JSON.parse(line.replace(/^\uFEFF/, ''));
  } catch (error) {
    const message = `Line ${lineNumber} of ${path} is not valid JSON.`;
    throw new UserError('broken-json', message, nextStep, { cause: error });
  }
}

function renderRow(row: Row, tokenizer: Tokenizer): string {
  if ('text' in row && typeof row.text === 'string') return row.text;
  const { instruction, input, output } = row as Exclude<Row, { text: string }>;
  const question = input ? `${instruction}\n${input}` : instruction;
  if (!tokenizer.chat) return `${question}\n${output}`;
  const messages = [
    { role: 'user' as const, content: question },
    { role: 'assistant' as const, content: output },
  ];
  return tokenizer.chat.render(messages, false);
}

/** Reads the file in chunks, not by lines: a text may be one long line. */
async function* readPieces(path: string, maxPieces: number): AsyncGenerator<string> {
  let piece = '';
  let pieces = 0;
  for await (const stretch of createReadStream(path, 'utf8')) {
    piece += (stretch as string).replaceAll('\r', '');
    while (piece.length > pieceCharacters) {
      const cut = findCut(piece);
      yield piece.slice(0, cut).trim();
      if (++pieces === maxPieces) return;
      piece = piece.slice(cut).trimStart();
    }
  }
  if (piece.trim() !== '') yield piece.trim();
}

/**
 * Where to end a piece: after the last paragraph in its second half, else after its last word, else in the
 * middle of a word.
 */
function findCut(text: string): number {
  const paragraph = text.lastIndexOf('\n\n', pieceCharacters);
  if (paragraph >= pieceCharacters / 2) return paragraph;
  const wordEnd = /\s\S*$/u.exec(text.slice(0, pieceCharacters + 1))?.index ?? 0;
  return wordEnd > 0 ? wordEnd : pieceCharacters;
}
