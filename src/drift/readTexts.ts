import * as z from 'zod';
import { UserError } from '../common/errors';
import { openTextFile } from '../common/textFile/rows';
import { withBegin, type Tokenizer } from '../checkpoint/tokenizer/tokenizer';
import { formatCount } from '../words/numbers';

interface ReadTextsOptions {
  /** The most rows or pieces that are read from the file. */
  readonly maxTexts: number;
  /** Tokens kept of each text. */
  readonly maxTokens: number;
}

export interface ReadTexts {
  /** Token ids, begin token first. */
  readonly texts: readonly number[][];
  /** Rows that were read but hold no usable text. */
  readonly rowsLeftOut: number;
}

/** Characters of a piece of plain text, about 200 tokens. */
const pieceCharacters = 800;
/** Characters of a text that are cut into tokens, for each token that is kept: a token has about four. */
const charactersOfToken = 20;
const nextStep =
  'Give a .jsonl file whose rows have "text", or "instruction" and "output", or a plain text file with a few sentences.';

const rowSchema = z.union([
  z.string(),
  z.looseObject({ text: z.string() }).transform(({ text }) => text),
  z.looseObject({ instruction: z.string(), input: z.string().nullish(), output: z.string() }),
]);
type Row = z.infer<typeof rowSchema>;

/**
 * Reads held-back texts as token ids, begin token first: rows of JSON, one a line or in an array, or pieces of
 * about 800 characters of any other text, cut between paragraphs or words. Texts of fewer than two tokens are
 * left out.
 * @throws UserError as openTextFile, or `empty-text` when the file holds nothing usable.
 */
export async function readTexts(
  path: string,
  tokenizer: Tokenizer,
  options: ReadTextsOptions,
): Promise<ReadTexts> {
  const file = await openTextFile(path, nextStep);
  const renderings = file.form === 'rows' ? renderRows(file.rows, tokenizer) : cutPieces(file.stretches);
  const texts: number[][] = [];
  let leftOut = 0;
  for await (const text of renderings) {
    const start = text.slice(0, charactersOfToken * options.maxTokens);
    const ids = withBegin(tokenizer, tokenizer.encode(start)).slice(0, options.maxTokens);
    if (text.trim() !== '' && ids.length >= 2) texts.push(ids);
    else leftOut++;
    if (texts.length === options.maxTexts) break;
  }
  const rowsLeftOut = file.form === 'rows' ? leftOut : 0;
  if (texts.length > 0) return { texts, rowsLeftOut };
  const why = rowsLeftOut > 0 ? ` in its ${formatCount(rowsLeftOut)} rows` : '';
  throw new UserError('empty-text', `${path} contains no usable text${why}.`, nextStep);
}

/** The text of each row; none where a row is of another form. */
async function* renderRows(rows: AsyncGenerator, tokenizer: Tokenizer): AsyncGenerator<string> {
  for await (const value of rows) {
    const row = rowSchema.safeParse(value);
    yield row.success ? renderRow(row.data, tokenizer) : '';
  }
}

function renderRow(row: Row, tokenizer: Tokenizer): string {
  if (typeof row === 'string') return row;
  const { instruction, input, output } = row;
  const question = input ? `${instruction}\n${input}` : instruction;
  if (!tokenizer.chat) return `${question}\n${output}`;
  const messages = [
    { role: 'user' as const, content: question },
    { role: 'assistant' as const, content: output },
  ];
  return tokenizer.chat.render(messages, false);
}

/** Cuts stretches of text, not lines: a text may be one long line. */
async function* cutPieces(stretches: AsyncGenerator<string>): AsyncGenerator<string> {
  let piece = '';
  for await (const stretch of stretches) {
    piece += stretch.replaceAll('\r', '');
    while (piece.length > pieceCharacters) {
      const cut = findCut(piece);
      yield piece.slice(0, cut).trim();
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
