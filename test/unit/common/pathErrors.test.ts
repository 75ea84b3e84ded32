import assert from 'node:assert/strict';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { UserError } from '../../../src/common/errors';
import { asPathError } from '../../../src/common/pathErrors';
import { inNewFolder, skipOnWindows } from './strange';

describe('what the system says about a path', { skip: skipOnWindows }, () => {
  it('becomes a sentence, whatever is wrong with the path', () =>
    inNewFolder((folder) => {
      symlinkSync('round', join(folder, 'round'));
      const table: [path: string, reason: string][] = [
        [join(folder, 'none'), 'not-found'],
        [join('/dev/null', 'inside'), 'not-found'],
        [folder, 'not-a-file'],
        [join(folder, 'round'), 'not-readable'],
        [join(folder, 'n'.repeat(300)), 'not-found'],
      ];
      for (const [path, reason] of table) {
        const error = asPathError(fail(path), path);
        assert.ok(error instanceof UserError, path);
        assert.equal(error.reason, reason);
        assert.ok(error.message.includes(path) && error.message.endsWith('.') && error.next.endsWith('.'));
        assert.doesNotMatch(error.message, /\bE[A-Z]{4,}\b/);
      }
    }));

  it('names the code of an error that nobody foresaw', () => {
    const odd = Object.assign(new Error('odd'), { code: 'EUCLEAN', errno: -117, path: '/a' });
    assert.match(String(asPathError(odd, '/a')), /\/a cannot be used: the system reports EUCLEAN\./);
  });

  it('leaves every other error alone', () => {
    for (const error of [
      new TypeError('x'),
      Object.assign(new Error('y'), { code: 'ERR_X' }),
      'text',
      undefined,
    ])
      assert.equal(asPathError(error, '/a'), error);
  });
});

function fail(path: string): unknown {
  try {
    return readFileSync(path);
  } catch (error) {
    return error;
  }
}
