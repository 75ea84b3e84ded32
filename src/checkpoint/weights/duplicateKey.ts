import { listMembers } from '../jsonText';

/**
 * The first key that occurs twice in the outermost object of a JSON text, or undefined. `JSON.parse` silently
 * keeps the last one, so two readers of one file could see two different tensors under one name.
 * @param json text that `JSON.parse` accepts.
 */
export function findDuplicateKey(json: string): string | undefined {
  const seen = new Set<string>();
  for (const { key } of listMembers(json)) {
    if (seen.has(key)) return key;
    seen.add(key);
  }
  return undefined;
}
