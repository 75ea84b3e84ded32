import type { RunState } from '../../../src/protocol/panel/run';
import { formatSmall } from '../../../src/words/numbers';
import type { Tone } from '../../parts/icons';

/** The state of a run, as a word with an icon. */
export const runLooks: Readonly<Record<RunState, { word: string; icon: string; tone: Tone }>> = {
  none: { word: 'Not started', icon: 'circle-large-outline', tone: 'plain' },
  starting: { word: 'Starting', icon: 'sync', tone: 'main' },
  running: { word: 'Running', icon: 'sync', tone: 'main' },
  pausing: { word: 'Pausing', icon: 'sync', tone: 'warn' },
  paused: { word: 'Paused', icon: 'debug-pause', tone: 'warn' },
  stopping: { word: 'Stopping', icon: 'sync', tone: 'warn' },
  cancelling: { word: 'Cancelling', icon: 'sync', tone: 'warn' },
  cancelled: { word: 'Cancelled', icon: 'circle-slash', tone: 'muted' },
  interrupted: { word: 'Interrupted', icon: 'history', tone: 'warn' },
  failed: { word: 'Failed', icon: 'error', tone: 'bad' },
  done: { word: 'Done', icon: 'pass', tone: 'ok' },
};

/** Whether a process works on it. */
export function isAlive(state: RunState): boolean {
  return ['starting', 'running', 'pausing', 'stopping', 'cancelling'].includes(state);
}

/** The loss of the keys of a step, in nats: "3.1", "below 0.001", "at rest" where every key has its margin. */
export function sayLoss(loss: number): string {
  if (loss === 0) return 'at rest';
  return loss < 0.001 ? 'below 0.001' : formatSmall(loss);
}

/** "4:11", "1:02:09": how long a phase took. */
export function formatClock(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (part: number): string => String(part).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}
