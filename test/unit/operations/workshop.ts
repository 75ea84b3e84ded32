import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '../../../src/contract/events';
import type { RequestOf } from '../../../src/contract/declaration';
import { createKeySet } from '../../../src/operations/keySets/createKeySet';
import type { OperationContext } from '../../../src/operations/operation';
import { passphrase } from '../../harness/passphrase';

type CreateKeySetRequest = RequestOf<typeof createKeySet.declaration>;

export const sampleModel = 'media/sample-model';
export const models = 'test/fixtures/models';
export { passphrase };

export interface Workshop {
  readonly folder: string;
  /** A file with the 32 bytes of a known seed. */
  readonly seedFile: string;
  remove(): Promise<void>;
}

export async function openWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'operations-'));
  const seedFile = join(folder, 'seed');
  await writeFile(seedFile, new Uint8Array(32).fill(7));
  return { folder, seedFile, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** What a job gives an operation; `heard` collects what it tells. */
export function context(folder: string, heard: RunEvent[] = []): OperationContext {
  return {
    secrets: { passphrase },
    runFolder: folder,
    report: (event) => heard.push(event),
    stopRequested: () => false,
  };
}

export function request(workshop: Workshop, changes: Partial<CreateKeySetRequest> = {}): CreateKeySetRequest {
  return {
    model: sampleModel,
    count: 16,
    out: join(workshop.folder, 'a.fpkeys'),
    seedFile: workshop.seedFile,
    device: 'cpu',
    ...changes,
  };
}

export async function makeKeys(workshop: Workshop, changes: Partial<CreateKeySetRequest> = {}) {
  return createKeySet.run(request(workshop, changes), context(workshop.folder));
}

/** A copy of the sample model whose file `name` is changed. */
export async function copyModel(
  workshop: Workshop,
  copyName: string,
  change?: { readonly file: string; readonly edit: (bytes: Buffer) => Buffer | string },
): Promise<string> {
  const folder = join(workshop.folder, copyName);
  await cp(sampleModel, folder, { recursive: true });
  if (change) {
    const path = join(folder, change.file);
    await writeFile(path, change.edit(await readFile(path)));
  }
  return folder;
}
