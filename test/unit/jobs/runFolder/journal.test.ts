import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { appendJournal, readJournal } from '../../../../src/jobs/runFolder/journal';

describe('the journal of a run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fingerprint-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const phases = async (): Promise<string[]> =>
    (await readJournal(folder)).map((line) => (line.type === 'phase' ? line.phase : line.type));

  it('returns what was written, in order, with times', async () => {
    appendJournal(folder, { type: 'started', operation: 'embed', pid: 7 });
    appendJournal(folder, { type: 'step', loss: 1.5 });
    appendJournal(folder, { type: 'ended', status: 'done' });
    const [first, second] = await readJournal(folder);
    assert.ok(first !== undefined && second?.type === 'step');
    assert.equal(new Date(first.time).toISOString(), first.time);
    assert.equal(second.loss, 1.5);
    assert.deepEqual(await phases(), ['started', 'step', 'ended']);
  });

  it('skips a torn last line, and the next line after it is complete', async () => {
    appendJournal(folder, { type: 'saved', step: 3 });
    appendFileSync(join(folder, 'journal.jsonl'), '{"time":"2026-01-01T00:00:00.000Z","type":"res');
    assert.deepEqual(await phases(), ['saved']);
    appendJournal(folder, { type: 'ended', status: 'cancelled' });
    assert.deepEqual(await phases(), ['saved', 'ended']);
  });

  it('reads what version 0.1.0 wrote in words', async () => {
    const time = '2026-01-01T00:00:00.000Z';
    const old = [
      { type: 'progress', progress: { phase: 'writing ordinary text', done: 9, total: 96 } },
      { type: 'note', text: 'Device: CPU, as asked.' },
      {
        type: 'progress',
        progress: {
          phase: 'training',
          done: 27,
          total: 54,
          distance: 0.1,
          recall: 1,
          drift: 0.02,
          checkedStep: 27,
        },
      },
      { type: 'progress', progress: { phase: 'dancing' } },
      { type: 'note', text: 'A sentence.' },
    ];
    for (const line of old)
      appendFileSync(join(folder, 'journal.jsonl'), `${JSON.stringify({ time, ...line })}\n`);
    assert.deepEqual(
      await readJournal(folder),
      [
        { type: 'phase', phase: 'writing-ordinary-text', done: 9, total: 96 },
        { type: 'device', device: 'cpu', precision: 'single', reason: 'CPU, as asked.' },
        { type: 'step', done: 27, total: 54, kl: 0.1, recall: 1, drift: 0.02 },
        { type: 'saved', step: 27 },
        { type: 'check', step: 27, recall: 1, drift: 0.02 },
        { type: 'note', text: 'A sentence.' },
      ].map((line) => ({ time, ...line })),
    );
  });

  it('is empty where nothing was written', async () => {
    assert.deepEqual(await readJournal(folder), []);
  });
});
