import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { decodeText } from '../../../../src/common/textFile/decodeText';

const cases = 'test/fixtures/cases/text-files';
/** Longer than a chunk of a file, with characters of one to four bytes across every border. */
const long = 'añ€🍣'.repeat(40_000);

function utf16be(text: string): Buffer {
  return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
}

describe('the text of a file', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'decode-'))));
  after(() => rm(folder, { recursive: true }));

  async function decode(path: string): Promise<string> {
    let text = '';
    for await (const stretch of decodeText(path, 'Give another file.')) text += stretch;
    return text;
  }

  async function decodeBytes(bytes: Uint8Array | string): Promise<string> {
    const path = join(folder, 'file.txt');
    await writeFile(path, bytes);
    return decode(path);
  }

  const refuses = (bytes: Uint8Array | string, message: RegExp, next = /./) =>
    assert.rejects(decodeBytes(bytes), { name: 'UserError', reason: 'not-text', message, next });

  it('is UTF-8, or UTF-16 with a byte-order mark, which is no part of it', async () => {
    for (const text of ['', 'a', long])
      for (const bytes of [
        Buffer.from(text),
        Buffer.from(`\ufeff${text}`),
        Buffer.from(`\ufeff${text}`, 'utf16le'),
        utf16be(text),
      ])
        assert.equal(await decodeBytes(bytes), text);
    const utf8 = await decode(join(cases, 'prompts-utf8.txt'));
    const utf16 = await decode(join(cases, 'prompts-utf16.txt'));
    assert.equal(utf16.replaceAll('\r\n', '\n'), utf8);
  });

  it('is refused with the place of the first byte that begins no character', async () => {
    await assert.rejects(decode(join(cases, 'text-latin1.txt')), {
      reason: 'not-text',
      message:
        /text-latin1\.txt is not UTF-8 text: the byte 0xE7 at position 6 begins no character \(line 1\)/,
      next: /UTF-8/,
    });
    const late = Buffer.concat([Buffer.from(`${long}\n\nab`), Buffer.from([0xe4, 0x62])]);
    await refuses(late, new RegExp(`0xE4 at position ${late.length - 2} .*line 3`));
    await refuses(Buffer.from([0x61, 0x80, 0x62]), /0x80 at position 1/);
    await refuses(Buffer.from(long).subarray(0, -1), /ends within a character/);
    await refuses(Buffer.from(`\ufeffab\n\ud83dc`, 'utf16le'), /UTF-16 text: half of .* \(line 2\)/);
    await refuses(Buffer.from('\ufeffab', 'utf16le').subarray(0, -1), /ends within a character/);
    await refuses(Buffer.from('a\nbc', 'utf16le'), /zero bytes.*UTF-16 without .* \(line 1\)/);
    await refuses(Buffer.from('fffe000061000000', 'hex'), /UTF-32/);
  });

  it('is refused by name where the file is of another kind', async () => {
    await assert.rejects(decode(join(cases, 'text.txt.gz')), {
      reason: 'not-text',
      message: /compressed with gzip/,
      next: /Unpack/,
    });
    await assert.rejects(decode(join(cases, 'made-up.parquet')), {
      reason: 'not-text',
      message: /Parquet/,
      next: /to_json/,
    });
    await refuses(gzipSync('x'), /gzip/, /Unpack/);
    for (const [start, name] of [
      ['PK\x03\x04', /zip archive/],
      ['\x28\xb5\x2f\xfd', /Zstandard/],
      ['%PDF-1.7', /PDF/],
      ['SQLite format 3\0', /SQLite/],
      ['\x89PNG\r\n', /PNG/],
      ['\xff\xd8\xff\xe0', /JPEG/],
      ['{\\rtf1', /RTF/],
    ] as const)
      await refuses(Buffer.from(`${start} and more`, 'latin1'), name);
  });

  it('is refused where there is no file', async () => {
    await assert.rejects(decode(join(folder, 'none')), { reason: 'not-found' });
    await assert.rejects(decode(folder), { reason: 'not-a-file' });
  });
});
