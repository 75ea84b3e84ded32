import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeTensor } from '../../checkpoint/weights/dtypes';
import { readTensor } from '../../checkpoint/weights/tensorData';
import type { Watch } from '../../contract/events';
import type { LoadedModel } from '../../engine/loadedModel';
import type { Parameter } from '../../engine/parameters';
import type { Loot, TrainingAttack, WeightAttack } from '../../rehearse/attack';
import { writeLooseModel } from '../copy/looseModel';
import { openModel } from '../openModel';

interface Attacked {
  readonly loot: Loot;
  readonly attack: WeightAttack | TrainingAttack;
  /** The run's own folder, in which the attacked copy is for as long as it is used. */
  readonly folder: string;
  /** Called with the share of the work done, 0 to 1. */
  readonly onShare: (share: number) => void;
}

/**
 * Makes an attacked copy of a marked model, and removes it again after use. What is changed without training is kept
 * in float32, so that the attack alone is measured.
 * @throws UserError as writeLooseModel, openModel and the attack; Cancelled; whatever `use` throws.
 */
export async function withAttackedCopy<Result>(
  attacked: Attacked,
  watch: Watch,
  use: (copy: LoadedModel) => Promise<Result>,
): Promise<Result> {
  const { loot, attack, folder, onShare } = attacked;
  const out = join(folder, 'attacked');
  const remove = (): Promise<void> => rm(out, { recursive: true, force: true });
  await remove();
  try {
    if (attack.kind === 'weights') return await use(await changeWeights(attacked, attack, out, watch));
    await attack.train(loot, out, watch, onShare);
    return await use((await openModel(out, watch.signal)).loaded);
  } finally {
    await remove();
  }
}

async function changeWeights(
  { loot, onShare }: Attacked,
  attack: WeightAttack,
  folder: string,
  watch: Watch,
): Promise<LoadedModel> {
  const { base, marked, other } = loot;
  const change = await attack.plan(loot, watch);
  const read = (model: LoadedModel, { name }: Parameter): Promise<Float32Array> =>
    readTensor(model.tensors.get(name)!);
  async function* changed(parameter: Parameter): AsyncGenerator<Uint8Array> {
    const values = await change({
      ...parameter,
      values: await read(marked.loaded, parameter),
      readBase: () => read(base.loaded, parameter),
      readOther: () => read(other.loaded, parameter),
    });
    yield encodeTensor(values, 'F32');
  }
  return writeLooseModel({
    model: marked.loaded,
    folder,
    fileName: 'weights',
    typeOf: () => 'F32',
    bytesOf: changed,
    signal: watch.signal,
    onShare,
  });
}
