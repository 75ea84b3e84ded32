// Which VS Code runs the suites: an installed one, a downloaded one, or the npm-only one.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { ensureHost } from './installHost.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * The path of an executable for @vscode/test-electron: VSCODE_EXECUTABLE if it is set; else a VS Code that is downloaded,
 * where it can be and has a display; else the npm-only one, which is installed if need be.
 * @throws {Error} when there is none of them
 */
export async function chooseEditor() {
  if (process.env.VSCODE_EXECUTABLE) return process.env.VSCODE_EXECUTABLE;
  if (hasDisplay()) {
    try {
      return await downloadAndUnzipVSCode();
    } catch (error) {
      process.stderr.write(`VS Code could not be downloaded (${error.message}).\n`);
    }
  }
  ensureHost();
  return join(here, 'editorShim.mjs');
}

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}
