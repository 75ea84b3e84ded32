// Programs of the harness's own that another program starts by their path, as an editor is started.
import { chmodSync } from 'node:fs';
import { bundleScript } from '../../scripts/bundleScript.mjs';

/** Bundles a source that begins with "#!", given relative to the root of the repository; returns the path of the program. */
export function bundleProgram(source: string): string {
  const program = bundleScript(source);
  chmodSync(program, 0o755);
  return program;
}
