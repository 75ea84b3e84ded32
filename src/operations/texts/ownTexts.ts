import { basename } from 'node:path';
import type { Tokenizer } from '../../checkpoint/tokenizer/tokenizer';
import { readTexts } from '../../drift/readTexts';
import { formatCounted } from '../../words/numbers';

/** What was read of the creator's own text. */
export interface OwnTexts {
  /** The texts of each file, as token ids. */
  readonly files: readonly (readonly (readonly number[])[])[];
  /** Rows of all files that hold no usable text. */
  readonly rowsLeftOut: number;
  /** A sentence for each file that has such rows. */
  readonly notes: readonly string[];
}

/** @throws UserError as readTexts. */
export async function readOwnTexts(
  paths: readonly string[],
  tokenizer: Tokenizer,
  options: Parameters<typeof readTexts>[2],
): Promise<OwnTexts> {
  const files: OwnTexts['files'][number][] = [];
  const notes: string[] = [];
  let all = 0;
  for (const path of paths) {
    const { texts, rowsLeftOut } = await readTexts(path, tokenizer, options);
    files.push(texts);
    all += rowsLeftOut;
    if (rowsLeftOut > 0)
      notes.push(sayLeftOut(path, rowsLeftOut, 'neither "text" nor "instruction" and "output" with words'));
  }
  return { files, rowsLeftOut: all, notes };
}

/** @param lacks what the rows have not, to be put after "have". */
export function sayLeftOut(path: string, rows: number, lacks: string): string {
  const [was, has] = rows === 1 ? ['was', 'it has'] : ['were', 'they have'];
  return `${formatCounted(rows, 'row')} of ${basename(path)} ${was} left out: ${has} ${lacks}.`;
}
