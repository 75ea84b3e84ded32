import type { RunState } from '../../../src/protocol/panel/run';
import type { Tone } from '../../parts/icons';

/** How a run stands, in a word with an icon. */
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
