// The Python that the other side of a comparison runs in. Nothing but the bench wants one.
import { spawnSync } from 'node:child_process';

const ask =
  'import platform, torch, transformers; print(f"Python {platform.python_version()}, torch {torch.__version__}, transformers {transformers.__version__}")';

/** The command and its versions, or undefined when no Python with torch and transformers is there. */
export function findPython() {
  const command = process.env.FINGERPRINT_PYTHON || 'python3';
  const { status, stdout } = spawnSync(command, ['-c', ask], { encoding: 'utf8' });
  return status === 0 ? { command, versions: stdout.trim() } : undefined;
}

/** What a section says instead of a comparison. */
export const notCompared =
  'Not compared: no PyTorch (set `FINGERPRINT_PYTHON` to a Python with `torch` and `transformers`).';
