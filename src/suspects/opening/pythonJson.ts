/** A text of JSON, or a word that Python's reader takes for a number. */
const textOrWord = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/**
 * Parses JSON as Python does, which the programs that run a suspect are written in: `NaN` and `Infinity` are
 * values there. NaN becomes null.
 * @throws SyntaxError
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(text.replace(textOrWord, (found) => (found.startsWith('"') ? found : toJson(found))));
  }
}

/** A power of ten beyond float64 is read as infinite. */
function toJson(word: string): string {
  if (word.endsWith('NaN')) return 'null';
  return word.startsWith('-') ? '-1e999' : '1e999';
}
