import { Cancelled, UserError } from '../common/errors';
import { dropControls } from '../words/escape';

interface PassphraseQuestion {
  /** The environment variable that replaces the prompt. */
  readonly variable: 'FINGERPRINT_PASSPHRASE' | 'FINGERPRINT_NEW_PASSPHRASE';
  /** The text of the prompt. */
  readonly message: string;
  /** A new passphrase is typed twice and must not be empty. */
  readonly isNew: boolean;
}

/**
 * Reads the passphrase from the environment, else from the user at the terminal. Without a terminal it does
 * not wait.
 * @throws UserError `no-passphrase` (no variable, no terminal), `passphrases-differ`.
 * @throws Cancelled when the user leaves the prompt.
 */
export async function askPassphrase(question: PassphraseQuestion): Promise<string> {
  const given = process.env[question.variable];
  if (given !== undefined && given !== '') return given;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UserError(
      'no-passphrase',
      'A passphrase is needed, but there is no terminal to ask for it.',
      `Set the environment variable ${question.variable}, or run the command in a terminal.`,
    );
  const passphrase = await prompt(question.message, question.isNew);
  if (question.isNew && (await prompt('Repeat the passphrase', false)) !== passphrase)
    throw new UserError(
      'passphrases-differ',
      'The two passphrases differ.',
      'Run the command again; nothing was written.',
    );
  return passphrase;
}

async function prompt(message: string, mustBeFilled: boolean): Promise<string> {
  const { default: password } = await import('@inquirer/password');
  const validate = (value: string): string | true =>
    mustBeFilled && value === '' ? 'It must not be empty.' : true;
  try {
    const words = dropControls(message);
    return await password({ message: words, mask: true, validate }, { output: process.stderr });
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') throw new Cancelled();
    throw error;
  }
}
