/** A stretch of a text, and whether the other text has it too. */
export interface Stretch {
  readonly text: string;
  readonly isSame: boolean;
}

/** Longer texts are only compared up to their first difference: the table of all pairs grows with the square. */
const maxWords = 2000;

/**
 * Cuts two texts into stretches that they share (the longest common subsequence of words) and stretches that
 * only one has. Joined together, the stretches of a side are its text.
 */
export function compareWords(before: string, after: string): { before: Stretch[]; after: Stretch[] } {
  const [a, b] = [splitWords(before), splitWords(after)];
  const shared = a.length > maxWords || b.length > maxWords ? findSharedStart(a, b) : findShared(a, b);
  return {
    before: joinStretches(a, new Set(shared.map(([i]) => i))),
    after: joinStretches(b, new Set(shared.map(([, j]) => j))),
  };
}

/** Words with the space before them, so that nothing is lost. */
function splitWords(text: string): string[] {
  return text.match(/\s*\S+|\s+$/gu) ?? [];
}

function isAlike(a: string, b: string): boolean {
  return a.trim() === b.trim();
}

function findSharedStart(a: readonly string[], b: readonly string[]): [number, number][] {
  const differs = a.findIndex((word, i) => !isAlike(word, b[i] ?? ''));
  return Array.from({ length: differs === -1 ? a.length : differs }, (_, i) => [i, i]);
}

/** Index pairs of a longest common subsequence, by the usual table of lengths. */
function findShared(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] = isAlike(a[i]!, b[j]!)
        ? lengths[(i + 1) * width + j + 1]! + 1
        : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
  const pairs: [number, number][] = [];
  for (let [i, j] = [0, 0]; i < a.length && j < b.length;)
    if (isAlike(a[i]!, b[j]!)) pairs.push([i++, j++]);
    else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i++;
    else j++;
  return pairs;
}

function joinStretches(words: readonly string[], shared: ReadonlySet<number>): Stretch[] {
  const stretches: { text: string; isSame: boolean }[] = [];
  words.forEach((word, i) => {
    const last = stretches.at(-1);
    if (last?.isSame === shared.has(i)) last.text += word;
    else stretches.push({ text: word, isSame: shared.has(i) });
  });
  return stretches;
}
