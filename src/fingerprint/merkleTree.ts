import { sha256 } from './canonical';

const innerPrefix = Buffer.from([0x01]);

/**
 * The levels of a Merkle tree, leaves first, root last: inner = SHA-256(0x01 ‖ left ‖ right).
 * @param leaves as many as a power of two
 */
export function buildLevels(leaves: readonly Buffer[]): Buffer[][] {
  const levels = [[...leaves]];
  for (let level = levels[0]!; level.length > 1; level = levels.at(-1)!) {
    const parents = Array.from({ length: level.length / 2 }, (_, index) =>
      sha256(innerPrefix, level[2 * index]!, level[2 * index + 1]!),
    );
    levels.push(parents);
  }
  return levels;
}

/** The siblings on the path from a leaf to the root. */
export function listSiblings(levels: readonly (readonly Buffer[])[], index: number): Buffer[] {
  return levels.slice(0, -1).map((level, height) => level[(index >> height) ^ 1]!);
}

/** The root that results from a leaf and its siblings. */
export function climbToRoot(leaf: Buffer, index: number, siblings: readonly Buffer[]): Buffer {
  return siblings.reduce(
    (node, sibling, height) =>
      (index >> height) & 1 ? sha256(innerPrefix, sibling, node) : sha256(innerPrefix, node, sibling),
    leaf,
  );
}
