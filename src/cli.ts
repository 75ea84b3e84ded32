#!/usr/bin/env node
import { join } from 'node:path';
import { runCommandLine } from './cli/program';

// Operations are loaded when they are needed, so that help and usage errors do not wait for them.
void runCommandLine(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  runnerPath: join(__dirname, 'runner.cjs'),
  local: {
    inspect: async (request) => (await import('./operations/inspect')).inspect(request),
    showKeySet: async (request, secrets) =>
      (await import('./operations/showKeySet')).showKeySet(request, secrets),
    exportKeySet: async (request, secrets) =>
      (await import('./operations/exportKeySet')).exportKeySet(request, secrets),
    importKeys: async (request, secrets) =>
      (await import('./operations/importKeys')).importKeys(request, secrets),
    changePassphrase: async (request, secrets) =>
      (await import('./operations/changePassphrase')).changePassphrase(request, secrets),
  },
}).then((exitCode) => {
  process.exitCode = exitCode;
});
