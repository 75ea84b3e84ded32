import { inflateRawSync } from 'node:zlib';

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const endLength = 22;
const deflated = 8;

/** The files of a ZIP archive (without encryption, comment or more than 4 GB) by their path, unpacked. */
export function readZip(archive: Buffer): Map<string, Buffer> {
  const end = archive.length - endLength;
  if (archive.readUInt32LE(end) !== endOfDirectory) throw new Error('This is not a plain ZIP archive.');
  const files = new Map<string, Buffer>();
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  for (let entry = 0; entry < count; entry++) {
    if (archive.readUInt32LE(at) !== directoryEntry)
      throw new Error('The directory of the ZIP archive is damaged.');
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    files.set(name, unpack(archive, at));
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return files;
}

/** The file of the directory's entry at this place. */
function unpack(archive: Buffer, entry: number): Buffer {
  const method = archive.readUInt16LE(entry + 10);
  const packedLength = archive.readUInt32LE(entry + 20);
  const header = archive.readUInt32LE(entry + 42);
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const packed = archive.subarray(start, start + packedLength);
  return method === deflated ? inflateRawSync(packed) : packed;
}
