import { argmax } from '../../../src/engine/argmax';
import { probeModel } from '../../../src/suspects/probeModel';
import type { AskedKey } from '../../../src/verify/askedKey';
import { logSumExp } from '../../../src/verify/logSoftmax';
import type { Base, KeyProbe, Suspect } from '../../../src/verify/suspect';
import { fakeModel } from '../suspects/fakeModel';

export type LogitsOf = (prefix: readonly number[]) => readonly number[];

const maxLength = 64;

/** A base, or a suspect, of which everything is seen. */
export function fakeBase(vocabularySize: number, logitsOf: LogitsOf): Base {
  // A hidden state that differs from prompt to prompt.
  const hiddenOf = (prefix: readonly number[]) => [Math.cos(prefix.at(-1)!), Math.sin(prefix.length)];
  const model = fakeModel({ vocabularySize, logitsOf, hiddenOf });
  return {
    maxLength,
    ask: ({ keys, neutralPrompts }) => probeModel(model, keys, neutralPrompts, { keepHidden: true }),
  };
}

export function fakeSuspect(vocabularySize: number, logitsOf: LogitsOf): Suspect {
  return { ...fakeBase(vocabularySize, logitsOf), shows: 'logits', limits: [] };
}

/** An endpoint that scores whatever tokens it is given, and no more. */
export function fakeScoringEndpoint(vocabularySize: number, logitsOf: LogitsOf): Suspect {
  const suspect = fakeSuspect(vocabularySize, logitsOf);
  return {
    shows: 'named-tokens',
    maxLength,
    limits: [],
    ask: async (questions, watch) => {
      const { keys, neutral } = await suspect.ask(questions, watch);
      return { keys, neutral };
    },
  };
}

/** An endpoint that lists its `top` likeliest next tokens with their log-probabilities, and no more. */
export function fakeListingEndpoint(logitsOf: LogitsOf, top: number): Suspect {
  return {
    shows: 'top-tokens',
    maxLength,
    limits: [],
    ask: ({ keys, neutralPrompts }) => {
      if (neutralPrompts.length > 0) throw new Error('a list of the likeliest tokens tells no shift');
      return Promise.resolve({ keys: keys.map((key) => probeKey(key, logitsOf, top)), neutral: undefined });
    },
  };
}

function probeKey(key: AskedKey, logitsOf: LogitsOf, top: number): KeyProbe {
  const listed = listTop(logitsOf(key.ids), top);
  const atMost = Math.min(...listed.values());
  return {
    candidateLogP: key.candidates.map((id) => listed.get(id) ?? { atMost }),
    answered: key.responseIds.every(
      (id, step) =>
        argmax(Float32Array.from(logitsOf([...key.ids, ...key.responseIds.slice(0, step)]))) === id,
    ),
  };
}

/** The `top` likeliest tokens and their log-probabilities, from logits in single precision as an engine has them. */
function listTop(logits: readonly number[], top: number): Map<number, number> {
  const single = Float32Array.from(logits);
  const logTotal = logSumExp(single);
  const likeliest = [...single.keys()].sort((a, b) => single[b]! - single[a]!).slice(0, top);
  return new Map(likeliest.map((id) => [id, single[id]! - logTotal]));
}

/** An endpoint that shows its words alone. */
export function fakeChat(answered: (key: AskedKey) => boolean): Suspect {
  return {
    shows: 'text',
    maxLength,
    limits: [],
    ask: ({ keys }) =>
      Promise.resolve({ keys: keys.map((key) => ({ answered: answered(key) })), neutral: undefined }),
  };
}
