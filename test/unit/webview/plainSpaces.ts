/** Thin spaces as ordinary ones, to be read in a test. */
export function plain(words: string): string {
  return words.replaceAll('\u202f', ' ');
}
