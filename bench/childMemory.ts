// The memory of the child processes of another process, as Linux reports it in /proc.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The highest values seen in a phase, in bytes. */
interface PhasePeaks {
  /** Resident memory, mapped files included. */
  readonly residentBytes: number;
  /** Memory that no file backs. */
  readonly privateBytes: number;
}

/** What a watch measured; undefined where there is no /proc. */
export interface ChildMemory {
  /** Peak of the resident memory in bytes, which the kernel itself records. */
  readonly peakBytes: number | undefined;
  /** The most memory that no file backs, over all samples, in bytes. */
  readonly privateBytes: number | undefined;
  readonly phases: ReadonlyMap<string, PhasePeaks>;
}

interface MemoryWatch {
  /** Whatever is measured from now on belongs to this phase. */
  enter(phase: string): void;
  stop(): ChildMemory;
}

interface ProcessMemory extends PhasePeaks {
  readonly peakBytes: number;
}

const lookEveryMs = 20;

/** Samples a process's children until it is stopped. */
export function watchChildren(pid: number | undefined, firstPhase: string): MemoryWatch {
  const phases = new Map<string, PhasePeaks>();
  let phase = firstPhase;
  let peakBytes = 0;
  const note = (memory: ProcessMemory): void => {
    const { residentBytes = 0, privateBytes = 0 } = phases.get(phase) ?? {};
    phases.set(phase, {
      residentBytes: Math.max(residentBytes, memory.residentBytes),
      privateBytes: Math.max(privateBytes, memory.privateBytes),
    });
    peakBytes = Math.max(peakBytes, memory.peakBytes);
  };
  const looking = setInterval(() => {
    for (const child of listChildren(pid)) {
      const memory = readMemory(child);
      if (memory !== undefined) note(memory);
    }
  }, lookEveryMs);
  return {
    enter: (next) => (phase = next),
    stop: () => {
      clearInterval(looking);
      if (phases.size === 0) return { peakBytes: undefined, privateBytes: undefined, phases };
      const privateBytes = Math.max(...[...phases.values()].map((peaks) => peaks.privateBytes));
      return { peakBytes, privateBytes, phases };
    },
  };
}

/** The memory of a process now; undefined when it has ended, or where there is no /proc. */
export function readMemory(pid: number | string | undefined): ProcessMemory | undefined {
  const status = readProc(`${String(pid)}/status`) ?? '';
  const read = (name: string): number | undefined => {
    const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  };
  // The kernel keeps the peak of everything resident (VmHWM) itself, but not that of the private part (RssAnon).
  const [peakBytes, residentBytes, privateBytes] = [read('VmHWM'), read('VmRSS'), read('RssAnon')];
  if (peakBytes === undefined || residentBytes === undefined || privateBytes === undefined) return undefined;
  return { peakBytes, residentBytes, privateBytes };
}

function listChildren(pid: number | undefined): string[] {
  const children = readProc(`${String(pid)}/task/${String(pid)}/children`);
  return children?.trim().split(' ').filter(Boolean) ?? [];
}

/** Processes come and go between two samples, and other systems have no /proc. */
function readProc(path: string): string | undefined {
  try {
    return readFileSync(join('/proc', path), 'utf8');
  } catch {
    return undefined;
  }
}
