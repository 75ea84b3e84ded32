import type { KeySet } from '../fingerprint/keySet';
import { findNearRepeats } from '../fingerprint/text/nearDuplicates';
import type { Questions } from '../verify/suspect';

/** The questions to a suspect for a key set. */
export function listQuestions(keySet: KeySet): Questions {
  const isRepeat = findNearRepeats(keySet.keys.map(({ text }) => text));
  const keys = keySet.order.map((index) => {
    const { text, ids, candidates, candidateTexts, response, kind, spent } = keySet.keys[index]!;
    return {
      index,
      text,
      ids,
      candidates,
      candidateTexts,
      responseIds: response.ids,
      responseText: response.text,
      spent,
      kind,
      isRepeat: isRepeat[index]!,
    };
  });
  return {
    keys,
    keysAreQuestions: keySet.base.chatRenderingDigest !== null,
    neutralPrompts: keySet.neutralPrompts.map(({ ids }) => ids),
  };
}
