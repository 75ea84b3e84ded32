import { runJob } from '../../../src/jobs/runJob';
import { fakeOperations } from './fakeOperations';

void runJob(fakeOperations, process.argv[2] ?? '').then((exitCode) => process.exit(exitCode));
