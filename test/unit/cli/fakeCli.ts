import { join } from 'node:path';
import { runCommandLine } from '../../../src/cli/program';
import { UserError } from '../../../src/common/errors';

// The command line with local operations that do no work; the runner beside it is the fake one.
void runCommandLine(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  runnerPath: join(__dirname, 'runner.cjs'),
  local: {
    inspect: ({ model }) =>
      model.endsWith('broken')
        ? Promise.reject(new UserError('broken-config', `${model} is broken.`, 'Download it again.'))
        : Promise.resolve({ lines: ['llama', '2 layers'], family: 'llama' }),
    showKeySet: ({ reveal }) => Promise.resolve({ lines: [reveal ? 'the key' : '2 keys'] }),
    exportKeySet: ({ out }) => Promise.resolve({ out, count: 2 }),
    importKeys: ({ out }) => Promise.resolve({ out, count: 2 }),
    changePassphrase: ({ passphrase, newPassphrase }) =>
      passphrase === newPassphrase ? Promise.reject(new Error('unforeseen\nat a place')) : Promise.resolve(),
  },
}).then((exitCode) => {
  process.exitCode = exitCode;
});
