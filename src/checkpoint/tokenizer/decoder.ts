import { SequenceDecoder } from '@huggingface/tokenizers';

type DecoderConfig = ConstructorParameters<typeof SequenceDecoder>[0];
type Step = DecoderConfig['decoders'][number];
type Decode = (tokens: readonly string[]) => string[];

const byteToken = /^<0x([0-9A-F]{2})>$/i;

/**
 * The decoder of a tokenizer that writes unknown characters as bytes (`<0xE2>`), or undefined for any other.
 * The library drops a byte-order mark, and replaces an incomplete character by a different number of
 * characters than the Rust library.
 * @param config of tokenizer.json
 * @returns a function from the texts of tokens to the text that they encode.
 */
export function createFallbackDecoder(config: unknown): ((tokens: readonly string[]) => string) | undefined {
  if (!isSequence(config) || !config.decoders.some(isByteFallback)) return undefined;
  const steps = config.decoders.map((step): Decode => (isByteFallback(step) ? joinBytes : makeStep(step)));
  return (tokens) => steps.reduce<string[]>((texts, step) => step(texts), [...tokens]).join('');
}

function makeStep(step: Step): Decode {
  const decoder = new SequenceDecoder({ type: 'Sequence', decoders: [step] });
  return (tokens) => decoder.decode_chain([...tokens]);
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

function isSequence(config: unknown): config is DecoderConfig {
  return (
    typeof config === 'object' && config !== null && 'decoders' in config && Array.isArray(config.decoders)
  );
}

function isByteFallback(step: Step): boolean {
  return step.type === 'ByteFallback';
}
