import { startJob } from '../../../src/jobs/parent/startJob';
import { z } from 'zod';

const [runnerPath, runFolder, recipe] = process.argv.slice(2) as [string, string, string];
// A parent that is killed while its child works.
void startJob({
  runFolder,
  operation: { name: 'embed', result: z.unknown() },
  request: { model: 'm', recipe },
  secrets: {},
  runnerPath,
  retry: 'run it again.',
  onEvent: () => undefined,
});
