import type { JournalLine, News } from '../../../../src/jobs/runFolder/journal';
import type { KnownRun } from '../../../../src/vscode/runs/knownRun';
import { makeKnownRun } from '../../../../src/vscode/runs/readKnownRun';

export const startMs = Date.UTC(2026, 10, 22, 14);

/** A journal with one line a second, from a second on. */
export function journal(news: readonly News[], fromSecond = 0): JournalLine[] {
  return news.map((line, i) => ({
    time: new Date(startMs + 1000 * (fromSecond + i)).toISOString(),
    ...line,
  }));
}

export const started: News = { type: 'started', operation: 'embed', pid: 42 };

export function training(done: number): News {
  return { type: 'step', done, total: 100, loss: 1, secondsLeft: 100 - done };
}

/** A run with this journal. */
export function runOf(
  operation: string,
  request: object,
  lines: readonly JournalLine[],
  isLive = false,
): KnownRun {
  const job = { version: 1, operation, request, createdAt: new Date(startMs).toISOString() } as const;
  return makeKnownRun('/w/aurora-r1.run', job, lines, isLive);
}
