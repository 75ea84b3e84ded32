import type { Progress } from '../../contract/events';
import type { Stage } from '../../protocol/panel/parts';
import { sayPhase } from '../../words/phases';

/** The present phase of a run as the panel shows it: "Drawing keys", 12 of 64. */
export function showStage(progress: Progress | undefined): Stage {
  const { done = null, total = null } = progress ?? {};
  const words = progress ? sayPhase(progress.phase) : 'starting';
  return { phase: words.charAt(0).toUpperCase() + words.slice(1), done, total };
}
