import type { Watch } from '../../contract/events';
import { UserError } from '../../common/errors';
import { readMemory } from '../../common/memory';
import type { Device, Placement, PlacementWish, Precision } from '../../contract/devices';
import { chooseDevice } from './chooseDevice';
import { checkDevice } from './deviceCheck';
import { readGraphicsCards } from './graphicsMemory';
import type { LoadedModel } from '../loadedModel';

export interface PlacementChoice {
  readonly placement: Placement;
  /** Sentences for the user: what was chosen, and why nothing better. */
  readonly reason: string;
}

/** Of the memory that is free, what models may take when nothing is said: other programs live too. */
const shareOfFreeMemory = 0.9;

/**
 * Chooses where and how a model runs. `auto` takes half precision on a graphics card that passes the check in it, for weights
 * that are stored in 16 bits; on the processor it would gain nothing.
 * @throws UserError `device-failed` as chooseDevice, and where half precision was asked for and fails.
 */
export async function choosePlacement(wish: PlacementWish, model: LoadedModel): Promise<PlacementChoice> {
  const { device, reason } = await chooseDevice(wish.device);
  const { precision, note } = await choosePrecision(wish.precision ?? 'auto', device, model);
  const memoryBytes = wish.memoryBytes ?? shareOfFreeMemory * (await freeMemoryOf(device));
  return { placement: { device, precision, memoryBytes }, reason: [reason, ...note].join(' ') };
}

/** Tells where a model runs, and why there. */
export function reportPlacement({ placement, reason }: PlacementChoice, watch: Watch): void {
  const { device, precision } = placement;
  watch.report({ type: 'device', device, precision, reason });
}

/** "cpu", or "webgpu in half precision": what reports say. */
export function namePlacement({ device, precision }: Placement): string {
  return precision === 'half' ? `${device} in half precision` : device;
}

async function choosePrecision(
  wish: 'auto' | Precision,
  device: Device,
  model: LoadedModel,
): Promise<{ precision: Precision; note: string[] }> {
  if (wish === 'single' || (wish === 'auto' && (device === 'cpu' || !isStoredInHalf(model))))
    return { precision: 'single', note: [] };
  try {
    await checkDevice(device, { precision: 'half' });
    return { precision: 'half', note: ['In half precision.'] };
  } catch (error) {
    if (wish === 'half') throw noHalf(device, error);
    return { precision: 'single', note: ['In single precision: it does not support half.'] };
  }
}

/** Whether most of the weights are 16-bit numbers, to which half precision does little. */
function isStoredInHalf({ tensors }: LoadedModel): boolean {
  const values = [...tensors.values()];
  return 2 * values.filter(({ dtype }) => dtype === 'F32').length < values.length;
}

/** Infinity where it is not known: only NVIDIA's cards are asked. */
async function freeMemoryOf(device: Device): Promise<number> {
  if (device === 'cpu') return readMemory().freeBytes;
  if (device !== 'cuda') return Infinity;
  const [first] = await readGraphicsCards();
  return first?.freeBytes ?? Infinity;
}

function noHalf(device: Device, error: unknown): UserError {
  return new UserError(
    'device-failed',
    `The device "${device}" was requested in half precision, which it does not support.`,
    'Run the same command with --precision single.',
    { cause: error },
  );
}
