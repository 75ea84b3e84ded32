const ellipsis = '…';

/** A long name cut in its middle, because such names differ at their ends; at most so many characters. */
export function cutMiddle(name: string, most: number): string {
  const characters = Array.from(name);
  if (characters.length <= most) return name;
  const kept = most - 1;
  const end = Math.floor(kept / 2);
  return (
    characters.slice(0, kept - end).join('') + ellipsis + characters.slice(characters.length - end).join('')
  );
}
