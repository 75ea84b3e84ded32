// What the npm-only VS Code needs from the system: a browser to show it, and compilers for one native module.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** By the name of a Debian package, the programs of which any one will do. */
const needs = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  'g++': ['g++'],
  make: ['make'],
  python3: ['python3'],
};

export const browser = ['chromium'];
export const compilers = ['g++', 'make', 'python3'];

/**
 * Sees that these are there. As root on Debian it installs what is missing.
 * @throws {Error} one that names what is missing and how to get it
 */
export function ensureSystemTools(names) {
  let missing = names.filter(isMissing);
  if (missing.length === 0) return;
  if (mayUseApt()) {
    installByApt(missing);
    missing = names.filter(isMissing);
    if (missing.length === 0) return;
  }
  throw new Error(
    `The editor's tests need ${missing.join(', ')}, which this machine lacks. Install ` +
      `${missing.length === 1 ? 'it' : 'them'} (Debian: apt-get install ${missing.join(' ')}), then run the same again.`,
  );
}

/** The browser that shows the workbench: CHROMIUM_PATH, else the first one found. */
export function findBrowser() {
  const own = process.env.CHROMIUM_PATH;
  if (own) return own;
  const found = needs.chromium.map(findProgram).find(Boolean);
  if (!found)
    throw new Error(
      'No Chromium was found. Install it, or name it in the environment variable CHROMIUM_PATH.',
    );
  return found;
}

function isMissing(name) {
  const isNamed = name === 'chromium' && Boolean(process.env.CHROMIUM_PATH);
  return !isNamed && !needs[name].some(findProgram);
}

function findProgram(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function mayUseApt() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && Boolean(findProgram('apt-get'));
}

function installByApt(packages) {
  process.stderr.write(`Installing ${packages.join(', ')} (apt-get) …\n`);
  runApt('update');
  runApt('install', '--yes', '--no-install-recommends', ...packages);
}

function runApt(...args) {
  const { status, stdout, stderr } = spawnSync('apt-get', ['-q', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed:\n${stdout}${stderr}`);
}
