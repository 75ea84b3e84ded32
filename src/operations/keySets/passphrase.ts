import { UserError } from '../../common/errors';
import type { Secrets } from '../../contract/declaration';

/** @throws UserError `no-passphrase` when the edge gave none. */
export function requirePassphrase({ passphrase }: Secrets): string {
  if (passphrase !== undefined && passphrase !== '') return passphrase;
  throw new UserError(
    'no-passphrase',
    'The passphrase of the key set is missing.',
    'Set the environment variable FINGERPRINT_PASSPHRASE, or run the command in a terminal.',
  );
}
