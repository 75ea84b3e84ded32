/** A digest that people compare, in groups of four and cut in the middle: "3fa9 4c01 b2de 77aa … 4e5f". */
export function shortenDigest(digest: string): string {
  const groups = digest.match(/.{1,4}/g) ?? [];
  return groups.length < 6 ? groups.join(' ') : `${groups.slice(0, 4).join(' ')} … ${groups.at(-1)!}`;
}
