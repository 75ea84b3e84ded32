import { startJob } from '../../../src/jobs/startJob';
import { z } from 'zod';

const [runnerPath, runFolder, recipe] = process.argv.slice(2) as [string, string, string];
// A parent that is killed while its child works.
void startJob({
  runFolder,
  operation: 'embed',
  request: { model: 'm', recipe },
  secrets: {},
  result: z.unknown(),
  runnerPath,
  retry: 'run it again.',
  onProgress: () => undefined,
});
