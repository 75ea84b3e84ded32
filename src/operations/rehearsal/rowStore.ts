import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../../common/files';
import { makeStateFolder } from '../../common/installation';
import { readStrictText } from '../../common/strictFile';
import { digestJson } from '../../fingerprint/canonical';
import { rehearsalRowSchema, type RehearsalRow } from '../../rehearse/rehearsalReport';

/** A row is under a kilobyte, and there are at most a hundred. */
const mostBytes = 200_000;
const storedSchema = z.object({ version: z.literal(1), rows: z.array(rehearsalRowSchema).max(100) });

/** Rows that are done, kept so that a rehearsal that ended early need not measure them again. They hold no secret. */
export interface RowStore {
  find(attack: string | null): RehearsalRow | undefined;
  /** Never throws: what cannot be kept is measured again. */
  add(row: RehearsalRow): Promise<void>;
  /** Once the rehearsal has all of them. */
  remove(): Promise<void>;
}

/**
 * Opens the rows of rehearsals under exactly these circumstances, in the state folder of this installation, where
 * nobody else can put any. What cannot be read counts as no rows.
 */
export function openRowStore(circumstances: object): RowStore {
  const folder = join(makeStateFolder(), 'rehearsals');
  const path = join(folder, `${digestJson(circumstances)}.json`);
  const rows = readRows(path);
  return {
    find: (attack) => rows.find((row) => row.attack === attack),
    async add(row) {
      rows.push(row);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFileAtomic(path, `${JSON.stringify({ version: 1, rows })}\n`, 0o600);
      } catch {
        // The home folder is read-only, missing or full.
      }
    },
    remove: () => rm(path, { force: true }),
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
