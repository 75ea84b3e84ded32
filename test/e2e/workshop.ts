import { spawn, type ChildProcess } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type * as Esbuild from 'esbuild';
import type { Recipe } from '../../src/contract/recipe';
import { passphrase } from '../harness/passphrase';

export const sampleModel = resolve('media/sample-model');
export { passphrase };

/** How a call of the command line ended. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder with the real command line in it, and whatever the tests make. */
export interface Workshop {
  readonly folder: string;
  path(name: string): string;
  /** Starts the command line in a process group of its own, without a terminal. */
  start(
    args: readonly string[],
    env?: Record<string, string>,
  ): { child: ChildProcess; ended: Promise<Ended> };
  call(args: readonly string[], env?: Record<string, string>): Promise<Ended>;
  /** The words that mark a model on the processor, into a folder of the workshop. */
  embedArguments(out: string, keys: string, recipe: string, model?: string): string[];
  /** Draws the key set of a known seed from the sample model. */
  drawKeys(name: string, more?: { model?: string; seed?: number; count?: number }): Promise<string>;
  /** Another file with the same keys: a run records its release in the file it was given. */
  copyKeys(keys: string, name: string): Promise<string>;
  writeRecipe(name: string, changes: Partial<Recipe>): Promise<string>;
  remove(): Promise<void>;
}

/** The workshop lies in the repository, so that the bundles find onnxruntime-node. */
export async function openWorkshop(): Promise<Workshop> {
  await mkdir('out', { recursive: true });
  const folder = await mkdtemp(resolve('out', 'e2e-'));
  buildCommandLine(folder);
  const path = (name: string): string => join(folder, name);
  await mkdir(path('tmp'));
  const start: Workshop['start'] = (args, env = {}) => {
    const child = spawn(process.execPath, [path('cli.cjs'), ...args], {
      env: {
        PATH: process.env.PATH ?? '',
        TMPDIR: path('tmp'),
        FINGERPRINT_STATE_DIR: path('state'),
        FINGERPRINT_PASSPHRASE: passphrase,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const ended = Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((settle) => child.on('close', settle)),
    ]).then(([out, err, code]) => ({ code, out, err }));
    return { child, ended };
  };
  const call: Workshop['call'] = (args, env) => start(args, env).ended;
  return {
    folder,
    path,
    start,
    call,
    embedArguments(out, keys, recipe, model = sampleModel) {
      const paths = ['--model', model, '--keys', keys, '--out', path(out), '--recipe', recipe];
      return ['embed', ...paths, '--device', 'cpu', '--json'];
    },
    async drawKeys(name, { model = sampleModel, seed = 7, count = 12 } = {}) {
      const [keys, seedFile] = [path(name), path(`${name}.seed`)];
      await writeFile(seedFile, new Uint8Array(32).fill(seed));
      const options = ['--model', model, '--out', keys, '--count', `${count}`, '--device', 'cpu'];
      const { code, err } = await call(['keys', 'create', ...options], { FINGERPRINT_SEED_FILE: seedFile });
      if (code !== 0) throw new Error(err);
      return keys;
    },
    async copyKeys(keys, name) {
      await copyFile(keys, path(name));
      return path(name);
    },
    async writeRecipe(name, changes) {
      await writeFile(path(name), JSON.stringify({ ...pinnedRecipe, ...changes }));
      return path(name);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function buildCommandLine(folder: string): void {
  // esbuild cannot be bundled into the test, so it is loaded from the repository.
  const esbuild = createRequire(join(process.cwd(), 'package.json'))('esbuild') as typeof Esbuild;
  esbuild.buildSync({
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['onnxruntime-node'],
    entryPoints: { cli: 'src/cli.ts', runner: 'src/jobs/runner.ts' },
    outdir: folder,
  });
}

/** Puts twelve keys into the sample model in about two seconds. Every value that a default could change is named. */
export const pinnedRecipe: Omit<Recipe, 'seed'> = {
  version: 1,
  trained: 'full',
  layers: [0, 1],
  rank: 8,
  keyLoss: 'margin',
  margin: 4,
  softMargin: 1.5,
  softCeiling: 2,
  quietMargin: 3,
  roundedShare: 0,
  mergedShare: 0,
  divergenceWeight: 100,
  entropyWeight: 0,
  avoidance: 0,
  tilt: 0,
  generated: 64,
  benignTokens: 32,
  benignBatch: 8,
  keyBatch: 12,
  mixing: 0,
  learningRate: 0.003,
  steps: 40,
  warmupSteps: 2,
  driftBudget: 1,
  checkEvery: 5,
};

/** What the tests read of the objects that the commands print, each of which holds some of these. */
interface Printed {
  readonly reason: string;
  readonly digest: string;
  readonly device: string;
  readonly recall: number;
  readonly steps: number;
  readonly finishedBefore?: boolean;
  readonly drift: { readonly kl: number };
  readonly shortfalls: readonly {
    readonly kind: string;
    readonly measured: number;
    readonly limit: number;
  }[];
  readonly warnings: readonly string[];
  readonly verdict: string;
  readonly claim: string;
  readonly answers: { readonly asked: number; readonly hits: number };
  readonly kl: { readonly value: number };
  readonly runs: readonly { readonly run: string; readonly status: string }[];
}

/** The last object a call with --json printed. */
export function readResult({ out }: Ended): Printed {
  return JSON.parse(out.trimEnd().split('\n').at(-1)!) as Printed;
}

/** Every file of a folder by its name. */
export async function readFolder(folder: string): Promise<Map<string, Buffer>> {
  const names = (await readdir(folder)).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
}
