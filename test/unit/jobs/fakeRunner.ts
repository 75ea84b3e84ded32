import { runJob } from '../../../src/jobs/child/runJob';
import { fakeOperations } from './fakeOperations';

void runJob(fakeOperations, process.argv[2] ?? '').then((exitCode) => process.exit(exitCode));
