import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** An NVIDIA graphics card and its memory, in bytes. */
export interface GraphicsCard {
  readonly name: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
}

/** Runs a program and returns its standard output. Rejects when it is missing, fails or takes too long. */
type RunProgram = (program: string, args: readonly string[]) => Promise<string>;

const timeoutMs = 5000;
/** nvidia-smi reports MiB. */
const mebibyte = 1024 * 1024;
const query = ['--query-gpu=name,memory.total,memory.free', '--format=csv,noheader,nounits'];

/**
 * The NVIDIA cards of this machine in CUDA's usual order, from the driver's own program nvidia-smi. Empty
 * where that is missing, does not answer in time, or prints something unknown.
 */
export async function readGraphicsCards(run: RunProgram = runProgram): Promise<GraphicsCard[]> {
  try {
    return parseCards(await run('nvidia-smi', query));
  } catch {
    return [];
  }
}

/** All lines or none: a list understood only in part would number the cards wrongly. */
function parseCards(text: string): GraphicsCard[] {
  const cards: GraphicsCard[] = [];
  for (const line of text.split(/\r?\n/).filter((part) => part.trim() !== '')) {
    const parts = /^(\S.{0,199}?), (\d{1,9}), (\d{1,9})$/.exec(line.trim());
    if (!parts) return [];
    const [, name, total, free] = parts as unknown as [string, string, string, string];
    if (Number(free) > Number(total)) return [];
    cards.push({ name, totalBytes: Number(total) * mebibyte, freeBytes: Number(free) * mebibyte });
  }
  return cards;
}

async function runProgram(program: string, args: readonly string[]): Promise<string> {
  const options = { timeout: timeoutMs, maxBuffer: 1 << 16, windowsHide: true };
  const { stdout } = await promisify(execFile)(program, args, options);
  return stdout;
}
