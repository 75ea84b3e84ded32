import { mostJournalBytes, openJournal, parseLine, type JournalLine } from './journal';

const newline = 0x0a;

/** Reads a journal from where it was read last; returns only complete lines, each once. */
export class JournalTail {
  private readBytes = 0;
  /** The beginning of an unfinished line. */
  private begun = Buffer.alloc(0);

  constructor(private readonly runFolder: string) {}

  /**
   * The lines since the last call. Calls must not overlap. A missing journal has no lines.
   * @throws UserError as openStrictly.
   */
  async readNews(): Promise<JournalLine[]> {
    const added = await this.readAdded();
    const bytes = Buffer.concat([this.begun, added]);
    const end = bytes.lastIndexOf(newline) + 1;
    this.begun = bytes.subarray(end);
    return bytes.subarray(0, end).toString('utf8').split('\n').flatMap(parseLine);
  }

  private async readAdded(): Promise<Buffer> {
    const file = await openJournal(this.runFolder);
    if (file === undefined) return Buffer.alloc(0);
    try {
      const { size } = await file.stat();
      // Of a very long journal only the end: the line that is cut there cannot be read and is skipped.
      this.readBytes = Math.max(this.readBytes, size - mostJournalBytes);
      const added = Buffer.alloc(Math.max(size - this.readBytes, 0));
      const { bytesRead } = await file.read(added, 0, added.length, this.readBytes);
      this.readBytes += bytesRead;
      return added.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }
}
