import type { Watch } from '../../contract/events';
import { UserError } from '../../common/errors';
import { readMemory } from '../../common/memory';
import type { Device, Placement, PlacementWish, Precision } from '../../contract/devices';
import { chooseDevice } from './chooseDevice';
import { checkDevice } from './deviceCheck';
import { readGraphicsCards } from './graphicsMemory';
import type { LoadedModel } from '../loadedModel';

interface PlacementChoice {
  readonly placement: Placement;
  /** Sentences for the user: the choice, and why nothing better was possible. */
  readonly reason: string;
}

/** The share of free memory that models may take by default: other programs need some too. */
const shareOfFreeMemory = 0.9;

/**
 * Chooses where and how a model runs. `auto` takes half precision on a graphics card that passes the check in
 * it, for weights stored in 16 bits; on the processor it would gain nothing.
 * @throws UserError `device-failed` as chooseDevice, and where half precision was requested and fails.
 */
export async function choosePlacement(wish: PlacementWish, model: LoadedModel): Promise<PlacementChoice> {
  const { device, reason } = await chooseDevice(wish.device);
  const { precision, note } = await choosePrecision(wish.precision ?? 'auto', device, model);
  const memoryBytes = wish.memoryBytes ?? shareOfFreeMemory * (await freeMemoryOf(device));
  return { placement: { device, precision, memoryBytes }, reason: [reason, ...note].join(' ') };
}

/** Reports where a model runs, and why. */
export function reportPlacement({ placement, reason }: PlacementChoice, watch: Watch): void {
  const { device, precision } = placement;
  watch.report({ type: 'device', device, precision, reason });
}

/** The placement as reports name it: "cpu", or "webgpu in half precision". */
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

/** Whether most of the weights are 16-bit numbers, which half precision hardly changes. */
function isStoredInHalf({ tensors }: LoadedModel): boolean {
  const values = [...tensors.values()];
  return 2 * values.filter(({ dtype }) => dtype === 'F32').length < values.length;
}

/** Infinity where it is not known: only NVIDIA's cards are queried. */
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
