import type { StoredPlace } from './architecture';

/** Of the families' own names for a gated MLP's matrices, the part that each has in transformers' tensors. */
const parts: Readonly<Record<string, 'gate' | 'up' | 'down'>> = {
  gate_proj: 'gate',
  w1: 'gate',
  up_proj: 'up',
  w3: 'up',
  down_proj: 'down',
  w2: 'down',
};
/** Names of the block with the experts: the published ones of Mixtral, and transformers'. */
const blocks = ['mlp', 'block_sparse_moe'];
const ownName = /^(.*)\.(mlp|block_sparse_moe)\.(experts\.(\d+)\.(\w+)\.weight|gate\.weight)$/;

/**
 * Where else an expert's matrix [out, in], or a router, may be stored. In memory transformers 5 keeps the
 * experts of a layer in two tensors, gate_up_proj [experts, 2 · inner, hidden] and down_proj [experts, hidden,
 * inner], and saves them like that with `save_original_format=False`.
 */
export function placesOfExperts(count: number, name: string, shape: readonly number[]): StoredPlace[] {
  const [, before, block, rest, expert, matrix] = ownName.exec(name) ?? [];
  if (before === undefined) return [];
  const renamed = blocks
    .filter((other) => other !== block)
    .map((other) => ({ name: `${before}.${other}.${rest!}` }));
  const part = parts[matrix ?? ''];
  if (!part) return renamed;
  const within = placeInAll(part, Number(expert), count, shape as readonly [number, number]);
  const fused = part === 'down' ? 'down_proj' : 'gate_up_proj';
  return [...renamed, ...blocks.map((other) => ({ name: `${before}.${other}.experts.${fused}`, within }))];
}

function placeInAll(
  part: 'gate' | 'up' | 'down',
  expert: number,
  count: number,
  [rows, columns]: readonly [number, number],
): NonNullable<StoredPlace['within']> {
  const size = rows * columns;
  if (part === 'down') return { shape: [count, rows, columns], before: expert * size };
  return { shape: [count, 2 * rows, columns], before: (2 * expert + (part === 'up' ? 1 : 0)) * size };
}
