interface FileKind {
  /** What a file of this kind is, to be put after "is". */
  readonly is: string;
  readonly next: string;
}

const unpack = 'Unpack it first, then give the text file.';
const saveAsText = 'Save its text as UTF-8, in a file of its own.';
const saveAsRows =
  'Convert it to JSON lines first, in Python with pandas: pandas.read_parquet("FILE").to_json("texts.jsonl", orient="records", lines=True).';

/** Kinds of files that are no text, by their first bytes. */
const kinds: readonly (FileKind & { readonly starts: string })[] = [
  { starts: '\x1f\x8b', is: 'compressed with gzip', next: unpack },
  { starts: '\x28\xb5\x2f\xfd', is: 'compressed with Zstandard', next: unpack },
  { starts: 'BZh', is: 'compressed with bzip2', next: unpack },
  { starts: '\xfd7zXZ\0', is: 'compressed with xz', next: unpack },
  { starts: '7z\xbc\xaf\x27\x1c', is: 'a 7z archive', next: unpack },
  { starts: 'PK\x03\x04', is: 'a zip archive or an office document', next: `${unpack} ${saveAsText}` },
  { starts: '\xd0\xcf\x11\xe0', is: 'an office document', next: saveAsText },
  { starts: '%PDF-', is: 'a PDF document', next: saveAsText },
  { starts: '{\\rtf', is: 'an RTF document', next: saveAsText },
  { starts: 'PAR1', is: 'a Parquet table', next: saveAsRows },
  { starts: 'ARROW1', is: 'an Arrow table', next: saveAsRows },
  { starts: 'SQLite format 3\0', is: 'an SQLite database', next: saveAsText },
  { starts: '\x89HDF', is: 'an HDF5 file', next: saveAsText },
  { starts: '\x89PNG', is: 'a PNG image', next: saveAsText },
  { starts: '\xff\xd8\xff', is: 'a JPEG image', next: saveAsText },
  { starts: 'GIF8', is: 'a GIF image', next: saveAsText },
  { starts: 'RIFF', is: 'a picture, sound or film', next: saveAsText },
];

/** The kind of a file by its first bytes (16 are enough), or undefined where it may be text. */
export function findKind(firstBytes: Uint8Array): FileKind | undefined {
  const start = Buffer.from(firstBytes.subarray(0, 16)).toString('latin1');
  return kinds.find(({ starts }) => start.startsWith(starts));
}
