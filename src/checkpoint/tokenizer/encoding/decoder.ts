import { SequenceDecoder } from '@huggingface/tokenizers';
import { charactersAsText } from './byteCharacters';
import { demandText, isPart, listParts, prependScheme, type Part } from './part';
import { compilePattern } from './patterns';
import { assertGrowth, replaceMatches } from './replacing';

type LibraryConfig = ConstructorParameters<typeof SequenceDecoder>[0]['decoders'][number];
type Decode = (tokens: readonly string[]) => readonly string[];

const byteToken = /^<0x([0-9A-F]{2})>$/i;

/**
 * A tokenizer.json's decoder. Those of the library take a `$` in a replacement for a group, drop a byte-order
 * mark, and replace an incomplete character by a different number of characters than the Rust library.
 * @returns a function from the texts of tokens to the text that they encode.
 * @throws Error when a part is not known; the function, when the text grows beyond all reason.
 */
export function makeDecoder(part: unknown): (tokens: readonly string[]) => string {
  if (part === undefined || part === null) return (tokens) => tokens.join(' ');
  const decoders = flatten(part).map(makeStep);
  return (tokens) => {
    const before = countLength(tokens);
    return decoders
      .reduce<readonly string[]>((texts, decode) => {
        const after = decode(texts);
        assertGrowth(before, countLength(after));
        return after;
      }, tokens)
      .join('');
  };
}

function flatten(part: unknown): Part[] {
  if (!isPart(part)) throw new Error('its decoder has no type');
  return part.type === 'Sequence' ? listParts(part.decoders).flatMap(flatten) : [part];
}

function makeStep(part: Part): Decode {
  if (part.type === 'ByteFallback') return joinBytes;
  if (part.type === 'ByteLevel') return (tokens) => [charactersAsText(tokens)];
  if (part.type === 'Replace') {
    const [pattern, content] = [compilePattern(part), demandText(part, 'content')];
    return (tokens) => tokens.map((token) => replaceMatches(token, pattern, content));
  }
  if (part.type === 'Metaspace') return makeMetaspace(part);
  const library = new SequenceDecoder({ type: 'Sequence', decoders: [part as unknown as LibraryConfig] });
  return (tokens) => library.decode_chain([...tokens]);
}

/** Marks become spaces; the first token loses those that were put before the text. */
function makeMetaspace(part: Part): Decode {
  const mark = typeof part.replacement === 'string' ? part.replacement : '▁';
  const addsMark = prependScheme(part) !== 'never';
  return (tokens) => tokens.map((token, index) => token.replaceAll(mark, addsMark && index === 0 ? '' : ' '));
}

function countLength(texts: readonly string[]): number {
  return texts.reduce((sum, { length }) => sum + length, 0);
}

/**
 * Turns runs of byte tokens into the text that they encode, or into one replacement character per byte where
 * they encode none.
 */
function joinBytes(tokens: readonly string[]): string[] {
  const texts: string[] = [];
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length === 0) return;
    texts.push(decodeBytes(bytes));
    bytes = [];
  };
  for (const token of tokens) {
    const byte = byteToken.exec(token)?.[1];
    if (byte !== undefined) {
      bytes.push(parseInt(byte, 16));
      continue;
    }
    flush();
    texts.push(token);
  }
  flush();
  return texts;
}

function decodeBytes(bytes: readonly number[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return '\ufffd'.repeat(bytes.length);
  }
}
