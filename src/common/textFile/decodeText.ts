import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { UserError } from '../errors';
import { findFewest } from '../findFewest';
import { openRegularFile } from '../regularFile';
import { findKind } from './fileKinds';

type Encoding = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE';

const saveAgain = 'Save the file again as UTF-8, then give it once more.';
const marks: readonly { readonly bytes: string; readonly encoding: Encoding | 'UTF-32' }[] = [
  { bytes: 'efbbbf', encoding: 'UTF-8' },
  { bytes: 'fffe0000', encoding: 'UTF-32' },
  { bytes: '0000feff', encoding: 'UTF-32' },
  { bytes: 'fffe', encoding: 'UTF-16LE' },
  { bytes: 'feff', encoding: 'UTF-16BE' },
];

/**
 * The text of a file, in stretches: UTF-8, or UTF-16 with a byte-order mark. Nothing is replaced or guessed.
 * @param next what to do where there is no such file, or it cannot be read.
 * @throws UserError `not-found`, `not-a-file`, `not-readable`, or `not-text` with the kind of the file, or with the place of the
 * first byte that is no text.
 */
export async function* decodeText(path: string, next: string): AsyncGenerator<string, void> {
  const file = await openText(path, next);
  let decoder: Decoder | undefined;
  // The stream closes the file, however this ends.
  for await (const chunk of file.createReadStream()) {
    const bytes = chunk as Buffer;
    decoder ??= openDecoder(path, bytes);
    yield decoder.decode(bytes);
  }
  decoder?.end();
}

async function openText(path: string, next: string): Promise<FileHandle> {
  try {
    return await openRegularFile(path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.reason, error.message, next, { cause: error });
  }
}

function openDecoder(path: string, firstBytes: Buffer): Decoder {
  const kind = findKind(firstBytes);
  if (kind) throw new UserError('not-text', `${path} is ${kind.is}, not text.`, kind.next);
  const start = firstBytes.toString('hex', 0, 4);
  const mark = marks.find(({ bytes }) => start.startsWith(bytes));
  if (mark?.encoding === 'UTF-32')
    throw new UserError('not-text', `${path} is UTF-32 text, which is not read.`, saveAgain);
  return new Decoder(path, mark?.encoding ?? 'UTF-8', (mark?.bytes.length ?? 0) / 2);
}

/** Decodes a file from its beginning, and knows where it is. */
class Decoder {
  /** Bytes and lines of the file before `rest`. */
  private position = 0;
  private lines = 0;
  /** Bytes of a character that the next chunk completes. */
  private rest = Buffer.alloc(0);

  constructor(
    private readonly path: string,
    private readonly encoding: Encoding,
    private skip: number,
  ) {}

  decode(chunk: Buffer): string {
    const bytes = Buffer.concat([this.rest, chunk]);
    const whole = bytes.subarray(0, bytes.length - this.countIncomplete(bytes));
    const text = this.decodeWhole(whole).slice(this.skip > 0 ? 1 : 0);
    this.skip = 0;
    const zero = text.indexOf('\0');
    if (zero >= 0) throw this.explainZero(text, zero);
    this.rest = bytes.subarray(whole.length);
    this.position += whole.length;
    this.lines += countLines(text);
    return text;
  }

  /** @throws UserError when the file ends within a character. */
  end(): void {
    if (this.rest.length > 0)
      throw this.explain(`it ends within a character, at byte ${this.position}`, this.lines);
  }

  private countIncomplete(bytes: Buffer): number {
    if (this.encoding === 'UTF-8') return countIncompleteUtf8(bytes);
    const odd = bytes.length % 2;
    const last = bytes.length - odd - 2;
    if (last < 0) return odd;
    const unit = this.encoding === 'UTF-16LE' ? bytes.readUInt16LE(last) : bytes.readUInt16BE(last);
    return unit >= 0xd800 && unit < 0xdc00 ? odd + 2 : odd;
  }

  private decodeWhole(bytes: Buffer): string {
    if (this.encoding === 'UTF-8') {
      if (isUtf8(bytes)) return bytes.toString('utf8');
      const bad = findBadByte(bytes);
      const byte = `0x${bytes[bad]!.toString(16).toUpperCase()}`;
      const lines = this.lines + countLines(bytes.toString('latin1', 0, bad));
      throw this.explain(`the byte ${byte} at position ${this.position + bad} begins no character`, lines);
    }
    const inOrder = this.encoding === 'UTF-16LE' ? bytes : Buffer.from(bytes).swap16();
    const text = inOrder.toString('utf16le');
    const alone = text.search(/[\ud800-\udfff]/u);
    if (alone < 0) return text;
    const place = `half of a character stands alone at byte ${this.position + 2 * alone}`;
    throw this.explain(place, this.lines + countLines(text.slice(0, alone)));
  }

  private explainZero(text: string, zero: number): UserError {
    const lines = this.lines + countLines(text.slice(0, zero));
    return this.explain('it holds zero bytes, so that it may be UTF-16 without a byte-order mark', lines);
  }

  private explain(what: string, lines: number): UserError {
    const encoding = this.encoding === 'UTF-8' ? 'UTF-8' : 'UTF-16';
    return new UserError(
      'not-text',
      `${this.path} is not ${encoding} text: ${what} (line ${lines + 1}).`,
      saveAgain,
    );
  }
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}

/** Bytes at the end that begin a character and do not complete it. */
function countIncompleteUtf8(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? back : 0;
  }
  return 0;
}

/** Where the first character that is none begins, in bytes that are not UTF-8. */
function findBadByte(bytes: Buffer): number {
  const isGood = (length: number): boolean => {
    const start = bytes.subarray(0, length);
    return isUtf8(start.subarray(0, length - countIncompleteUtf8(start)));
  };
  const good = (findFewest(bytes.length, (length) => !isGood(length)) ?? bytes.length) - 1;
  return good - countIncompleteUtf8(bytes.subarray(0, good));
}
