// What can be told of the graphics card from outside: its name, its memory, and whether there is a real one.
import { execFile, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

const lookEveryMs = 500;

/** Whether the graphics card is software (SwiftShader, lavapipe): its results are right, but its speed means nothing. */
export function isSoftware(): boolean {
  const drivers = `${process.env.VK_ICD_FILENAMES ?? ''}${process.env.VK_DRIVER_FILES ?? ''}`;
  if (/swiftshader|lavapipe|lvp_/i.test(drivers)) return true;
  return process.platform === 'linux' && !hasEntry('/dev/dri', /^renderD/) && !hasEntry('/dev', /^nvidia\d/);
}

/** The name that the driver reports; NVIDIA's cards only. */
export function nameCard(): string | undefined {
  const { status, stdout } = spawnSync('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], {
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim().split('\n')[0] : undefined;
}

/** Runs some work. Returns its result and how far the memory in use on the card rose (undefined without nvidia-smi). */
export async function watchCard<Result extends object>(
  work: () => Promise<Result>,
): Promise<Result & { readonly cardBytes: number | undefined }> {
  const before = await readUsedBytes();
  let most = before ?? 0;
  const look = async (): Promise<void> => {
    most = Math.max(most, (await readUsedBytes()) ?? 0);
  };
  const looking = setInterval(() => void look(), lookEveryMs);
  try {
    const result = await work();
    return { ...result, cardBytes: before === undefined ? undefined : most - before };
  } finally {
    clearInterval(looking);
  }
}

function readUsedBytes(): Promise<number | undefined> {
  const query = ['--query-gpu=memory.used', '--format=csv,noheader,nounits', '--id=0'];
  return new Promise((resolve) =>
    execFile('nvidia-smi', query, (error, stdout) => resolve(error ? undefined : Number(stdout) * 2 ** 20)),
  );
}

function hasEntry(folder: string, pattern: RegExp): boolean {
  try {
    return readdirSync(folder).some((name) => pattern.test(name));
  } catch {
    return false;
  }
}
