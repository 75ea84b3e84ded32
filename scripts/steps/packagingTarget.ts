// The platform that vsce is packaging for. It does not tell its prepublish step, so the step inspects its
// caller.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

interface ProcessFacts {
  readonly args: readonly string[];
  readonly parent: number;
}

const mostAncestors = 12;

/** The target of the `vsce package --target …` above this process, for example "linux-x64"; undefined without one. */
export function findPackagingTarget(): string | undefined {
  let pid = process.ppid;
  for (let ancestor = 0; ancestor < mostAncestors && pid > 1; ancestor++) {
    const { args, parent } = readProcess(pid);
    const target = readTarget(args);
    if (target !== undefined) return target;
    pid = parent;
  }
  return undefined;
}

function readTarget(args: readonly string[]): string | undefined {
  const start = args.findIndex((argument) => argument === 'package' || argument === 'publish');
  if (start < 1 || !args[start - 1]!.includes('vsce')) return undefined;
  for (const [index, argument] of args.entries()) {
    if (argument === '--target' || argument === '-t') return args[index + 1];
    if (argument.startsWith('--target=')) return argument.slice('--target='.length);
  }
  return undefined;
}

function readProcess(pid: number): ProcessFacts {
  if (process.platform === 'linux') return readFromProc(pid);
  if (process.platform === 'win32') return askPowerShell(pid);
  return parseAnswer(spawnSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' }).stdout);
}

/** The name in /proc/PID/stat is in parentheses and may itself contain spaces; the state and the parent follow it. */
function readFromProc(pid: number): ProcessFacts {
  const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { args, parent: Number(parent) };
}

function askPowerShell(pid: number): ProcessFacts {
  const query = `Get-CimInstance Win32_Process -Filter "ProcessId=${pid}"`;
  const script = `${query} | ForEach-Object { "$($_.ParentProcessId) $($_.CommandLine)" }`;
  const { stdout } = spawnSync('powershell', ['-NoProfile', '-Command', script], { encoding: 'utf8' });
  const { args, parent } = parseAnswer(stdout);
  return { args: args.map((argument) => argument.replaceAll('"', '')), parent };
}

/** The parent's number, then the arguments. There is no answer where the program could not be started. */
function parseAnswer(answer: string | null): ProcessFacts {
  const [parent, ...args] = (answer ?? '').trim().split(/\s+/);
  return { args, parent: Number(parent) };
}
