import { deviceNames } from '../../words/devices';
import { UserError } from '../../common/errors';
import type { Device, DeviceWish, Precision } from '../../contract/devices';
import { checkDevice } from './deviceCheck';
import { builtInDevices } from '../runtime';
import { adviseOn } from './deviceAdvice';
import { listCardFiles, readSystemFacts } from './systemFacts';

interface DeviceChoice {
  readonly device: Device;
  /** One sentence for the user: the choice, and why nothing better was possible. */
  readonly reason: string;
}

/** The facts for the choice; tests substitute made-up machines. */
export interface Machine {
  /** The devices that this build of onnxruntime supports. */
  readonly devices: readonly Device[];
  readonly platform: string;
  /** @throws when the device does not compute the same as the CPU. */
  check(device: Device, precision?: Precision): Promise<void>;
  /** Why `auto` skips a device that may well work; undefined where it does not. */
  objection(device: Device): string | undefined;
  /** What onnxruntime's message about a device means here, in the words of `doctor`; the message itself by default. */
  explain?(device: Device, fault: string): Promise<string>;
}

/**
 * Chooses where models run. A named device, and each one that `auto` considers, first has to compute a small
 * training step as the CPU does.
 * @throws UserError `device-failed` when a named device cannot be used.
 */
export async function chooseDevice(
  wish: DeviceWish,
  machine: Machine = thisMachine(),
): Promise<DeviceChoice> {
  if (wish === 'cpu') return { device: 'cpu', reason: 'CPU, as requested.' };
  if (wish === 'auto') return chooseBest(machine);
  if (!machine.devices.includes(wish)) throw missing(wish, machine);
  try {
    await machine.check(wish);
  } catch (error) {
    throw await failed(wish, error, machine);
  }
  return { device: wish, reason: `${deviceNames[wish]}, as requested.` };
}

async function chooseBest(machine: Machine): Promise<DeviceChoice> {
  // Core ML cannot take a whole graph with symbolic sizes, so it is only used when it is named.
  const preferred: Device[] = machine.platform === 'win32' ? ['cuda', 'dml', 'webgpu'] : ['cuda', 'webgpu'];
  const tried: string[] = [];
  for (const device of preferred) {
    if (!machine.devices.includes(device)) continue;
    const objection = machine.objection(device);
    if (objection !== undefined) {
      tried.push(`${device}: ${objection}`);
      continue;
    }
    try {
      await machine.check(device);
      return {
        device,
        reason: `${deviceNames[device]}: it computes correctly${tried.length === 0 ? ' and is the first choice' : ` (${tried.join('; ')})`}.`,
      };
    } catch (error) {
      tried.push(`${device}: ${await explain(device, error, machine)}`);
    }
  }
  return tried.length === 0
    ? { device: 'cpu', reason: 'CPU: this system has no other device that onnxruntime can use.' }
    : { device: 'cpu', reason: `CPU: no graphics card could be used (${tried.join('; ')}).` };
}

/** Whether a device of this build works. */
interface DeviceState {
  readonly device: Device;
  /** "Graphics card by CUDA". */
  readonly name: string;
  /** Why it does not work; absent when it does. */
  readonly fault?: string;
  /** Whether `auto` chooses it. */
  readonly isChosen: boolean;
}

/** Every device of this build, and which one `auto` chooses and why. */
export interface DeviceSurvey {
  readonly devices: readonly DeviceState[];
  readonly choice: DeviceChoice;
}

/** Tries every device that this build of onnxruntime supports, the CPU included, once each. */
export async function surveyDevices(machine: Machine = thisMachine()): Promise<DeviceSurvey> {
  const checks = new Map<Device, Promise<void>>();
  const once = (device: Device): Promise<void> => {
    const check = checks.get(device) ?? machine.check(device);
    checks.set(device, check);
    return check;
  };
  const choice = await chooseBest({ ...machine, check: once });
  const devices: DeviceState[] = [];
  for (const device of machine.devices) {
    const fault = await findFault(device, { ...machine, check: once });
    devices.push({
      device,
      name: deviceNames[device],
      ...(fault !== undefined && { fault }),
      isChosen: device === choice.device,
    });
  }
  return { devices, choice };
}

/** The same without the reason of the choice, for people: faults are in the words of `doctor`. */
export async function probeDevices(machine: Machine = thisMachine()): Promise<DeviceState[]> {
  const { devices } = await surveyDevices(machine);
  const explained = devices.map(async (state) =>
    state.fault === undefined
      ? state
      : { ...state, fault: (await machine.explain?.(state.device, state.fault)) ?? state.fault },
  );
  return Promise.all(explained);
}

/** Why a device does not work, in words that are the same everywhere. */
async function explain(device: Device, error: unknown, machine: Machine): Promise<string> {
  const fault = describe(error);
  return (await machine.explain?.(device, fault)) ?? fault;
}

async function findFault(device: Device, machine: Machine): Promise<string | undefined> {
  try {
    await machine.check(device);
    return undefined;
  } catch (error) {
    return describe(error);
  }
}

/** This computer. */
export function thisMachine(): Machine {
  return {
    devices: builtInDevices(),
    platform: process.platform,
    check: (device, precision) => checkDevice(device, precision && { precision }),
    objection: (device) =>
      device === 'webgpu' && hasOnlySoftwareDrivers(process.platform, process.env)
        ? 'there is no graphics card, and software drivers are slower than the processor itself'
        : undefined,
    explain: async (device, fault) => adviseOn(device, fault, await readSystemFacts()).fault,
  };
}

/** Linux shows graphics cards as files. A user who names a Vulkan driver in the environment wants to use it. */
function hasOnlySoftwareDrivers(platform: string, environment: NodeJS.ProcessEnv): boolean {
  const isNamed = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES'].some((name) => environment[name]);
  return platform === 'linux' && !isNamed && listCardFiles().length === 0;
}

/** The last words of an error, without positions in onnxruntime's own source code. */
function describe(error: unknown): string {
  const cause = error instanceof UserError && error.cause !== undefined ? error.cause : error;
  const [line] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  const words = line!
    .replace(/^.*(?: was false\. | FAIL : |^Ort\w+: )/, '')
    // CUDA errors name the failure between their own signature and the machine's name.
    .replace(/^.*(?=\b(?:CUDA|CUBLAS|CUDNN) failure \d)/, '')
    .replace(/ ; GPU=.*$/, '')
    .replace(/[\s.!]+$/, '');
  return words.length > 160 ? `${words.slice(0, 159)}…` : words;
}

function missing(device: Device, machine: Machine): UserError {
  const others = machine.devices.filter((other) => other !== 'cpu');
  return new UserError(
    'device-failed',
    `The device "${device}" was requested, but onnxruntime does not offer it on this system.`,
    others.length === 0
      ? 'Run the same command with --device cpu.'
      : `Run the same command with --device cpu, auto or ${others.join(' or ')}.`,
  );
}

async function failed(device: Device, error: unknown, machine: Machine): Promise<UserError> {
  return new UserError(
    'device-failed',
    `The device "${device}" was requested, but it cannot be used: ${await explain(device, error, machine)}.`,
    'Run the same command with --device cpu or auto; "fingerprint-model doctor" says what is missing.',
    { cause: error },
  );
}
