import { UserError } from '../common/errors';
import type { Reason } from '../common/reasons';

/**
 * Next steps in the words of the editor, for errors whose own words refer to the command line. The message
 * itself stays the same.
 */
const nextSteps: Readonly<Partial<Record<Reason, string>>> = {
  'already-running': 'Wait for it to finish, or cancel it in the Runs view.',
  'run-exists': 'Resume or discard it in the Runs view.',
  'other-run': 'Resume or discard it in the Runs view, or choose a different output.',
  'foreign-run': 'Resume it in the Runs view, which shows what it would do and asks first.',
  'output-exists': 'Choose a different output, or move that folder away.',
  'not-running': 'Check it in the Runs view.',
  'broken-state': 'Discard the run in the Runs view, then start it again.',
  'device-failed':
    'Choose a different device in the settings or the recipe; Check Devices says what is missing.',
  'no-passphrase': 'Unlock the key set and try again.',
  'other-model': 'Choose the model that the keys were drawn from, or create a key set for this one.',
  'wrong-base': 'Choose the unmarked model that the keys were drawn from, or verify without a base.',
  'not-a-run-folder': 'Choose a run in the Runs view.',
  'not-a-key-file': 'Choose a key set made with Create Key Set.',
  'missing-text': 'Reinstall the extension.',
  unexpected: 'Try again; if it happens again, report it with that file.',
};

/** The same error with a next step that a user of the editor can take. */
export function inEditorWords(error: UserError): UserError {
  const next = nextSteps[error.reason];
  return next === undefined ? error : new UserError(error.reason, error.message, next, { cause: error });
}
