import { UserError } from '../../common/errors';
import type { KeyFilePublic } from '../../fingerprint/keyFile/keyFile';
import type { WorkspaceIndex } from './workspaceIndex';

/** What a key file shows without its passphrase, in the workspace or elsewhere; undefined where it cannot be read. */
export async function findHeader(
  { keySets }: Pick<WorkspaceIndex, 'keySets'>,
  path: string,
): Promise<KeyFilePublic | undefined> {
  const found = keySets.find((keySet) => keySet.path === path);
  if (found) return found.header;
  // Loaded when it is needed, not when the editor starts.
  const { readKeyFilePublic } = await import('../../fingerprint/keyFile/keyFile');
  try {
    return await readKeyFilePublic(path);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
