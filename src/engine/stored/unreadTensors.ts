import type { Checkpoint } from '../../checkpoint/checkpoint';
import { quoteName, type TensorInfo } from '../../checkpoint/weights/safetensors';
import { formatCounted } from '../../words/numbers';

/**
 * What older versions of transformers and other code saved with the weights and computes anew today: rotary
 * tables, positions and causal masks.
 */
const computedAnew =
  /(^|\.)(rotary_emb\.(inv_freq|cos_cached|sin_cached)|position_ids|causal_mask|(attn|attention)\.(bias|masked_bias))$/;

export function isComputedAnew({ name, dtype, shape }: TensorInfo): boolean {
  return computedAnew.test(name) || isCausalMask(dtype, shape);
}

/** Flags [1, 1, length, length]. */
function isCausalMask(
  dtype: TensorInfo['dtype'],
  [one, other, rows, columns, ...more]: readonly number[],
): boolean {
  const isFlag = dtype === 'BOOL' || dtype === 'U8';
  return isFlag && one === 1 && other === 1 && rows === columns && more.length === 0;
}

/** A sentence on the tensors that no formula reads: layers, biases or adapters that config.json does not mention. */
export function warnOfUnread({ dir, tensors }: Checkpoint, read: ReadonlySet<string>): string[] {
  const unread = [...tensors.values()]
    .filter((tensor) => !read.has(tensor.name) && !isComputedAnew(tensor))
    .map(({ name }) => name);
  const [first] = unread;
  if (first === undefined) return [];
  const named = unread.length === 1 ? quoteName(first) : `the first of them ${quoteName(first)}`;
  return [
    `The weights in ${dir} hold ${formatCounted(unread.length, 'tensor')} that the model of config.json does not have, ${named}: nothing reads ${unread.length === 1 ? 'it' : 'them'}, here as in transformers. Check whether config.json belongs to these weights.`,
  ];
}
