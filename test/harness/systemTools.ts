// System packages for tests: a browser to show the npm-only VS Code and compilers for one of its native
// modules; for WebGPU without a graphics card, Chromium's software adapter and the loader of Vulkan drivers.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** The name of a Debian package with one of these. */
type SystemTool = 'chromium' | 'g++' | 'make' | 'python3' | 'chromium-common' | 'libvulkan1';

const chromiumPrograms = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** How to tell that a package's content is present. */
const isThere: Readonly<Record<SystemTool, () => boolean>> = {
  chromium: () => Boolean(process.env.CHROMIUM_PATH) || chromiumPrograms.some(hasProgram),
  'g++': () => hasProgram('g++'),
  make: () => hasProgram('make'),
  python3: () => hasProgram('python3'),
  'chromium-common': () => findSwiftShader() !== undefined,
  libvulkan1: () => libraryFolders().some((folder) => existsSync(join(folder, 'libvulkan.so.1'))),
};

export const browser: readonly SystemTool[] = ['chromium'];
export const compilers: readonly SystemTool[] = ['g++', 'make', 'python3'];
export const softwareAdapter: readonly SystemTool[] = ['chromium-common', 'libvulkan1'];

/**
 * Makes sure that these are present. As root on Debian it installs missing ones.
 * @param user who needs them: "The editor's tests"
 * @throws {Error} that names what is missing and how to get it
 */
export function ensureSystemTools(names: readonly SystemTool[], user: string): void {
  let missing = names.filter(isMissing);
  if (missing.length === 0) return;
  if (mayUseApt()) {
    installByApt(missing);
    missing = names.filter(isMissing);
    if (missing.length === 0) return;
  }
  throw new Error(
    `${user} need ${missing.join(', ')}, which this machine lacks. Install ` +
      `${missing.length === 1 ? 'it' : 'them'} (Debian: apt-get install ${missing.join(' ')}), then run the same again.`,
  );
}

/** The browser that shows the workbench: CHROMIUM_PATH, else the first one found. */
export function findBrowser(): string {
  const own = process.env.CHROMIUM_PATH;
  if (own) return own;
  const found = chromiumPrograms.map(findProgram).find(Boolean);
  if (!found)
    throw new Error(
      'No Chromium was found. Install it, or name it in the environment variable CHROMIUM_PATH.',
    );
  return found;
}

/** The file by which Vulkan finds SwiftShader, a software graphics card in every Chromium; undefined without one. */
export function findSwiftShader(): string | undefined {
  const programs = [process.env.CHROMIUM_PATH, ...chromiumPrograms.map(findProgram)];
  const folders = programs
    .filter((path) => path !== undefined)
    .filter((path) => existsSync(path))
    .map((path) => dirname(realpathSync(path)));
  return [...folders, '/usr/lib/chromium']
    .map((folder) => join(folder, 'vk_swiftshader_icd.json'))
    .find((path) => existsSync(path));
}

function isMissing(name: SystemTool): boolean {
  return !isThere[name]();
}

function hasProgram(name: string): boolean {
  return findProgram(name) !== undefined;
}

function findProgram(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function libraryFolders(): string[] {
  const triples: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };
  const triple = triples[process.arch] ?? '';
  const own = (process.env.LD_LIBRARY_PATH ?? '').split(delimiter).filter(Boolean);
  return [...own, join('/usr/lib', triple), '/usr/lib64', '/usr/lib', '/usr/local/lib'];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function mayUseApt(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && hasProgram('apt-get');
}

function installByApt(packages: readonly SystemTool[]): void {
  process.stderr.write(`Installing ${packages.join(', ')} (apt-get) …\n`);
  runApt('update');
  runApt('install', '--yes', '--no-install-recommends', ...packages);
}

function runApt(...args: string[]): void {
  const { status, stdout, stderr } = spawnSync('apt-get', ['-q', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed:\n${stdout}${stderr}`);
}
