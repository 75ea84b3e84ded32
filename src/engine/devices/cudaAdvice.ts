import { join } from 'node:path';
import type { Advice } from './advice';
import type { SystemFacts } from './systemFacts';

/*
 * CUDA needs four things: the card with NVIDIA's driver, CUDA's libraries, cuDNN, and the part of onnxruntime
 * that its package leaves out. onnxruntime says "Failed to load shared library" whichever of the last three
 * is missing.
 */

/** The files that onnxruntime's script downloads; its third file, for TensorRT, is not used here. */
const parts = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'];
/** Libraries that those files were built for and load from the system. */
const cudaLibraries = [
  'libcudart.so.12',
  'libcublas.so.12',
  'libcublasLt.so.12',
  'libcufft.so.11',
  'libcurand.so.10',
];
const cudnnLibrary = 'libcudnn.so.9';
/** CUDA 12 needs a driver of at least this version. */
const oldestDriver = 525;

const driverFix = `Install NVIDIA's driver, version ${oldestDriver} or newer, for the card.`;

/** Explains why CUDA does not work, starting with the most basic requirement. */
export function adviseOnCuda(fault: string, facts: SystemFacts): Advice {
  if (!facts.canLoad('libcuda.so.1')) return adviseOnDriver(facts);
  if (!parts.every((part) => facts.hasFile(join(facts.librariesFolder, part)))) return adviseOnParts(facts);
  const missing = listMissingLibraries(facts);
  if (missing.length > 0)
    return {
      fault: `these libraries were not found: ${missing.join(', ')}`,
      fix: sayLibraryFix(missing),
      commands: [],
    };
  if (fault.includes('load shared library')) return adviseOnBrokenParts(facts);
  return { fault, fix: sayFix(fault), commands: [] };
}

function adviseOnDriver({ cardFiles }: SystemFacts): Advice {
  const isVisible = cardFiles.some(({ path }) => path.startsWith('/dev/nvidia'));
  const fix = isVisible
    ? driverFix
    : `${driverFix} If this is a container, its host has to pass the card on to it. CUDA cannot work without an NVIDIA card.`;
  return { fault: "NVIDIA's driver (libcuda.so.1) is not found", fix, commands: [] };
}

function adviseOnParts(facts: SystemFacts): Advice {
  const missing = listMissingLibraries(facts);
  const { size, origin } = describeDownload(facts);
  const install = getInstallCommands(facts);
  const also = missing.length === 0 ? '' : ` Also missing: ${missing.join(', ')}. ${sayLibraryFix(missing)}`;
  const how =
    install.kind === 'here'
      ? `The command downloads ${size} from ${origin}.`
      : `Run the commands in an empty folder. They download onnxruntime-node from npm and ${size} from ${origin}, and copy the two files to where this copy of the tool looks for them. Each update of the extension removes them.`;
  return {
    fault: 'the CUDA part of onnxruntime is not installed',
    fix: how + also,
    commands: install.commands,
  };
}

/** Everything is present but does not work together. */
function adviseOnBrokenParts(facts: SystemFacts): Advice {
  const { fix, commands } = adviseOnParts(facts);
  return { fault: 'the CUDA part of onnxruntime is damaged or has the wrong version', fix, commands };
}

/** Microsoft's download is smaller than the registry's limit of 250 MB. */
function describeDownload({ runtimeVersion }: SystemFacts): { size: string; origin: string } {
  return {
    size: 'up to 250 MB',
    origin: `Microsoft's NuGet package Microsoft.ML.OnnxRuntime.Gpu.Linux ${runtimeVersion}`,
  };
}

/** The package from npm includes a script; the packaged extension has only the libraries. */
function getInstallCommands(facts: SystemFacts): { kind: 'here' | 'elsewhere'; commands: string[] } {
  const script = (folder: string): string =>
    `node ${quote(join(folder, 'script', 'install.js'))} --onnxruntime-node-install=cuda12`;
  if (facts.hasFile(join(facts.packageFolder, 'script', 'install.js')))
    return { kind: 'here', commands: [script(facts.packageFolder)] };
  const copy = join('node_modules', 'onnxruntime-node');
  const files = parts.map((part) => join(copy, 'bin', 'napi-v6', facts.platform, facts.arch, part));
  return {
    kind: 'elsewhere',
    commands: [
      `npm install --prefix . --ignore-scripts onnxruntime-node@${facts.runtimeVersion}`,
      script(copy),
      `cp ${files.join(' ')} ${quote(facts.librariesFolder)}`,
    ],
  };
}

/** Paths without characters that a shell interprets stay as they are. */
function quote(path: string): string {
  return /^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

function listMissingLibraries(facts: SystemFacts): string[] {
  return [...cudaLibraries, cudnnLibrary].filter((library) => !facts.canLoad(library));
}

function sayLibraryFix(missing: readonly string[]): string {
  const cuda = missing.some((library) => cudaLibraries.includes(library)) ? ['the CUDA 12 toolkit'] : [];
  const cudnn = missing.includes(cudnnLibrary) ? ['cuDNN 9 for CUDA 12'] : [];
  return `Install ${[...cuda, ...cudnn].join(' and ')} from NVIDIA (other major versions do not work); if they are in folders of their own, add those to LD_LIBRARY_PATH.`;
}

/** By the codes of CUDA's runtime (cudaError_t) in "CUDA failure 35: …". */
function sayFix(fault: string): string {
  const code = /\bCUDA failure (\d+)/.exec(fault)?.[1];
  switch (code) {
    case '2':
      return 'Its memory is full: close other programs that use the card.';
    case '35':
      return `Update NVIDIA's driver to version ${oldestDriver} or newer.`;
    case '100':
      return 'The driver sees no card. If this is a container, its host has to pass the card on to it; the variable CUDA_VISIBLE_DEVICES must not hide it.';
    case '209':
      return 'This build of onnxruntime was not made for this card: use WebGPU.';
    default:
      return "Update NVIDIA's driver, and make sure that CUDA 12 and cuDNN 9 are the first versions found.";
  }
}
