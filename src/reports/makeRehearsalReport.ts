import { kindOfAttack, readAttack } from '../rehearse/attackNames';
import type { RehearsalReport, RehearsalRow } from '../rehearse/rehearsalReport';
import { describeLosses, summariseRehearsal } from './words/rehearsal';

type Circumstances = Omit<
  RehearsalReport,
  'format' | 'version' | 'sentence' | 'detail' | 'rows' | 'limits'
> & {
  /** Sentences on what of the texts was left out, and on what is odd in the copy's folder. */
  readonly notes?: readonly string[];
};

/** A report holds a few notes, and a user may give many files. */
const mostNotes = 10;

/** Turns what attacked copies showed into the words and figures of a stored report. */
export function makeRehearsalReport(
  rows: readonly RehearsalRow[],
  { notes = [], ...about }: Circumstances,
): RehearsalReport {
  return {
    format: 'fingerprint-model/rehearsal-report',
    version: 1,
    ...about,
    sentence: summariseRehearsal(rows),
    detail: describeLosses(rows),
    rows: rows.map((row) => ({ ...row })),
    limits: [...listLimits(rows, about.settings), ...notes.slice(0, mostNotes)],
  };
}

function listLimits(
  rows: readonly RehearsalRow[],
  { mergedWith }: Pick<RehearsalReport['settings'], 'mergedWith'>,
): string[] {
  const kinds = new Set(rows.map(({ attack }) => kindOf(attack)));
  const isMerged = rows.some(({ attack }) => /^(merge|task|ties|dare)/.test(attack ?? ''));
  return [
    ...(kinds.has('training')
      ? []
      : [
          'Nothing was trained: fine-tuning on other text and distillation are stronger attacks, and were not tried.',
        ]),
    ...(kinds.has('answers')
      ? [
          'Where only answers change, the verdict rests on words alone. Anyone who gets the weights themselves finds the mark as in the copy that was left as it is.',
        ]
      : []),
    ...(isMerged
      ? [
          mergedWith === null
            ? 'The copy was merged with its own base, which a thief may not have.'
            : 'The copy was merged with a given fine-tune of its base.',
        ]
      : []),
    'Match supposes that the key set comes out of its seed again; a verification checks that.',
    'Changed weights were kept in single precision. A copy that is saved in 16 bits is rounded once more.',
    'One attack at a time was tried, on this copy, with one key set. A thief can combine them, or know others.',
  ];
}

function kindOf(written: string | null): string | undefined {
  const attack = written === null ? undefined : readAttack(written);
  return attack && kindOfAttack(attack.name);
}
