import { lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../../common/files';
import { readStrictText } from '../../common/strictFile';
import { privateFile } from './jobFile';

const mostControlBytes = 4096;

const controlSchema = z.object({ request: z.enum(['pause', 'stop', 'cancel']) });

/** pause: save and end, to be resumed later. stop: end now and keep the result so far. cancel: save and end. */
export type ControlRequest = z.infer<typeof controlSchema>['request'];

function controlPath(runFolder: string): string {
  return join(runFolder, 'control.json');
}

/** Leaves a request for the process that works in a run folder; it checks several times a second. */
export async function writeControl(runFolder: string, request: ControlRequest): Promise<void> {
  await writeFileAtomic(controlPath(runFolder), JSON.stringify({ request }) + '\n', privateFile);
}

/** Removes a request that was meant for an earlier process. */
export function clearControl(runFolder: string): void {
  rmSync(controlPath(runFolder), { force: true });
}

/** The request that a run folder holds, or undefined. */
export function readControl(runFolder: string): ControlRequest | undefined {
  try {
    const text = readStrictText(controlPath(runFolder), mostControlBytes) ?? '';
    return controlSchema.safeParse(JSON.parse(text)).data?.request;
  } catch {
    return undefined;
  }
}

/** Watches a run folder for new requests. A check costs one `stat`, so work may check after every step. */
export class ControlWatch {
  private seen = '';

  constructor(private readonly runFolder: string) {}

  /** A request that was not there at the last check. */
  check(): ControlRequest | undefined {
    const path = controlPath(this.runFolder);
    try {
      const stat = lstatSync(path, { throwIfNoEntry: false });
      const version = stat === undefined ? '' : `${stat.ino} ${stat.mtimeMs}`;
      if (version === this.seen) return undefined;
      this.seen = version;
      return version === '' ? undefined : readControl(this.runFolder);
    } catch {
      return undefined;
    }
  }
}
