import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readTensor } from '../../checkpoint/weights/tensorData';
import { writeCheckpoint, type ChangedTensors } from '../../checkpoint/writer';
import { storedCopies } from '../../engine/loadedModel';
import type { Parameter } from '../../engine/parameters';
import type { AttackName } from '../../rehearse/attackNames';
import { attackTensor } from '../../rehearse/attacks';
import { openModel, type OpenModel } from '../openModel';

interface Attacked {
  readonly base: OpenModel;
  readonly marked: OpenModel;
  readonly attack: AttackName;
  /** The run's own folder, in which the attacked copy is for as long as it is used. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  /** Called as bytes are written, with the share written so far, 0 to 1. */
  readonly onShare?: (share: number) => void;
}

/**
 * Makes an attacked copy of a marked model, in the number types of the copy, and removes it again after use.
 * @throws UserError as writeCheckpoint and openModel; Cancelled; whatever `use` throws.
 */
export async function withAttackedCopy<Result>(
  attacked: Attacked,
  use: (copy: OpenModel) => Promise<Result>,
): Promise<Result> {
  const { marked, folder, signal, onShare } = attacked;
  const out = join(folder, 'attacked');
  const remove = (): Promise<void> => rm(out, { recursive: true, force: true });
  await remove();
  try {
    const changed = listChanged(attacked);
    await writeCheckpoint({ source: marked.checkpoint, out, changed, signal, ...(onShare && { onShare }) });
    return await use(await openModel(out, signal));
  } finally {
    await remove();
  }
}

/** Every stored tensor of the model. One at a time is in memory. */
function listChanged({ base, marked, attack }: Attacked): ChangedTensors {
  const { parameters } = marked.loaded;
  return new Map(
    parameters.flatMap((parameter) =>
      storedCopies(marked.loaded, parameter.name).map((stored) => [
        stored,
        async () =>
          attackTensor(attack, {
            ...describeTensor(parameter),
            values: await readTensor(stored),
            readBase: () => readTensor(base.loaded.tensors.get(parameter.name)!),
          }),
      ]),
    ),
  );
}

function describeTensor({ shape, isTransposed, role }: Parameter): {
  readonly shape: readonly number[];
  readonly isTransposed: boolean;
  readonly isVocabulary: boolean;
} {
  return { shape, isTransposed, isVocabulary: role === 'embedding' || role === 'head' };
}
