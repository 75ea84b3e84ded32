import { existsSync } from 'node:fs';
import type { WorkspaceIndex } from '../index/workspaceIndex';
import { followKeySet } from './keys/followKeySet';
import { changeModelIntent, intentOfModel, moveModel, type PanelIntent } from './panelIntent';

/** The choices with the paths of today: the user chose a model and a key set, not their places. */
export function followIntent(
  intent: PanelIntent,
  { checkpoints, keySets, digestOf }: Pick<WorkspaceIndex, 'checkpoints' | 'keySets' | 'digestOf'>,
): PanelIntent {
  const { digest } = intentOfModel(intent);
  const isGone = intent.model !== null && digest !== null && !existsSync(intent.model);
  const moved = isGone ? checkpoints.find(({ path }) => digestOf(path) === digest) : undefined;
  const placed = moved ? moveModel(intent, moved.path) : intent;
  const change = followKeySet(intentOfModel(placed), keySets);
  return change ? changeModelIntent(placed, change) : placed;
}
