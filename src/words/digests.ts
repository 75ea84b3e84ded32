const shownDigits = 12;

/** The first digits of a digest, enough to tell two apart by eye: "3fa94c01b2de…". */
export function shortenDigest(digest: string): string {
  return digest.length > shownDigits ? `${digest.slice(0, shownDigits)}…` : digest;
}
