import type { VerifyReport } from '../../verify/verifyReport';

/** Who can rely on a report, and how somebody else comes to rely on its result. */
export interface Reliance {
  readonly sentence: string;
  /** What to do, in this order; the command belongs to the last but one. */
  readonly steps: readonly string[];
  readonly command: string;
}

type Circumstances = Pick<VerifyReport, 'tool' | 'base'>;

/** Whose record a report is and how somebody else repeats it, in one paragraph. */
export function sayRepeat(about: Circumstances): string {
  return `This is a record of the person who made it, and no evidence for anybody else. Somebody else has to repeat the test with ${nameNeeds(about)} to rely on it: ${writeCommand(about)} (${about.tool}).`;
}

/** The same at length, for a person who was handed the report. */
export function sayReliance(report: VerifyReport): Reliance {
  const { tool, base, claim } = report;
  return {
    sentence: `Only the person who made it. It was written on that person’s computer and has that computer’s date; it is not signed, and anybody can edit the file. Somebody else can rely on the result after repeating the test:`,
    steps: [
      'Find out when the commitment was published and where, from a source that the claimant does not control. It has to be older than the suspect, and than every model but the base that the suspect descends from.',
      `Get ${nameNeeds(report)}. Take the suspect${base ? ' and the base' : ''} from where ${base ? 'they were' : 'it was'} published, not from the claimant.`,
      `Install ${tool}, or a newer version, from a source of your own, and run the command below with your own paths.${claim?.kind === 'beacon' ? ' If somebody dated the commitment to the undrawn keys before the round, add --registered with that date.' : ''}`,
      'Compare the commitment and the digests in your report with those in this one. The command exits with 0 for a match that a third party can repeat, and otherwise with 3.',
    ],
    command: writeCommand(report),
  };
}

function nameNeeds({ base }: Circumstances): string {
  return base
    ? 'the key file, its passphrase, the base and the suspect'
    : 'the key file, its passphrase and the suspect';
}

/** The names in capitals stand for paths on the reader's computer: those of the claimant say nothing there. */
function writeCommand({ base }: Circumstances): string {
  const given = ['--model SUSPECT', ...(base ? ['--base BASE'] : []), '--keys KEYS.fpkeys'];
  return `fingerprint-model verify ${given.join(' ')} --strict --report FOLDER`;
}
