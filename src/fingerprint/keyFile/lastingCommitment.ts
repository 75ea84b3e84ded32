interface Committed {
  readonly commitment: string;
  readonly draw?:
    | { readonly from: 'seed' | 'announced' }
    | { readonly from: 'beacon'; readonly keysCommitment: string }
    | undefined;
}

/**
 * The commitment by which a key set, or the public part of its file, is known for as long as it exists, whatever
 * the file is called: its first one. A draw by a beacon adds a second commitment, which covers the first.
 */
export function lastingCommitment({ commitment, draw }: Committed): string {
  return draw?.from === 'beacon' ? draw.keysCommitment : commitment;
}
