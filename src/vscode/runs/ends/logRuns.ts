import { arch, cpus, platform, totalmem } from 'node:os';
import * as vscode from 'vscode';
import { hasTrait } from '../../../contract/declarations';
import { toolVersion } from '../../../operations/toolVersion';
import { deviceNames } from '../../../words/devices';
import { formatDuration, formatParameters, formatSize } from '../../../words/figures';
import { formatCounted } from '../../../words/numbers';
import type { Services } from '../../services';
import { isAlive, modelOf, type KnownRun } from '../knownRun';
import { nameRun } from '../runNames';
import { workedSeconds } from '../runTime';
import { sayEnd } from './sayEnd';

/**
 * Writes the start and the end of every run into the log, with what a request for support needs. Requests and
 * results hold no secrets, so neither do these lines.
 */
export function logRuns({ log, runs, index }: Services): vscode.Disposable {
  log.info(describeMachine());
  const alive = new Set<string>();
  const starting = new Set<string>();
  const sizeOf = (run: KnownRun): string => {
    const facts = index.checkpoints.find(({ path }) => path === modelOf(run))?.facts;
    return facts
      ? `, ${facts.family}, ${formatParameters(facts.parameters)} parameters, ${formatSize(facts.storedBytes)}`
      : '';
  };
  return runs.onDidChangeRun((run) => {
    if (hasTrait(run.job.operation, 'isSilent')) return;
    if (!isAlive(run)) {
      if (alive.delete(run.folder)) tellEnd(log, run);
      return;
    }
    if (run.state === 'starting') starting.add(run.folder);
    if (alive.has(run.folder) || run.state === 'starting') return;
    alive.add(run.folder);
    const began = starting.delete(run.folder) ? 'started' : 'found at work';
    log.info(`${nameRun(run)}: ${began}${sizeOf(run)}, ${describeThreads(run)}. Folder: ${run.folder}`);
  });
}

function describeMachine(): string {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `Fingerprint Model ${toolVersion}, ${vscode.env.appName} ${vscode.version}, Node.js ${process.versions.node}, ${platform()} ${arch()}, ${processor}, ${formatSize(totalmem())} of memory`;
}

function describeThreads({ job: { threads } }: KnownRun): string {
  return threads === undefined ? 'all threads' : formatCounted(threads, 'thread');
}

function tellEnd(log: vscode.LogOutputChannel, run: KnownRun): void {
  const seconds = workedSeconds(run, Date.now());
  const facts = [
    run.state,
    ...(seconds === undefined ? [] : [`after ${formatDuration(seconds)}`]),
    ...(run.course.device === undefined ? [] : [`on ${deviceNames[run.course.device]}`]),
  ].join(' ');
  const { words, isGood } = sayEnd(run);
  const isWanted = run.state === 'paused' || run.state === 'cancelled';
  const line = `${nameRun(run)}: ${facts}.${isWanted ? '' : ` ${words}`} Folder: ${run.folder}`;
  if (isGood || isWanted) log.info(line);
  else log.warn(line);
}
