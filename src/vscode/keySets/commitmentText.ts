import type { KeyFilePublic } from '../../fingerprint/keyFile/keyFile';
import { toolName } from '../../operations/toolVersion';
import { formatCounted } from '../../words/numbers';

/** What a key file says of its commitment without a passphrase. */
export type PublishedCommitment = Pick<KeyFilePublic, 'commitment' | 'keyCount' | 'model' | 'baseDigest'>;

/** One plain paragraph for a model card, a git tag or a timestamp service. It holds no secret. */
export function sayCommitmentToPublish({
  commitment,
  keyCount,
  model,
  baseDigest,
}: PublishedCommitment): string {
  return `Commitment to a set of ${formatCounted(keyCount, 'fingerprint key')}, SHA-256: ${commitment}. The keys were made for the base model ${model}, whose digest is ${baseDigest}. Made with ${toolName}.`;
}
