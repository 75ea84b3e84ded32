import { createInterface } from 'node:readline/promises';
import { Option } from 'commander';
import { Cancelled, UserError } from '../common/errors';
import { dropControls } from '../words/escape';

/** The answer to the question about a run that was begun elsewhere. */
export function trustOption(): Option {
  return new Option('--yes', 'resume even a run that this installation did not begin').default(false);
}

/**
 * Does something with a run; if this installation did not begin it, asks the user at the terminal first, unless
 * they have agreed already. Without a terminal nothing is asked.
 * @param hasAgreed whether the user gave --yes.
 * @throws UserError `foreign-run` when nobody can be asked; Cancelled when the answer is no.
 */
export async function withTrust<Result>(
  hasAgreed: boolean,
  work: (mayBeForeign: boolean) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(hasAgreed);
  } catch (error) {
    const mayAsk = process.stdin.isTTY && process.stderr.isTTY;
    if (!(error instanceof UserError) || error.reason !== 'foreign-run' || !mayAsk) throw error;
    await ask(error.message);
  }
  return work(true);
}

async function ask(warning: string): Promise<void> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const given = new AbortController();
  prompt.on('SIGINT', () => given.abort());
  try {
    const question = `${dropControls(warning)}\nType yes to resume it all the same: `;
    if ((await prompt.question(question, { signal: given.signal })).trim().toLowerCase() === 'yes') return;
  } catch (error) {
    if (!given.signal.aborted) throw error;
  } finally {
    prompt.close();
  }
  throw new Cancelled();
}
