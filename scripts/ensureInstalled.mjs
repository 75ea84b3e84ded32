// Installs the packages of package-lock.json when some are missing or differ from it. Imports nothing that
// has to be installed, so that it can run first after "git clone".
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { giveUp, root } from './common.mjs';

/**
 * One package's entry in package-lock.json.
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 */

const oldestNode = { major: 20, minor: 10 };

/** Makes node_modules match package-lock.json, or ends the process with a sentence. Never prompts. */
export function ensureInstalled() {
  refuseOldNode();
  if (isInstalled()) return;
  process.stderr.write('Installing packages (npm ci --ignore-scripts) …\n');
  // A user's own npm settings must not leave out what builds and tests need.
  const npm = runNpm(['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund']);
  if (npm.status === 0) return;
  if (npm.error)
    giveUp(`npm could not be started: ${npm.error.message}. Install npm, which comes with Node.`);
  process.stderr.write(`${npm.stdout}${npm.stderr}`);
  giveUp('npm could not install the packages; above is what it said. Correct that, then run the same again.');
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > oldestNode.major || (major === oldestNode.major && minor >= oldestNode.minor)) return;
  const oldest = `${oldestNode.major}.${oldestNode.minor}`;
  giveUp(`Node ${oldest} or newer is needed, and this is Node ${process.versions.node}.`);
}

/** npm writes its own record of what it installed last of all: an interrupted installation has none. */
function isInstalled() {
  const locked = readPackages('package-lock.json');
  const installed = readPackages('node_modules/.package-lock.json');
  if (locked === undefined || installed === undefined) return false;
  return Object.entries(locked).every(([path, { version, integrity, ...about }]) => {
    if (path === '' || (about.optional && !isForThisSystem(about))) return true;
    const found = installed[path];
    return (
      found !== undefined &&
      found.version === version &&
      found.integrity === integrity &&
      existsSync(join(root, path, 'package.json'))
    );
  });
}

/** @param {LockedPackage} about */
function isForThisSystem({ os = [process.platform], cpu = [process.arch], libc }) {
  return os.includes(process.platform) && cpu.includes(process.arch) && (!libc || libc.includes(findLibc()));
}

/** The C library of a Linux system, as package-lock.json names it. */
function findLibc() {
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return report.header.glibcVersionRuntime ? 'glibc' : 'musl';
}

/**
 * @param {string} path
 * @returns {Record<string, LockedPackage> | undefined}
 */
function readPackages(path) {
  try {
    /** @type {unknown} */
    const file = JSON.parse(readFileSync(join(root, path), 'utf8'));
    return /** @type {{ packages: Record<string, LockedPackage> }} */ (file).packages;
  } catch {
    return undefined;
  }
}

/** @param {string[]} args */
function runNpm(args) {
  /** @type {import('node:child_process').SpawnSyncOptionsWithStringEncoding} */
  const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 };
  const npmScript = process.env.npm_execpath;
  if (npmScript?.endsWith('npm-cli.js')) return spawnSync(process.execPath, [npmScript, ...args], options);
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}
