#!/usr/bin/env node
import { join } from 'node:path';
import { runCommandLine } from './cli/program';

void runCommandLine(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  runnerPath: join(__dirname, 'runner.cjs'),
}).then((exitCode) => {
  process.exitCode = exitCode;
});
