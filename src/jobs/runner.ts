import { operations } from '../operations/all';
import { runJob } from './child/runJob';

// The child process that runs models: node dist/runner.cjs RUN_FOLDER, started by startJob with an IPC channel.
void runJob(operations, process.argv[2] ?? '').then((exitCode) => process.exit(exitCode));
