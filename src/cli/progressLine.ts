import { sayPhase } from '../words/phases';
import { shareDone, type Progress } from '../contract/events';

const barWidth = 20;

/** The order in which parts are dropped when the line is too narrow. */
const leastTellingFirst = ['speed', 'drift', 'loss', 'recall', 'bar', 'left'] as const;

/**
 * Progress on one line of at most `columns` characters: bar, phase, loss, recall, drift, speed and time left,
 * as far as they are known and fit.
 */
export function formatProgress(progress: Progress, columns: number): string {
  const parts = new Map(Object.entries(describeParts(progress)).filter(([, text]) => text !== ''));
  const join = (): string => [...parts.values()].join('  ');
  for (const name of leastTellingFirst) {
    if (join().length <= columns) break;
    parts.delete(name);
  }
  return join().slice(0, Math.max(columns, 0));
}

/** A duration in clock units: "45 s", "3 min", "1 h 20 min". */
export function formatDuration(seconds: number): string {
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function describeParts(
  progress: Progress,
): Record<'bar' | 'phase' | (typeof leastTellingFirst)[number], string> {
  const { phase, loss, recall, drift, stepsPerSecond, secondsLeft } = progress;
  return {
    bar: drawBar(progress),
    phase: sayPhase(phase),
    loss: loss === undefined ? '' : `loss ${loss.toFixed(3)}`,
    recall: recall === undefined ? '' : `recall ${toPercent(recall)} %`,
    drift: drift === undefined ? '' : `drift ${drift.toFixed(4)}`,
    speed: stepsPerSecond === undefined ? '' : `${stepsPerSecond.toPrecision(2)} steps/s`,
    left: secondsLeft === undefined ? '' : `${formatDuration(secondsLeft)} left`,
  };
}

function drawBar(progress: Progress): string {
  const share = shareDone(progress);
  if (share === undefined) return '';
  const filled = Math.floor(share * barWidth);
  return `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}] ${String(toPercent(share)).padStart(3)} %`;
}

/** Rounded down, so that only everything is 100 %; 58 of 100 is 57.99… in floating point but still 58. */
function toPercent(share: number): number {
  return Math.floor(share * 100 + 1e-6);
}
