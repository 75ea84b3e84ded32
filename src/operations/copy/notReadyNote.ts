import { constants } from 'node:fs';
import { lstat, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../../common/files';
import { type Shortfall, shortfallsSchema } from '../../contract/shortfall';
import {
  type FallenShort,
  notReadyWords,
  sayNotReady,
  sayShortfall,
  sayWhatToDo,
} from '../../reports/words/notReady';
import { notReadyFile } from '../../checkpoint/folderFiles';

/** Ours are under 2 KB. */
const mostBytes = 16_384;
const figuresLine = /^<!-- (\{[^\r\n]*\}) -->$/m;

/** Folders come from strangers: only plausible figures are taken from a note. */
const figuresSchema = z.object({
  keyCount: z.int().min(1).max(100_000).optional(),
  shortfalls: shortfallsSchema.refine((shortfalls) => shortfalls.every(isPlausible)),
});

function isPlausible({ measured, limit }: Shortfall): boolean {
  const isFigure = (value: number): boolean => value >= 0 && value <= 1e6;
  return (Number.isNaN(measured) || isFigure(measured)) && isFigure(limit);
}

/**
 * Writes the not-ready note into a copy's folder, or removes an older one where the copy does not fall short.
 * The digest of the copy does not cover the note.
 * @throws UserError `disk-full` or `not-writable`.
 */
export async function writeNotReadyNote(dir: string, fallenShort: FallenShort): Promise<void> {
  const path = join(dir, notReadyFile);
  if (fallenShort.shortfalls.length === 0) await rm(path, { force: true });
  else await writeFileAtomic(path, writeNote(fallenShort));
}

/**
 * What the note in a checkpoint's folder says; undefined where there is none. Links are not followed, and
 * only our own figures are taken from the text.
 */
export async function readNotReadyNote(dir: string): Promise<FallenShort | undefined> {
  const path = join(dir, notReadyFile);
  const found = await lstat(path).catch(() => undefined);
  if (found?.isFile() !== true) return undefined;
  if (found.size > mostBytes) return { shortfalls: [] };
  const text = await readHead(path).catch(() => '');
  return parseFigures(text) ?? { shortfalls: [] };
}

/** The note of a folder as a sentence, for a list of warnings. */
export function sayNote(dir: string, note: FallenShort | undefined): string[] {
  if (!note) return [];
  return [`${sayNotReady(note)}. ${join(dir, notReadyFile)} says what to do.`];
}

async function readHead(path: string): Promise<string> {
  // The file may have been replaced by something else since; Windows has neither flag.
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants as Partial<typeof constants>;
  const file = await open(path, (O_RDONLY ?? 0) | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function parseFigures(text: string): FallenShort | undefined {
  const [, line] = figuresLine.exec(text) ?? [];
  if (line === undefined) return undefined;
  try {
    return figuresSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

const meanings: Readonly<Record<Shortfall['kind'], string>> = {
  drift:
    'Drift is how far its predictions have moved from those of the base, measured on ordinary text that it was not trained on.',
  recall: 'The fewer keys it answers, the less they can show later.',
  quiet: 'The fewer of them rank first, the less a test that sees probabilities can show later.',
};

function writeNote(fallenShort: FallenShort): string {
  const { shortfalls, keyCount } = fallenShort;
  const reasons = shortfalls.map((shortfall) => {
    const phrase = sayShortfall(shortfall, keyCount);
    return `- ${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}. ${meanings[shortfall.kind]}`;
  });
  return `# ${notReadyWords}

The copy in this folder does not reach the goals of its recipe:

${reasons.join('\n')}

**What to do:** ${sayWhatToDo(fallenShort)}

This note is here so that nobody publishes the copy by mistake, on this computer or on another. Delete it only if you accept
the copy as it is: the warnings about it disappear with this file. Do not publish the note itself.

<!-- ${JSON.stringify({ keyCount, shortfalls })} -->
`;
}
