#!/usr/bin/env node
// Starts the editor named by FINGERPRINT_EDITOR with Workspace Trust, which @vscode/test-electron always switches off.
import { spawn } from 'node:child_process';

const program = process.env.FINGERPRINT_EDITOR ?? '';
const args = process.argv.slice(2).filter((argument) => argument !== '--disable-workspace-trust');
const editor = spawn(program, args, { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => editor.kill(signal));
editor.on('error', (error) => {
  process.stderr.write(`${program} could not be started: ${error.message}\n`);
  process.exitCode = 1;
});
editor.on('exit', (code) => (process.exitCode = code ?? 1));
