import { closeSync, fstatSync, readSync, writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { systemErrorCode } from '../../common/errors';
import { asDiskError } from '../../common/files';
import { openStrictHandle, openStrictly } from '../../common/strictFile';
import { runEventSchemas, type RunEvent } from '../../contract/events';
import { failureSchema } from '../messages';
import { readOldLine } from './oldJournal';

const newsSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), operation: z.string(), pid: z.number() }),
  ...runEventSchemas,
  z.object({ type: z.literal('result'), result: z.unknown() }),
  z.object({ type: z.literal('error'), ...failureSchema.shape }),
  z.object({
    type: z.literal('ended'),
    status: z.enum(['done', 'paused', 'cancelled', 'failed', 'interrupted']),
  }),
]);

const timeSchema = z.object({ time: z.iso.datetime() });
const lineSchema = z.intersection(timeSchema, newsSchema);

export type News = z.infer<typeof newsSchema>;
/** One line of a journal: news with the time when it was written. */
export type JournalLine = z.infer<typeof lineSchema>;

/** Whether a line holds an event of the operation itself. */
export function isEvent(line: JournalLine): line is JournalLine & RunEvent {
  return !['started', 'result', 'error', 'ended'].includes(line.type);
}

/** About two days of training; a journal that is longer begins later. */
export const mostJournalBytes = 32_000_000;

/** The journal of a run folder. */
export function journalPath(runFolder: string): string {
  return join(runFolder, 'journal.jsonl');
}

/**
 * Appends one line, complete or (when the process dies during the call) torn; a torn line never swallows the
 * next one.
 * @throws UserError `disk-full`, `not-writable`, or as openStrictly.
 */
export function appendJournal(runFolder: string, news: News): void {
  const path = journalPath(runFolder);
  const line = JSON.stringify({ time: new Date().toISOString(), ...news }) + '\n';
  try {
    const file = openStrictly(path, 'append');
    try {
      writeWhole(file, endsInsideLine(file) ? `\n${line}` : line);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw asDiskError(error, path);
  }
}

function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
}

/**
 * Every readable line in order, of a very long journal only the last {@link mostJournalBytes}; torn or foreign
 * lines are skipped. Without a journal there are no lines.
 * @throws UserError as openStrictly.
 */
export async function readJournal(runFolder: string): Promise<JournalLine[]> {
  const file = await openJournal(runFolder);
  if (file === undefined) return [];
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, mostJournalBytes));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8', 0, bytesRead).split('\n').flatMap(parseLine);
  } finally {
    await file.close();
  }
}

/**
 * Opens a journal for reading; undefined where there is none.
 * @throws UserError as openStrictly.
 */
export async function openJournal(runFolder: string): Promise<FileHandle | undefined> {
  try {
    return await openStrictHandle(journalPath(runFolder), 'read');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The line in a text; none when it is torn or foreign, and several where an older version wrote them as one. */
export function parseLine(text: string): JournalLine[] {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return [];
  }
  const { time } = timeSchema.safeParse(line).data ?? {};
  if (time === undefined) return [];
  const old = readOldLine(line);
  if (old.length > 0) return old.map((event) => ({ time, ...event }));
  const parsed = lineSchema.safeParse(line);
  return parsed.success ? [parsed.data] : [];
}

function endsInsideLine(file: number): boolean {
  const sizeBytes = fstatSync(file).size;
  if (sizeBytes === 0) return false;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, sizeBytes - 1);
  return last.toString('latin1') !== '\n';
}
