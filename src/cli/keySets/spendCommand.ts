import { resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { spendKeys } from '../../contract/declarations/spendKeys';
import { formatCounted, formatOf } from '../../words/numbers';
import type { Call } from '../edge';
import { runHere } from '../localWork';
import { addCommand } from '../options';

interface SpendOptions {
  readonly keys: string;
  readonly which: 'all' | number[];
  readonly why: string;
}

/** Adds `keys spend`; `askForKeys` asks for the passphrase of a key file. */
export function addSpend(keys: Command, call: Call, askForKeys: (path: string) => Promise<string>): void {
  addCommand(keys, 'spend', spendKeys.description)
    .requiredOption('--keys <file>', 'the key file')
    .requiredOption('--which <numbers>', 'all, or numbers as "keys show" lists them: 1,3,5-9', parseNumbers)
    .requiredOption('--why <text>', 'who saw them: a note for yourself')
    .action(async ({ keys: path, which, why }: SpendOptions) => {
      const request = { keys: resolve(path), which, why };
      const passphrase = await askForKeys(request.keys);
      const result = await runHere(
        call,
        { operation: spendKeys, request, secrets: { passphrase } },
        async () => (await import('../../operations/keySets/spendKeys')).spendKeys,
      );
      call.output.result(result, [
        `${formatCounted(result.marked, 'key')} marked as spent; ${formatOf(result.spent, result.count)} keys of the set are spent now.`,
      ]);
    });
}

const mostNumbers = 100_000;

/** Numbers from 1 as the user counts, to indices from 0. */
function parseNumbers(text: string): 'all' | number[] {
  if (text.trim() === 'all') return 'all';
  const indices = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, last = first] = /^\s*(\d{1,6})(?:\s*-\s*(\d{1,6}))?\s*$/.exec(part) ?? [];
    if (
      first === undefined ||
      Number(first) < 1 ||
      Number(last) < Number(first) ||
      Number(last) > mostNumbers
    )
      throw new InvalidArgumentError('Give "all", or numbers from 1 such as 1,3,5-9.');
    for (let number = Number(first); number <= Number(last); number++) indices.add(number - 1);
  }
  return [...indices];
}
