import { open } from 'node:fs/promises';
import { ignoreMissing } from '../../common/files';
import { journalPath, parseLine, type JournalLine } from './journal';

const newline = 0x0a;

/** Reads a journal from where it was read last; returns only complete lines, each once. */
export class JournalTail {
  private readBytes = 0;
  /** The beginning of an unfinished line. */
  private begun = Buffer.alloc(0);

  constructor(private readonly runFolder: string) {}

  /** The lines since the last call. Calls must not overlap. A missing journal has no lines. */
  async readNews(): Promise<JournalLine[]> {
    const added = await this.readAdded();
    const bytes = Buffer.concat([this.begun, added]);
    const end = bytes.lastIndexOf(newline) + 1;
    this.begun = bytes.subarray(end);
    return bytes.subarray(0, end).toString('utf8').split('\n').flatMap(parseLine);
  }

  private async readAdded(): Promise<Buffer> {
    const file = await open(journalPath(this.runFolder), 'r').catch(ignoreMissing);
    if (file === undefined) return Buffer.alloc(0);
    try {
      const { size } = await file.stat();
      const added = Buffer.alloc(Math.max(size - this.readBytes, 0));
      const { bytesRead } = await file.read(added, 0, added.length, this.readBytes);
      this.readBytes += bytesRead;
      return added.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }
}
