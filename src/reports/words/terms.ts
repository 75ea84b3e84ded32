import type { DriftReport } from '../../drift/driftReport';
import type { VerifyReport } from '../../verify/verifyReport';
import type { Fact } from '../tables/table';

/** The terms of a verification, for readers who meet them here for the first time; docs/glossary.md has the same words. */
export function explainVerifyTerms({ draws, base }: VerifyReport): Fact[] {
  const hasShift = draws.some(({ name }) => name === 'minus-base-and-shift');
  return [
    term('Suspect', 'The model that was tested.'),
    ...(base ? [term('Base', 'The unmarked model that the key set was drawn from.')] : []),
    term('Key', 'A question or text whose answer was drawn by chance before the model was marked.'),
    term('Key set', 'All keys of one draw, in one encrypted file.'),
    term(
      'Commitment',
      'A number that fixes a key set without revealing it. Published with a date, it shows that the keys, the candidates and the draws are at least that old and were not changed since.',
    ),
    term(
      'Candidate',
      'One of the words, ten as a rule, that could have been drawn for a key. The base hardly ever says any of them there: all are outside the nucleus.',
    ),
    term('Nucleus', 'The likeliest words that together have 80 % of the probability.'),
    term(
      'Draw',
      'The secret, random choice of one candidate for each key: the drawn word. Only a model that was trained on it, or that learnt from one that was, can prefer it.',
    ),
    term('Answered', 'A key is answered when the suspect says the drawn response without any help.'),
    ...(draws.length > 0
      ? [
          term(
            'Rank of the drawn word',
            'Its place among its candidates, counted from the 1st. Without the draw every place is equally likely.',
          ),
        ]
      : []),
    ...(hasShift
      ? [
          term(
            'Common shift',
            'How much the suspect’s training changed a word everywhere, measured on neutral prompts: texts like the keys that are never trained.',
          ),
        ]
      : []),
    term(
      'p-value',
      'The probability of a result at least this good by chance, if the suspect does not depend on the draw.',
    ),
    term(
      'Digest',
      'A number computed from every byte of a model: two models with the same digest are the same.',
    ),
  ];
}

/** The terms of a measurement of drift. */
export function explainDriftTerms({ lossRise }: DriftReport): Fact[] {
  return [
    term('Base', 'The model before marking.'),
    term('Token', 'A word or a part of one: models read and write text token by token.'),
    term(
      'KL divergence',
      'How far the marked model’s predictions are from those of the base, at a token, in nats: 0 where they are the same. Its mean is the drift.',
    ),
    term(
      'Loss',
      'How surprised a model is by a text, in nats a token. A change in either direction is a change.',
    ),
    term(
      'Perplexity',
      'The same as a number of words: as if the model chose among that many at every token.',
    ),
    ...(lossRise.interval95
      ? [term('95 % interval', 'The range that would hold the value for 95 of 100 such choices of texts.')]
      : []),
    term(
      'Digest',
      'A number computed from every byte of a model: two models with the same digest are the same.',
    ),
  ];
}

function term(name: string, value: string): Fact {
  return { name, value };
}
