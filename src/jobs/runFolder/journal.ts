import { appendFileSync, closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { systemErrorCode } from '../../common/errors';
import { asDiskError } from '../../common/files';
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

/** The journal of a run folder. */
export function journalPath(runFolder: string): string {
  return join(runFolder, 'journal.jsonl');
}

/**
 * Appends one line, complete or (when the process dies during the call) torn; a torn line never swallows the
 * next one.
 * @throws UserError `disk-full` or `not-writable`.
 */
export function appendJournal(runFolder: string, news: News): void {
  const path = journalPath(runFolder);
  const line = JSON.stringify({ time: new Date().toISOString(), ...news }) + '\n';
  try {
    appendFileSync(path, endsInsideLine(path) ? `\n${line}` : line);
  } catch (error) {
    throw asDiskError(error, path);
  }
}

/** Every readable line in order; torn or foreign lines are skipped. Without a journal there are no lines. */
export async function readJournal(runFolder: string): Promise<JournalLine[]> {
  let text: string;
  try {
    text = await readFile(journalPath(runFolder), 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap(parseLine);
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

function endsInsideLine(path: string): boolean {
  const file = openSync(path, 'a+');
  try {
    const sizeBytes = fstatSync(file).size;
    if (sizeBytes === 0) return false;
    const last = Buffer.alloc(1);
    readSync(file, last, 0, 1, sizeBytes - 1);
    return last.toString('latin1') !== '\n';
  } finally {
    closeSync(file);
  }
}
