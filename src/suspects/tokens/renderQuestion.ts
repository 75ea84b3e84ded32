import type { Tokenizer } from '../../checkpoint/tokenizer/tokenizer';
import { Cancelled } from '../../common/errors';

/**
 * A question in a suspect's chat template; undefined where it has none or where the template refuses it, as a
 * hostile one may: the keys are known without it.
 */
export function renderOrNothing({ chat }: Tokenizer, text: string): string | undefined {
  try {
    return chat?.render([{ role: 'user', content: text }], true);
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    return undefined;
  }
}
