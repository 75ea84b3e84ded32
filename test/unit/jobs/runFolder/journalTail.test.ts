import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { appendJournal, journalPath } from '../../../../src/jobs/runFolder/journal';
import { JournalTail } from '../../../../src/jobs/runFolder/journalTail';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'fingerprint-test-'));
});
after(() => rmSync(folder, { recursive: true }));

describe('the tail of a journal', () => {
  it('is empty before anything was written', async () => {
    assert.deepEqual(await new JournalTail(folder).readNews(), []);
  });

  it('gives every line once, in order', async () => {
    const tail = new JournalTail(folder);
    appendJournal(folder, { type: 'note', text: 'one' });
    appendJournal(folder, { type: 'note', text: 'two' });
    assert.deepEqual(
      (await tail.readNews()).map((line) => line.type === 'note' && line.text),
      ['one', 'two'],
    );
    assert.deepEqual(await tail.readNews(), []);
    appendJournal(folder, { type: 'saved', step: 3 });
    assert.deepEqual(
      (await tail.readNews()).map(({ type }) => type),
      ['saved'],
    );
  });

  it('waits for the end of a line, even inside a character of several bytes', async () => {
    const tail = new JournalTail(folder);
    await tail.readNews();
    const line = Buffer.from(JSON.stringify({ time: new Date().toISOString(), type: 'note', text: 'λ' }));
    const cut = line.indexOf(0xce) + 1;
    appendFileSync(journalPath(folder), line.subarray(0, cut));
    assert.deepEqual(await tail.readNews(), []);
    appendFileSync(journalPath(folder), Buffer.concat([line.subarray(cut), Buffer.from('\n')]));
    assert.deepEqual(
      (await tail.readNews()).map((each) => each.type === 'note' && each.text),
      ['λ'],
    );
  });
});
