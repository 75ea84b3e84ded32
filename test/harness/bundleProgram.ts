// Programs of the harness that another program starts by path, as it would an editor.
import { chmodSync } from 'node:fs';
import { bundleScript } from '../../scripts/bundleScript.mjs';

/**
 * Bundles a source that begins with "#!", given relative to the root of the repository. Returns the path of
 * the program.
 */
export function bundleProgram(source: string): string {
  const program = bundleScript(source);
  chmodSync(program, 0o755);
  return program;
}
