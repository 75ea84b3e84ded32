// Chooses the VS Code for the suites: an installed one, a downloaded one, or the npm-only one.
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { bundleProgram } from '../bundleProgram';
import { ensureHost } from './installHost';

/**
 * The path of an executable for @vscode/test-electron: VSCODE_EXECUTABLE if it is set; else a downloaded VS
 * Code, where a download is possible and there is a display; else the npm-only one, which is installed if
 * necessary.
 * @throws {Error} when none of them is available
 */
export async function chooseEditor(): Promise<string> {
  if (process.env.VSCODE_EXECUTABLE) return process.env.VSCODE_EXECUTABLE;
  if (hasDisplay()) {
    try {
      return await downloadAndUnzipVSCode();
    } catch (error) {
      process.stderr.write(`VS Code could not be downloaded (${(error as Error).message}).\n`);
    }
  }
  ensureHost();
  return bundleProgram('test/harness/editor/editorShim.ts');
}

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY);
}
