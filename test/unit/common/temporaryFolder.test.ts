import assert from 'node:assert/strict';
import { chownSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { removeAbandonedRuns } from '../../../src/jobs/runFolder/temporaryRun';
import { inNewFolder, skipOnWindows } from './strange';

const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
const longAgo = new Date(Date.now() - 60 * 86_400_000);

describe('the temporary folder', { skip: skipOnWindows }, () => {
  const { TMPDIR } = process.env;
  afterEach(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });

  it('loses what killed processes left there, and nothing else', () =>
    inNewFolder(async (folder) => {
      process.env.TMPDIR = folder;
      const make = (name: string, date: Date, ...files: string[]): void => {
        mkdirSync(join(folder, name));
        for (const file of files) writeFileSync(join(folder, name, file), '{}');
        utimesSync(join(folder, name), date, date);
      };
      make('fingerprint-model-killed', twoDaysAgo, 'job.json', 'journal.jsonl', 'lock.json');
      make('fingerprint-model-fresh', new Date(), 'job.json');
      make('fingerprint-model-told', twoDaysAgo, 'error.log');
      make('fingerprint-model-forgotten', longAgo, 'error.log');
      make('another-program', longAgo, 'job.json');
      make('target', longAgo, 'kept');
      symlinkSync(join(folder, 'target'), join(folder, 'fingerprint-model-link'));
      const left = ['another-program', 'fingerprint-model-fresh', 'fingerprint-model-link'];
      if (process.getuid?.() === 0) {
        make('fingerprint-model-of-another', longAgo, 'job.json');
        chownSync(join(folder, 'fingerprint-model-of-another'), 65_534, 65_534);
        left.push('fingerprint-model-of-another');
      }
      await removeAbandonedRuns();
      assert.deepEqual(readdirSync(folder).sort(), [...left, 'fingerprint-model-told', 'target'].sort());
      assert.deepEqual(readdirSync(join(folder, 'target')), ['kept']);
    }));
});
