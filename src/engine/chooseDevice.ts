import * as z from 'zod';
import { UserError } from '../common/errors';
import { Graph } from '../graph/graph';
import { matmul, softmax } from '../graph/operators';
import { builtInDevices, floatTensor, openSession, type Device } from './runtime';

/** Where a user wants a model to run. */
export const deviceWishSchema = z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml']);
export type DeviceWish = z.infer<typeof deviceWishSchema>;

export interface DeviceChoice {
  readonly device: Device;
  /** One sentence for the user: what was chosen, and why nothing better. */
  readonly reason: string;
}

/** What the choice is made from; the tests put machines in its place. */
export interface Machine {
  /** The devices that this build of onnxruntime can be asked for. */
  readonly devices: readonly Device[];
  readonly platform: string;
  /** @throws when the device does not compute what the CPU does. */
  check(device: Device): Promise<void>;
}

/**
 * Chooses where models run. A named GPU device, and each one that `auto` considers, has to compute a small known result
 * first.
 * @throws UserError `device-failed` when a named device cannot be used.
 */
export async function chooseDevice(
  wish: DeviceWish,
  machine: Machine = thisMachine(),
): Promise<DeviceChoice> {
  if (wish === 'cpu') return { device: 'cpu', reason: 'CPU, as asked.' };
  if (wish === 'auto') return chooseBest(machine);
  if (!machine.devices.includes(wish)) throw missing(wish, machine);
  try {
    await machine.check(wish);
  } catch (error) {
    throw failed(wish, error);
  }
  return { device: wish, reason: `${deviceNames[wish]}, as asked.` };
}

const deviceNames: Readonly<Record<Device, string>> = {
  cpu: 'CPU',
  webgpu: 'Graphics card by WebGPU',
  cuda: 'Graphics card by CUDA',
  dml: 'Graphics card by DirectML',
  coreml: 'Apple Neural Engine or graphics card by Core ML',
};

async function chooseBest(machine: Machine): Promise<DeviceChoice> {
  // Core ML takes no graph of symbolic sizes as a whole, so it is only used when it is asked for.
  const preferred: Device[] = machine.platform === 'win32' ? ['cuda', 'dml', 'webgpu'] : ['cuda', 'webgpu'];
  const tried: string[] = [];
  for (const device of preferred) {
    if (!machine.devices.includes(device)) continue;
    try {
      await machine.check(device);
      return {
        device,
        reason: `${deviceNames[device]}${tried.length === 0 ? '' : ` (${tried.join('; ')})`}.`,
      };
    } catch (error) {
      tried.push(`${device}: ${describe(error)}`);
    }
  }
  return tried.length === 0
    ? { device: 'cpu', reason: 'CPU: this system has no other device that onnxruntime can use.' }
    : { device: 'cpu', reason: `CPU: no graphics card could be used (${tried.join('; ')}).` };
}

/** Whether a device of this build can be used. */
export interface DeviceState {
  readonly device: Device;
  /** "Graphics card by CUDA". */
  readonly name: string;
  /** Why it does not work; absent when it does. */
  readonly fault?: string;
  /** Whether `auto` takes it. */
  readonly isChosen: boolean;
}

/** Tries every device that this build of onnxruntime can be asked for, the CPU included. */
export async function probeDevices(machine: Machine = thisMachine()): Promise<DeviceState[]> {
  const { device: chosen } = await chooseBest(machine);
  const states: DeviceState[] = [];
  for (const device of machine.devices) {
    const fault = device === 'cpu' ? undefined : await findFault(device, machine);
    states.push({
      device,
      name: deviceNames[device],
      ...(fault !== undefined && { fault }),
      isChosen: device === chosen,
    });
  }
  return states;
}

async function findFault(device: Device, machine: Machine): Promise<string | undefined> {
  try {
    await machine.check(device);
    return undefined;
  } catch (error) {
    return describe(error);
  }
}

function thisMachine(): Machine {
  return { devices: builtInDevices(), platform: process.platform, check: checkDevice };
}

/** Runs a matrix product and a softmax whose result is known. @throws when the device fails or computes something else. */
async function checkDevice(device: Device): Promise<void> {
  const graph = new Graph();
  const product = matmul(graph.input('left', 'float32', [2, 3]), graph.input('right', 'float32', [3, 2]));
  graph.output('product', product);
  graph.output('shares', softmax(product));
  const session = await openSession(graph, { device });
  try {
    const { product: values, shares } = await session.run({
      left: floatTensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]),
      right: floatTensor(Float32Array.of(1, 0, 0, 1, 1, 0), [3, 2]),
    });
    // [[4, 2], [10, 5]], and softmax of a row is 1 / (1 + e^−difference).
    const isRight =
      isClose(values!, [4, 2, 10, 5]) &&
      isClose(
        shares!,
        [2, -2, 5, -5].map((gap) => 1 / (1 + Math.exp(-gap))),
      );
    if (!isRight) throw new Error('it computes wrong results');
  } finally {
    await session.close();
  }
}

function isClose(values: Float32Array, expected: readonly number[]): boolean {
  return expected.every((value, i) => Math.abs(values[i]! - value) < 1e-3);
}

/** The last words of an error, without onnxruntime's places in its own source code. */
function describe(error: unknown): string {
  const cause = error instanceof UserError && error.cause !== undefined ? error.cause : error;
  const [line] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  const words = line!.replace(/^.*(?: was false\. | FAIL : |^Ort\w+: )/, '').replace(/[\s.!]+$/, '');
  return words.length > 160 ? `${words.slice(0, 159)}…` : words;
}

function missing(device: Device, machine: Machine): UserError {
  const others = machine.devices.filter((other) => other !== 'cpu');
  return new UserError(
    'device-failed',
    `The device "${device}" was asked for, but onnxruntime does not offer it on this system.`,
    others.length === 0
      ? 'Run the same command with --device cpu.'
      : `Run the same command with --device cpu, auto or ${others.join(' or ')}.`,
  );
}

function failed(device: Device, error: unknown): UserError {
  return new UserError(
    'device-failed',
    `The device "${device}" was asked for, but it cannot be used: ${describe(error)}.`,
    'Run the same command with --device cpu, or --device auto to let the tool choose.',
    { cause: error },
  );
}
