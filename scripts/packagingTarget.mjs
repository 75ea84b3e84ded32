// For which platform vsce is packaging. It tells its prepublish step nothing, so the step looks at who called it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const mostAncestors = 12;

/** The target of the `vsce package --target …` above this process, for example "linux-x64"; undefined without one. */
export function findPackagingTarget() {
  let pid = process.ppid;
  for (let ancestor = 0; ancestor < mostAncestors && pid > 1; ancestor++) {
    const { args, parent } = readProcess(pid);
    const target = readTarget(args);
    if (target !== undefined) return target;
    pid = parent;
  }
  return undefined;
}

function readTarget(args) {
  const start = args.findIndex((argument) => argument === 'package' || argument === 'publish');
  if (start < 1 || !/vsce/.test(args[start - 1])) return undefined;
  for (const [index, argument] of args.entries()) {
    if (argument === '--target' || argument === '-t') return args[index + 1];
    if (argument.startsWith('--target=')) return argument.slice('--target='.length);
  }
  return undefined;
}

function readProcess(pid) {
  if (process.platform === 'linux') return readFromProc(pid);
  if (process.platform === 'win32') return askPowerShell(pid);
  const { stdout } = spawnSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' });
  const [parent, ...args] = (stdout ?? '').trim().split(/\s+/);
  return { args, parent: Number(parent) };
}

/** The name in /proc/PID/stat stands in parentheses and may itself hold spaces; after it come the state and the parent. */
function readFromProc(pid) {
  const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { args, parent: Number(parent) };
}

function askPowerShell(pid) {
  const query = `Get-CimInstance Win32_Process -Filter "ProcessId=${pid}"`;
  const script = `${query} | ForEach-Object { "$($_.ParentProcessId) $($_.CommandLine)" }`;
  const { stdout } = spawnSync('powershell', ['-NoProfile', '-Command', script], { encoding: 'utf8' });
  const [parent, ...args] = (stdout ?? '').trim().split(/\s+/);
  return { args: args.map((argument) => argument.replaceAll('"', '')), parent: Number(parent) };
}
