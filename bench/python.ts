// The Python for the other side of a comparison. Only the bench needs it.
import { spawnSync } from 'node:child_process';

export interface Python {
  readonly command: string;
  /** "Python 3.11.2, torch 2.9.0, transformers 5.18.0" */
  readonly versions: string;
}

const ask =
  'import platform, torch, transformers; print(f"Python {platform.python_version()}, torch {torch.__version__}, transformers {transformers.__version__}")';

/**
 * The Python that FINGERPRINT_PYTHON names, or the system's; undefined where it is missing or lacks torch or
 * transformers.
 */
export function findPython(): Python | undefined {
  const command = [process.env.FINGERPRINT_PYTHON, 'python3'].find(Boolean)!;
  const { status, stdout } = spawnSync(command, ['-c', ask], { encoding: 'utf8' });
  return status === 0 ? { command, versions: stdout.trim() } : undefined;
}

/** A section's text in place of a comparison. */
export const notCompared =
  'Not compared: no PyTorch (set `FINGERPRINT_PYTHON` to a Python with `torch` and `transformers`).';
