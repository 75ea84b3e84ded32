import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Esbuild from 'esbuild';
import { z } from 'zod';
import { startJob, type JobStart } from '../../../src/jobs/parent/startJob';

/** A temporary folder with the bundled fakes in it. */
export interface Workshop {
  readonly folder: string;
  readonly runnerPath: string;
  readonly parentPath: string;
  readonly cliPath: string;
  /** A path for a new run folder. */
  nextRunFolder(): string;
  /** Starts the fake embed. */
  start(recipe: string, runFolder: string, more?: Partial<JobStart<unknown>>): Promise<unknown>;
  remove(): void;
}

export function openWorkshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'fingerprint-test-'));
  // esbuild cannot be bundled into the test, so it is loaded from the repository.
  const esbuild = createRequire(join(process.cwd(), 'package.json'))('esbuild') as typeof Esbuild;
  esbuild.buildSync({
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    entryPoints: {
      runner: 'test/unit/jobs/fakeRunner.ts',
      parent: 'test/unit/jobs/fakeParent.ts',
      cli: 'test/unit/cli/fakeCli.ts',
    },
    outdir: folder,
  });
  const runnerPath = join(folder, 'runner.cjs');
  let runs = 0;
  return {
    folder,
    runnerPath,
    parentPath: join(folder, 'parent.cjs'),
    cliPath: join(folder, 'cli.cjs'),
    nextRunFolder: () => join(folder, `${++runs}.run`),
    start: (recipe, runFolder, more) =>
      startJob({
        runFolder,
        operation: { name: 'embed', result: z.unknown() },
        request: { model: 'm', recipe },
        secrets: {},
        runnerPath,
        retry: 'run the same command with --resume.',
        onEvent: () => undefined,
        ...more,
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
