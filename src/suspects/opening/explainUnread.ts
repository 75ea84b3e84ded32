import { UserError } from '../../common/errors';
import { refuseOtherFormats } from '../../checkpoint/weights/weightFiles';
import type { Misfit } from './loadDrafts';
import type { LooseConfig } from './looseConfig';
import type { LooseTensors } from './looseTensors';
import { isAdapterFile } from './weightChoices';

/** A part of a suspect that cannot be read, and what to do about it. */
export interface Unread {
  /** "the suspect's weights cannot be read: …", without a full stop. */
  readonly reason: string;
  readonly next: string;
}

const howToSave =
  'Find out how the suspect is run and save it in that form with transformers (save_pretrained), or give --base the unmarked model: its config can then be used.';
const howToWiden =
  'Save it as float32 or bfloat16 with a program that can run it (with transformers: dequantize, then save_pretrained), and verify the result.';

/**
 * Why no reading of a suspect can be asked, and what to do about it.
 * @throws UserError `no-weights` where the folder holds no model of any form.
 */
export function explainUnread(
  root: string,
  names: readonly string[],
  config: LooseConfig,
  read: readonly LooseTensors[],
  misfit: Misfit | undefined,
): Unread {
  const damaged = read.flatMap(({ problems }) => problems)[0];
  if (read.some(({ tensors }) => tensors.size > 0)) {
    if (config.problem !== undefined) return sayUnread('config.json', config.problem, howToSave);
    if (misfit?.part === 'weights') return sayUnread('weights', misfit.why, howToWiden);
    if (damaged !== undefined) return sayUnread('weights', damaged, howToSave);
    return sayUnread('config.json', misfit?.why ?? 'no known formula fits its tensors', howToSave);
  }
  if (damaged !== undefined)
    return sayUnread(
      'weights',
      damaged,
      'Save them again with a program that can load them (save_pretrained of transformers), and verify the result.',
    );
  const other = refuseOtherFormats(root, names);
  if (other) return sayUnread('weights', other.message, other.next);
  if (names.some((name) => isAdapterFile(name)))
    return sayUnread(
      'weights',
      'the folder has an adapter and not the model that it changes',
      'Merge it into its base in Python with peft (merge_and_unload, then save_pretrained), and verify the result.',
    );
  throw new UserError(
    'no-weights',
    `${root} is not a model: it has no .safetensors file.`,
    'Give the folder with config.json and model.safetensors; in the Hugging Face cache that is a folder inside snapshots.',
  );
}

const mostWords = 600;

/** A reason in words that can be shown: what it quotes may be a stranger's. */
function sayUnread(part: string, why: string, next: string): Unread {
  const shown = why.replace(/\p{C}/gu, ' ').slice(0, mostWords).replace(/[.!]$/, '');
  return { reason: `the suspect’s ${part} cannot be read: ${shown}`, next };
}
