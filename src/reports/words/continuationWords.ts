import type { DriftReport } from '../../drift/driftReport';

type Continuation = DriftReport['continuations'][number];

/** A prompt and its two continuations as people read them. */
export interface ShownContinuation {
  /** What the prompt is: "User"; empty where a report does not say. */
  readonly role: string;
  readonly prompt: string;
  readonly base: string;
  readonly marked: string;
}

const ellipsis = '…';
const roleNames: Readonly<Record<NonNullable<Continuation['role']>, string>> = {
  user: 'User',
  beginning: 'Beginning of a text',
};

/** Texts that were cut end in an ellipsis. Two continuations are the same exactly if they are shown as the same. */
export function showContinuation({
  role,
  prompt,
  base,
  marked,
  isBaseCut = false,
  isMarkedCut = false,
}: Continuation): ShownContinuation {
  return {
    role: role === undefined ? '' : roleNames[role],
    prompt: cut(prompt, role === 'beginning'),
    base: cut(base, isBaseCut),
    marked: cut(marked, isMarkedCut),
  };
}

/** After a whole sentence it stands apart. */
function cut(text: string, isCut: boolean): string {
  if (!isCut) return text;
  const shown = text.trimEnd();
  return `${shown}${/[.!?]$/.test(shown) ? ' ' : ''}${ellipsis}`;
}
