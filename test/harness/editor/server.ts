// The server of the npm-only VS Code: started for a profile on a free loopback port, and stopped with
// everything that it forked.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { hostNode, serverMain } from './hostPaths';
import type { Profile } from './profile';

/** The folders in which the server keeps settings and extensions. */
type ServerProfile = Pick<Profile, 'data' | 'extensions'>;

export interface Server {
  /** Host and port, as in an address. */
  readonly authority: string;
  /** All of its output so far. */
  log(): string;
  stop(): Promise<void>;
}

interface ServerOptions {
  /** Makes the workbench accept paths of a development extension and its tests; it then shows no notification toasts. */
  readonly runsTests?: boolean;
  /** Starts it with Workspace Trust, where no folder is trusted yet. */
  readonly hasTrust?: boolean;
  readonly env?: Environment;
}

type Environment = Readonly<Record<string, string>>;
type ServerProcess = ChildProcessByStdio<null, Readable, Readable>;

/** A process's output so far. */
interface Said {
  readonly text: string;
}

const startLimitMs = 60_000;
const termLimitMs = 3_000;
const readyLine = /Extension host agent listening on (\d+)/;
/** Each of these would make the server something other than a server. */
const foreignVariables = [
  'CODE_SERVER_PARENT_PID',
  'VSCODE_IPC_HOOK_CLI',
  'NODE_OPTIONS',
  'ELECTRON_RUN_AS_NODE',
];

/** Installs a .vsix file into the profile. */
export async function installExtension(profile: ServerProfile, vsix: string): Promise<void> {
  const child = startNode([...profileArguments(profile), '--install-extension', vsix]);
  const said = listenTo(child);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0)
    throw new Error(`${vsix} could not be installed (exit code ${String(code)}):\n${said.text}`);
}

/**
 * Starts the server.
 * @throws {Error} with the server's output, when it is not ready in time
 */
export async function startServer(
  profile: ServerProfile,
  { runsTests = false, hasTrust = false, env = {} }: ServerOptions = {},
): Promise<Server> {
  const child = startNode(
    [
      ...['--host=127.0.0.1', '--port=0', '--without-connection-token'],
      ...['--disable-experiments', '--force-disable-user-env'],
      ...(hasTrust ? [] : ['--disable-workspace-trust']),
      ...(runsTests ? ['--enable-smoke-test-driver'] : []),
      ...profileArguments(profile),
    ],
    env,
  );
  const said = listenTo(child);
  const kill = (): void => signalGroup(child, 'SIGKILL');
  process.on('exit', kill);
  const stop = async (): Promise<void> => {
    await stopGroup(child);
    process.off('exit', kill);
  };
  try {
    const port = await waitForPort(child, said);
    return { authority: `127.0.0.1:${port}`, log: () => said.text, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The port that the server says it is listening on. */
async function waitForPort(child: ServerProcess, said: Said): Promise<string> {
  const failure = (what: string): Error =>
    new Error(`The server of the npm-only VS Code ${what}:\n${said.text}`);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(failure(`was not ready in ${startLimitMs / 1000} s`)), startLimitMs);
      child.stdout.on('data', () => {
        const port = readyLine.exec(said.text)?.[1];
        if (port !== undefined) resolve(port);
      });
      child.once('error', (error) => reject(failure(`could not be started (${error.message})`)));
      child.once('exit', (code, signal) => reject(failure(`ended with ${code ?? String(signal)}`)));
    });
  } finally {
    clearTimeout(timer);
  }
}

/** The address of the workbench with a folder open; `payload` is VS Code's own list of names and values for automation. */
export function toWorkbenchUrl(
  { authority }: Server,
  folder: string,
  payload: readonly (readonly [string, string])[] = [],
): string {
  const url = new URL(`http://${authority}/`);
  url.searchParams.set('folder', folder);
  url.searchParams.set(
    'payload',
    JSON.stringify([['skipWelcome', 'true'], ['skipReleaseNotes', 'true'], ...payload]),
  );
  return url.href;
}

/** The workbench's name for a file on the server's machine. */
export function toRemoteUri({ authority }: Server, path: string): string {
  return `vscode-remote://${authority}${pathToFileURL(path).pathname}`;
}

function profileArguments({ data, extensions }: ServerProfile): string[] {
  return [
    ...['--accept-server-license-terms', '--disable-telemetry'],
    ...[`--user-data-dir=${data}`, `--extensions-dir=${extensions}`],
    `--server-data-dir=${join(data, 'server')}`,
  ];
}

function startNode(args: readonly string[], env: Environment = {}): ServerProcess {
  const all = Object.entries({ ...process.env, ...env });
  const clean = Object.fromEntries(all.filter(([name]) => !foreignVariables.includes(name)));
  // Its own process group: the server forks an extension host, a file watcher and more.
  return spawn(hostNode, [serverMain, ...args], {
    env: clean,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

/** Gathers a process's output from the start. */
function listenTo(child: ServerProcess): Said {
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said.text += chunk.toString();
    });
  return said;
}

async function stopGroup(child: ServerProcess): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    signalGroup(child, 'SIGTERM');
    const timer = setTimeout(signalGroup, termLimitMs, child, 'SIGKILL');
    await gone;
    clearTimeout(timer);
  }
  signalGroup(child, 'SIGKILL');
}

function signalGroup({ pid }: ServerProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
