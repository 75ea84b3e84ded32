import { findStringEnd } from '../common/jsonSize';

/** Numbers that Python's json module writes and reads, and JSON does not have. */
const constants: readonly (readonly [name: string, json: string])[] = [
  ['-Infinity', '-1e999'],
  ['Infinity', '1e999'],
  // JSON has no number that stands for it; no config contains this text.
  ['NaN', '"\\u0000NaN"'],
];
const notANumber = '\0NaN';

/**
 * Parses JSON as Python does, whose `NaN`, `Infinity` and `-Infinity` become these numbers: transformers' configs
 * are read and written by Python. Of a key that occurs twice the last value counts, there as here.
 * @throws SyntaxError for anything else that is not JSON.
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const json = replaceConstants(text);
    if (json === undefined) throw error;
    return JSON.parse(json, (_key, value: unknown) => (value === notANumber ? NaN : value));
  }
}

/** The text with its constants as JSON; undefined when there are none. */
function replaceConstants(text: string): string | undefined {
  const parts: string[] = [];
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text[at]!;
    if (code === '"') {
      at = findStringEnd(text, at) - 1;
      continue;
    }
    const found = code === '-' || code === 'I' || code === 'N' ? findConstant(text, at) : undefined;
    if (!found) continue;
    const [name, json] = found;
    parts.push(text.slice(copied, at), json);
    copied = at + name.length;
    at = copied - 1;
  }
  return parts.length === 0 ? undefined : parts.join('') + text.slice(copied);
}

function findConstant(text: string, at: number): (typeof constants)[number] | undefined {
  return constants.find(([name]) => text.startsWith(name, at));
}
