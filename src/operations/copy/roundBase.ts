import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../common/errors';
import type { Reason } from '../../common/reasons';
import { phases } from '../../contract/phases';
import type { LoadedModel } from '../../engine/loadedModel';
import type { RoundingBits } from '../../rehearse/weights/rounding';
import type { OperationContext } from '../operation';
import { writeRoundedModel } from './roundedModel';

/** The base with rounded weights, as long as its files exist. */
export interface RoundedBase {
  readonly models: readonly { readonly bits: RoundingBits; readonly loaded: LoadedModel }[];
  /** Why there are none although they were requested: a yardstick is not worth a failed measurement. */
  readonly note: string | undefined;
  /** Removes the files. */
  remove(): Promise<void>;
}

const roundings: readonly RoundingBits[] = [8, 4];
const noRoom = new Set<Reason>(['disk-full', 'not-writable']);

/** Nothing to compare with. */
export const notRounded: RoundedBase = { models: [], note: undefined, remove: () => Promise.resolve() };

/**
 * Writes the base rounded to 8 and to 4 bits into the run folder.
 * @throws UserError as readTensor; Cancelled.
 */
export async function roundBase(base: LoadedModel, context: OperationContext): Promise<RoundedBase> {
  const folder = join(context.runFolder, 'rounded');
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  context.report({ type: 'phase', phase: phases.roundingBase });
  const models = [];
  try {
    for (const bits of roundings) {
      const loaded = await writeRoundedModel({ model: base, bits, folder, signal: context.signal });
      models.push({ bits, loaded });
    }
    return { models, note: undefined, remove };
  } catch (error) {
    await remove();
    if (!(error instanceof UserError) || !noRoom.has(error.reason)) throw error;
    return { ...notRounded, note: `Rounding the base to 8 and 4 bits was left out: ${error.message}` };
  }
}
