import { basename } from 'node:path';
import { assertModestJson, readCappedText } from '../../checkpoint/cappedFile';
import { UserError } from '../../common/errors';
import { isMadeHere } from '../../common/installation';
import { mostJsonDepth, type JsonLimits } from '../../common/jsonSize';
import { readReport } from '../../reports/readReport';
import type { FoundReport } from './found';

/** A report on 4,000 keys has 2 MB. */
const mostBytes = 50_000_000;
const json: JsonLimits = { depth: mostJsonDepth, values: 2_000_000, members: 100_000 };

/**
 * Reads a report for the index; undefined for a file that is not ours, damaged, contradicting, or of a newer
 * version.
 * @param note is given an error that nobody foresaw, for the log.
 */
export async function findReport(
  path: string,
  note: (error: unknown) => void,
): Promise<FoundReport | undefined> {
  try {
    const text = await readCappedText(path, mostBytes);
    if (text === undefined) return undefined;
    assertModestJson(text, path, json);
    return { path, isOwn: isMadeHere('report', text), ...readReport(text, basename(path)) };
  } catch (error) {
    if (!(error instanceof UserError)) note(error);
    return undefined;
  }
}
