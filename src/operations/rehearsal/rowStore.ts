import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { asDiskError, writeFileAtomic } from '../../common/files';
import { readStrictText } from '../../common/strictFile';
import { digestJson } from '../../fingerprint/canonical';
import { rehearsalRowSchema, type RehearsalRow } from '../../rehearse/rehearsalReport';

/** A row is under a kilobyte, and there are at most a hundred. */
const mostBytes = 200_000;
const storedSchema = z.object({ version: z.literal(1), rows: z.array(rehearsalRowSchema).max(100) });

/** Rows that are done, kept so that a rehearsal that ended early need not measure them again. They hold no secret. */
export interface RowStore {
  find(attack: string | null): RehearsalRow | undefined;
  /** @throws UserError `disk-full` or `not-writable`. */
  add(row: RehearsalRow): Promise<void>;
  /** Once the report holds them. */
  remove(): Promise<void>;
}

/**
 * Opens the rows of a rehearsal under exactly these circumstances, in the folder of its report; without a folder
 * nothing is kept. What cannot be read counts as no rows.
 */
export function openRowStore(folder: string | undefined, circumstances: object): RowStore {
  const path = folder && join(folder, `.rehearsal-${digestJson(circumstances).slice(0, 16)}.rows.json`);
  const rows = path === undefined ? [] : readRows(path);
  return {
    find: (attack) => rows.find((row) => row.attack === attack),
    async add(row) {
      rows.push(row);
      if (folder === undefined || path === undefined) return;
      await mkdir(folder, { recursive: true }).catch((error: unknown) => {
        throw asDiskError(error, folder);
      });
      await writeFileAtomic(path, `${JSON.stringify({ version: 1, rows })}\n`, 0o600);
    },
    remove: async () => (path === undefined ? undefined : rm(path, { force: true })),
  };
}

function readRows(path: string): RehearsalRow[] {
  try {
    const text = readStrictText(path, mostBytes) ?? '';
    return storedSchema.safeParse(JSON.parse(text)).data?.rows ?? [];
  } catch {
    return [];
  }
}
