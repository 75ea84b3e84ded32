/**
 * Where the encoding library reads a pre-tokenizer differently from the Rust library that made the file, the
 * part is rewritten in a form that both read alike. The differences were found by comparing every character
 * of Unicode.
 */

type Part = Readonly<Record<string, unknown>>;

/**
 * GPT-2's pattern, which every byte-level tokenizer uses unless it says otherwise. Spaces are Unicode's, not
 * JavaScript's.
 */
const byteLevelWords = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/** Letters beyond ASCII that equal an ASCII letter when case is ignored: long s, and the Kelvin sign. */
const foldedLetters: Readonly<Record<string, string>> = { s: 'sS\u017f', k: 'kK\u212a' };

/** A tokenizer.json's pre-tokenizer in a form that both libraries read alike. */
export function correctPreTokenizer(part: unknown): unknown {
  if (!isPart(part)) return part;
  switch (part.type) {
    case 'Sequence':
      return correctSequence(part);
    case 'Digits':
      // Numbers of every kind in every script; the library knows only 0 to 9.
      return splitAt(part.individual_digits === true ? '\\p{N}' : '\\p{N}+');
    case 'ByteLevel':
      return part.use_regex === false ? part : correctByteLevel(part);
    case 'Metaspace':
      // The library never splits here; a file without the field means that it does.
      return part.split === false ? part : chain([part, splitAt('▁[^▁]*')]);
    case 'Split':
      return { ...part, pattern: correctPattern(part.pattern) };
    default:
      return part;
  }
}

function correctSequence(part: Part): Part {
  const parts: unknown = part.pretokenizers;
  return Array.isArray(parts) ? { ...part, pretokenizers: parts.map(correctPreTokenizer) } : part;
}

function correctByteLevel(part: Part): Part {
  const bytes = { ...part, use_regex: false, add_prefix_space: false };
  const prefix = part.add_prefix_space === true ? [prefixSpace] : [];
  return chain([...prefix, splitAt(byteLevelWords), bytes]);
}

const prefixSpace: Part = { type: 'Replace', pattern: { Regex: '\\A(?! )' }, content: ' ' };

/** The library ignores case in `(?i:…)` only for ASCII letters. */
function correctPattern(pattern: unknown): unknown {
  if (!isPart(pattern) || typeof pattern.Regex !== 'string') return pattern;
  const regex = pattern.Regex.replace(/\(\?i:([a-z'|]*)\)/gi, (_, words: string) => {
    const folded = words.replace(/[a-z]/gi, (letter) => {
      const lower = letter.toLowerCase();
      return `[${foldedLetters[lower] ?? lower + lower.toUpperCase()}]`;
    });
    return `(?:${folded})`;
  });
  return { ...pattern, Regex: regex };
}

function splitAt(regex: string): Part {
  return { type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false };
}

function chain(pretokenizers: readonly Part[]): Part {
  return { type: 'Sequence', pretokenizers };
}

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
