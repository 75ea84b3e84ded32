import { lastingCommitment } from '../../../fingerprint/keyFile/lastingCommitment';
import type { FoundKeySet } from '../../index/found';
import type { ModelIntent } from '../panelIntent';

type Choice = Pick<ModelIntent, 'keySet' | 'keySetCommitment'>;

/**
 * How the choice of a key set changes with the workspace: the set was chosen, not the path, so its file is followed
 * wherever it has gone, and another set that has taken its path is not chosen.
 * @returns undefined where nothing changes, also while no file holds the set.
 */
export function followKeySet(
  { keySet, keySetCommitment: chosen }: Choice,
  keySets: readonly FoundKeySet[],
): Partial<Choice> | undefined {
  if (keySet === null) return undefined;
  const commitmentOf = ({ header }: FoundKeySet): string | undefined => header && lastingCommitment(header);
  const there = keySets.find(({ path }) => path === keySet);
  const atPath = there && commitmentOf(there);
  if (chosen === null) return atPath === undefined ? undefined : { keySetCommitment: atPath };
  if (atPath === chosen) return undefined;
  const moved = keySets.find((found) => commitmentOf(found) === chosen);
  if (moved) return { keySet: moved.path, keySetCommitment: chosen };
  return atPath === undefined ? undefined : { keySet: null, keySetCommitment: null };
}
