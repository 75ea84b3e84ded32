import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { appendJournal, readJournal } from '../../../src/jobs/journal';

describe('the journal of a run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fingerprint-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const phases = async (): Promise<string[]> =>
    (await readJournal(folder)).map((line) => (line.type === 'progress' ? line.progress.phase : line.type));

  it('gives back what was written, in order, with times', async () => {
    appendJournal(folder, { type: 'started', operation: 'embed', pid: 7 });
    appendJournal(folder, { type: 'progress', progress: { phase: 'training', loss: 1.5 } });
    appendJournal(folder, { type: 'ended', status: 'done' });
    const [first, second] = await readJournal(folder);
    assert.ok(first !== undefined && second?.type === 'progress');
    assert.equal(new Date(first.time).toISOString(), first.time);
    assert.deepEqual(second.progress, { phase: 'training', loss: 1.5 });
    assert.deepEqual(await phases(), ['started', 'training', 'ended']);
  });

  it('passes over a torn last line, and the next line after it is whole', async () => {
    appendJournal(folder, { type: 'saved' });
    appendFileSync(join(folder, 'journal.jsonl'), '{"time":"2026-01-01T00:00:00.000Z","type":"res');
    assert.deepEqual(await phases(), ['saved']);
    appendJournal(folder, { type: 'ended', status: 'cancelled' });
    assert.deepEqual(await phases(), ['saved', 'ended']);
  });

  it('is empty where nothing was written', async () => {
    assert.deepEqual(await readJournal(folder), []);
  });
});
