import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { UserError } from '../common/errors';
import type { Device } from '../contract/devices';
import { encodeModel } from '../graph/onnx';
import type { Graph } from '../graph/graph';

// Otherwise onnxruntime reports its use to Microsoft, and leaves files in the temporary folder. Nothing
// leaves this machine.
process.env.ORT_DISABLE_TELEMETRY = '1';
// A provider with a missing library writes to stderr regardless of the session's own log level.
ort.env.logLevel = 'fatal';

/** An input or output of a run. */
export type Tensor =
  | { readonly type: 'float32'; readonly data: Float32Array; readonly shape: readonly number[] }
  | { readonly type: 'int64'; readonly data: BigInt64Array; readonly shape: readonly number[] };

export type Tensors = Readonly<Record<string, Tensor>>;

export interface SessionOptions {
  readonly device: Device;
  /** Constants in files have paths relative to this folder. */
  readonly folder?: string;
  /**
   * Whether memory for values is kept between runs until the session is closed. For many similar runs: fresh
   * memory has to be mapped page by page, which cost a fifth of a training step.
   */
  readonly keepsMemory?: boolean;
  /**
   * Whether weights are repacked once for products with few rows, of which decoding makes many: an eighth of
   * its time. Where a gradient reads a weight too, both forms would stay in memory.
   */
  readonly packsWeights?: boolean;
}

/** A graph ready to run on a device. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Runs the graph; `outputs` names the requested ones (default: all). Outputs named in `into` are written
   * there, so that large ones need no new memory. Blocks the thread while it computes on the CPU.
   */
  run(inputs: Tensors, outputs?: readonly string[], into?: Tensors): Promise<Record<string, Float32Array>>;
  close(): Promise<void>;
}

export function floatTensor(data: Float32Array, shape: readonly number[]): Tensor {
  return { type: 'float32', data, shape };
}

export function scalarTensor(value: number): Tensor {
  return floatTensor(Float32Array.of(value), []);
}

export function intTensor(values: ArrayLike<number>, shape: readonly number[]): Tensor {
  // Ten times as fast as BigInt64Array.from, for the thousands of values in a training step.
  const data = new BigInt64Array(values.length);
  for (let i = 0; i < data.length; i++) data[i] = BigInt(values[i]!);
  return { type: 'int64', data, shape };
}

/**
 * How many threads a run on the CPU uses: as many as the machine has, unless FINGERPRINT_THREADS sets a
 * number. Results are bit-for-bit the same only for the same number.
 */
const threadCount = readThreads(process.env.FINGERPRINT_THREADS) ?? availableParallelism();

/**
 * Opens a session for a graph.
 * @throws UserError `device-failed` when the device cannot run it.
 */
export async function openSession(graph: Graph, options: SessionOptions): Promise<Session> {
  const { device } = options;
  let session: ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(encodeModel(graph), sessionOptions(options));
  } catch (error) {
    if (device === 'cpu') throw error;
    throw new UserError(
      'device-failed',
      `The device "${device}" could not be used: ${firstLine(error)}.`,
      'Run the same command with --device cpu, or --device auto to let the tool choose.',
      { cause: error },
    );
  }
  const valueNames = new Map(graph.outputs.map(({ name, value }) => [name, value.name]));
  return {
    inputNames: session.inputNames,
    outputNames: [...valueNames.keys()],
    async run(inputs, outputs = [...valueNames.keys()], into = {}) {
      const feeds: Record<string, ort.Tensor> = {};
      for (const name of session.inputNames) feeds[name] = toOrtTensor(name, inputs[name]);
      const fetches: Record<string, ort.Tensor | null> = {};
      for (const name of outputs)
        fetches[valueNames.get(name)!] = name in into ? toOrtTensor(name, into[name]) : null;
      const results = await session.run(feeds, fetches);
      return Object.fromEntries(
        outputs.map((name) => {
          const data = results[valueNames.get(name)!]!.data as Float32Array;
          if (!(name in into)) return [name, data];
          discard(data);
          return [name, into[name]!.data as Float32Array];
        }),
      );
    },
    close: () => session.release(),
  };
}

/**
 * The binding copies every output for JavaScript, even one that was written to the requested memory. The copy
 * would stay until the next collection, and gradients are large; when nothing else refers to it, its memory
 * is freed at once.
 */
function discard({ buffer }: Float32Array): void {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.postMessage(undefined, [buffer as ArrayBuffer]);
  port1.close();
}

/** The devices that this build of onnxruntime supports on this system, the CPU included. */
export function builtInDevices(): Device[] {
  const known: readonly string[] = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] satisfies Device[];
  return ort
    .listSupportedBackends()
    .map(({ name }) => name)
    .filter((name): name is Device => known.includes(name));
}

/** The version of onnxruntime that is in use. */
export const runtimeVersion = ort.env.versions.node ?? ort.env.versions.common;

/** Where the runtime is on this disk. */
export interface RuntimeFolders {
  /** The package. */
  readonly packageFolder: string;
  /** Its native libraries for this system, where it also looks for those of CUDA. */
  readonly librariesFolder: string;
}

export function findRuntimeFolders(): RuntimeFolders {
  const packageFolder = dirname(require.resolve('onnxruntime-node/package.json'));
  const librariesFolder = join(packageFolder, 'bin', 'napi-v6', process.platform, process.arch);
  return { packageFolder, librariesFolder };
}

function readThreads(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined;
}

function sessionOptions({
  device,
  folder,
  keepsMemory = false,
  packsWeights = false,
}: SessionOptions): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: [device],
    intraOpNumThreads: threadCount,
    graphOptimizationLevel: 'all',
    enableCpuMemArena: keepsMemory,
    // Errors only: otherwise a missing provider announces itself on stderr.
    logSeverityLevel: 4,
    extra: {
      session: {
        disable_prepacking: packsWeights ? '0' : '1',
        // Weights stay out of the arena, which grows in powers of two.
        use_device_allocator_for_initializers: '1',
        // Threads that spin while they wait take the cores from everything else on the machine.
        'intra_op.allow_spinning': '0',
        ...(folder === undefined ? {} : { model_external_initializers_file_folder_path: folder }),
      },
    },
  };
}

function toOrtTensor(name: string, tensor: Tensor | undefined): ort.Tensor {
  if (!tensor) throw new Error(`The run has no value for the input "${name}".`);
  return tensor.type === 'float32'
    ? new ort.Tensor('float32', tensor.data, tensor.shape)
    : new ort.Tensor('int64', tensor.data, tensor.shape);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(0, 300);
}
