import { join } from 'node:path';
import type { ResultOf } from '../../../src/contract/declaration';
import type { inspect } from '../../../src/contract/declarations/inspect';
import type { showKeySet } from '../../../src/contract/declarations/showKeySet';
import { runCommandLine } from '../../../src/cli/program';
import { UserError } from '../../../src/common/errors';

const inspection: ResultOf<typeof inspect> = {
  lines: ['llama', '2 layers'],
  family: 'llama',
  parameters: 1000,
  dtypes: ['F32'],
  layers: 2,
  hiddenSize: 8,
  vocabulary: 16,
  maxLength: 32,
  chatTemplate: false,
  tokenizer: { vocabulary: 16, beginIds: [1], endIds: [2] },
  digest: 'd1',
  files: [],
  warnings: [],
  supported: true,
  estimate: {
    trainedValues: 0,
    weightBytes: 0,
    trainedBytes: 0,
    stateBytes: 0,
    passBytes: 0,
    totalBytes: 0,
    leastBytes: 0,
  },
};

const shownKeySet: Omit<ResultOf<typeof showKeySet>, 'lines'> = {
  model: 'm',
  baseDigest: 'd1',
  strategy: 'inverse-nucleus',
  createdAt: '2026-11-25T00:00:00Z',
  commitment: 'c0ffee',
  drawn: true,
  count: 2,
  spent: 0,
  candidates: 8,
  responseLength: 1,
  neutralPrompts: 0,
  releases: [],
  keys: [],
};

// The command line with local operations that do no work; the runner beside it is the fake one.
void runCommandLine(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  runnerPath: join(__dirname, 'runner.cjs'),
  standIns: {
    inspect: ({ model }) =>
      model.endsWith('broken')
        ? Promise.reject(new UserError('broken-config', `${model} is broken.`, 'Download it again.'))
        : Promise.resolve(inspection),
    showKeySet: ({ reveal }) => Promise.resolve({ ...shownKeySet, lines: [reveal ? 'the key' : '2 keys'] }),
    exportKeySet: ({ out, isPrivate }) => Promise.resolve({ out, count: 2, marked: isPrivate ? 0 : 2 }),
    spendKeys: ({ keys, which }) => Promise.resolve({ keys, marked: which.length, spent: 2, count: 16 }),
    importKeys: ({ out }) => Promise.resolve({ out, count: 2, commitment: 'c0ffee', warnings: [] }),
    drawResponses: ({ keys }) =>
      Promise.resolve({
        keys,
        count: 2,
        commitment: 'c0ffee',
        keysCommitment: 'cafe',
        drawnBy: { chain: 'quicknet', chainHash: '52db', round: 123, time: '2023-08-23T15:15:33.000Z' },
      }),
    changePassphrase: ({ keys }, { passphrase, newPassphrase }) =>
      passphrase === newPassphrase
        ? Promise.reject(new Error('unforeseen\nat a place'))
        : Promise.resolve({ keys }),
  },
}).then((exitCode) => {
  process.exitCode = exitCode;
});
