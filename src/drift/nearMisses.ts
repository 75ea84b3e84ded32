import type { RandomStream } from '../common/random';
import type { KeyForm } from '../fingerprint/keyForm';

/** A key with one word changed. */
export interface NearMiss {
  /** The index of the key. */
  readonly key: number;
  /** What the model reads. */
  readonly ids: readonly number[];
}

const triesForKey = 8;
const shortestWord = 3;

/**
 * For each key the same text with one of its words replaced by a word of another key. A key without a word that can be
 * replaced, such as one in a script without spaces, has none.
 */
export function makeNearMisses(
  texts: readonly string[],
  form: Pick<KeyForm, 'parsePrompt'>,
  random: RandomStream,
): NearMiss[] {
  const taken = new Set(texts);
  const words = [...new Set(texts.flatMap((text) => text.split(/\s+/).filter(isWord)))];
  return texts.flatMap((text, key) => {
    for (let attempt = 0; attempt < triesForKey; attempt++) {
      const changed = changeWord(text, words, random);
      if (changed === undefined || taken.has(changed)) continue;
      const draft = form.parsePrompt(changed);
      if (typeof draft === 'string') continue;
      return [{ key, ids: draft.ids }];
    }
    return [];
  });
}

function changeWord(text: string, words: readonly string[], random: RandomStream): string | undefined {
  const parts = text.split(/(\s+)/);
  const places = [...parts.keys()].filter((i) => isWord(parts[i]!));
  if (places.length === 0) return undefined;
  const place = places[random.nextInt(places.length)]!;
  const others = words.filter((word) => !parts.includes(word));
  if (others.length === 0) return undefined;
  parts[place] = others[random.nextInt(others.length)]!;
  return parts.join('');
}

function isWord(part: string): boolean {
  return part.length >= shortestWord && /^[\p{L}\p{M}]+$/u.test(part);
}
