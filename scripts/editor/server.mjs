// The server of the npm-only VS Code: started for a profile on a free loopback port, stopped with everything it forked.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hostNode, serverMain } from './hostPaths.mjs';

const startLimitMs = 60_000;
const termLimitMs = 3_000;
const readyLine = /Extension host agent listening on (\d+)/;
/** Each of these would make the server something else than a server. */
const foreignVariables = [
  'CODE_SERVER_PARENT_PID',
  'VSCODE_IPC_HOOK_CLI',
  'NODE_OPTIONS',
  'ELECTRON_RUN_AS_NODE',
];

/** Installs a .vsix file into the profile. */
export async function installExtension(profile, vsix) {
  const child = startNode([...profileArguments(profile), '--install-extension', vsix]);
  const said = listenTo(child);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${vsix} could not be installed (exit code ${code}):\n${said.text}`);
}

/**
 * Starts the server. `runsTests` makes the workbench honour paths of a development extension and its tests (it then shows
 * no notification toasts); `hasTrust` starts it with Workspace Trust, where no folder is trusted yet.
 * Returns { authority, log(), stop() }.
 */
export async function startServer(profile, { runsTests = false, hasTrust = false, env = {} } = {}) {
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
  const kill = () => signalGroup(child, 'SIGKILL');
  process.on('exit', kill);
  const stop = async () => {
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

/** The port that the server says it listens on. */
async function waitForPort(child, said) {
  const failure = (what) => new Error(`The server of the npm-only VS Code ${what}:\n${said.text}`);
  let timer;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(failure(`was not ready in ${startLimitMs / 1000} s`)), startLimitMs);
      child.stdout.on('data', () => {
        const port = readyLine.exec(said.text)?.[1];
        if (port !== undefined) resolve(port);
      });
      child.once('error', (error) => reject(failure(`could not be started (${error.message})`)));
      child.once('exit', (code, signal) => reject(failure(`ended with ${code ?? signal}`)));
    });
  } finally {
    clearTimeout(timer);
  }
}

/** The address of the workbench with a folder open; `payload` is VS Code's own list of names and values for automation. */
export function toWorkbenchUrl({ authority }, folder, payload = []) {
  const url = new URL(`http://${authority}/`);
  if (folder) url.searchParams.set('folder', folder);
  url.searchParams.set(
    'payload',
    JSON.stringify([['skipWelcome', 'true'], ['skipReleaseNotes', 'true'], ...payload]),
  );
  return url.href;
}

/** How the workbench names a file on the server's machine. */
export function toRemoteUri({ authority }, path) {
  return `vscode-remote://${authority}${pathToFileURL(path).pathname}`;
}

function profileArguments({ data, extensions }) {
  return [
    ...['--accept-server-license-terms', '--disable-telemetry'],
    ...[`--user-data-dir=${data}`, `--extensions-dir=${extensions}`],
    `--server-data-dir=${join(data, 'server')}`,
  ];
}

function startNode(args, env = {}) {
  const clean = { ...process.env, ...env };
  for (const name of foreignVariables) delete clean[name];
  // A process group of its own: the server forks an extension host, a file watcher and more.
  return spawn(hostNode, [serverMain, ...args], {
    env: clean,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

/** Gathers what a process says, from the first word on. */
function listenTo(child) {
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said.text += chunk));
  return said;
}

async function stopGroup(child) {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    signalGroup(child, 'SIGTERM');
    const timer = setTimeout(signalGroup, termLimitMs, child, 'SIGKILL');
    await gone;
    clearTimeout(timer);
  }
  signalGroup(child, 'SIGKILL');
}

function signalGroup({ pid }, signal) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
