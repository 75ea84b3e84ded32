import { isBaseItself, type Kinship, type KinshipFinding, type KinshipStep } from '../../verify/kinship';
import type { OtherVerdict } from '../../verify/otherVerdict';
import { formatDate } from '../../words/dates';
import { nameModel } from '../page/reportView';

/** One step of the ladder as a report shows it. */
export interface KinshipLine {
  readonly step: KinshipStep;
  readonly finding: KinshipFinding;
  /** With a full stop. */
  readonly sentence: string;
}

/** The first three steps of the ladder in words, cheapest first. */
export function sayKinship(kinship: Kinship): KinshipLine[] {
  return [sayBytes(kinship), sayTensors(kinship), sayKind(kinship)];
}

/** Why a suspect that is the base can never match. */
export const baseItself: OtherVerdict = {
  reason: 'base-itself',
  sentence: 'No evidence: the suspect is the unmarked model itself',
  chance: 'Whatever it says, it says without the keys, so nothing in it is evidence of them.',
};

function sayBytes({ sameBytes }: Kinship): KinshipLine {
  const step = 'same-bytes';
  if (sameBytes === undefined)
    return {
      step,
      finding: 'no',
      sentence: 'The suspect is not, byte for byte, the base or a release that the key file records.',
    };
  return {
    step,
    finding: 'yes',
    sentence:
      sameBytes === 'base'
        ? 'The suspect is, byte for byte, the unmarked model that the key set was made for.'
        : `The suspect is, byte for byte, the release of ${formatDate(sameBytes.releasedAt)}, as the key file says: nobody else has confirmed that date.`,
  };
}

function sayTensors(kinship: Kinship): KinshipLine {
  const step = 'same-tensors';
  if (kinship.copy?.isSame)
    return {
      step,
      finding: 'yes',
      sentence: `Its tensors are those of the marked copy ${nameModel(kinship.copy.path)}, whatever their names, order and number type are.`,
    };
  if (kinship.sameTensors === undefined)
    return {
      step,
      finding: 'unknown',
      sentence: `${kinship.copy ? 'Its tensors are not those of the copy. ' : ''}Whether its tensors are those of the base is unknown: the base was not available, or the tensors could not be read.`,
    };
  if (!isBaseItself(kinship))
    return {
      step,
      finding: 'no',
      sentence: `Its tensors are not those of the base${kinship.copy ? ' or of the copy' : ''} under other names.`,
    };
  return {
    step,
    finding: 'yes',
    sentence: 'Its tensors are those of the unmarked base, whatever their names, order and number type are.',
  };
}

function sayKind({ kind }: Kinship): KinshipLine {
  const shared = [
    ...(kind.architecture ? ['the architecture'] : []),
    ...(kind.names ? ['the tensor names'] : []),
    ...(kind.tokenizer ? ['the tokenizer'] : []),
  ];
  const licence = kind.licence === undefined ? '' : ` and the licence ${kind.licence}`;
  const names =
    kind.declaredBase !== undefined
      ? [`names ${kind.declaredBase} as its base${licence}`]
      : kind.otherBases.length > 0
        ? [`names ${kind.otherBases[0]!} as its base${licence}`]
        : kind.licence !== undefined
          ? [`names the licence ${kind.licence}`]
          : [];
  const facts = [...(shared.length > 0 ? [`has ${joinWords(shared)} of the base`] : []), ...names];
  const isKin = shared.length > 0 || kind.declaredBase !== undefined;
  const isUnknown = kind.architecture === undefined && kind.tokenizer === undefined;
  if (facts.length === 0)
    return {
      step: 'same-kind',
      finding: isUnknown ? 'unknown' : 'no',
      sentence: 'Kinship: it shows none with the base.',
    };
  return {
    step: 'same-kind',
    finding: isKin ? 'yes' : 'no',
    sentence: `Kinship: it ${facts.join(' and ')}. Kinship accuses nobody: every model made from the same base has it.`,
  };
}

function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`;
}
