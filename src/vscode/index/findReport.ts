import { basename } from 'node:path';
import { readCappedText } from '../../checkpoint/cappedFile';
import { UserError } from '../../common/errors';
import { isMadeHere } from '../../common/installation';
import { readReport } from '../../reports/readReport';
import type { FoundReport } from './found';

const mostBytes = 50_000_000;

/** Reads a report for the index; undefined for a file that is not ours, damaged, contradicting, or of a newer version. */
export async function findReport(path: string): Promise<FoundReport | undefined> {
  try {
    const text = await readCappedText(path, mostBytes);
    if (text === undefined) return undefined;
    return { path, isOwn: isMadeHere('report', text), ...readReport(text, basename(path)) };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
