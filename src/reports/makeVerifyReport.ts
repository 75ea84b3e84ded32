import { log10SeedTries, type Claim } from '../verify/claim';
import { applyOther, kindFor, type OtherVerdict } from '../verify/otherVerdict';
import type { DrawnWord } from '../verify/evidence/drawnWords';
import { measurePower } from '../verify/power';
import type { Judgement } from '../verify/verdict';
import type { VerifyReport } from '../verify/verifyReport';
import { sayKinds } from './words/keyKinds';
import { sayPower } from './words/power';
import { sayRepeat } from './words/reliance';
import { nameCandidates } from './words/testNames';
import { formatChance, formatCount, formatCounted, formatOf, formatP } from '../words/numbers';

/** log10 of chances: above the first a person would say "nearly every time", above the second nobody would be surprised. */
const nearlyAlways = -0.05;
const unremarkable = Math.log10(0.05);

/** What a report says of a suspect besides its answers, but for what follows from them. */
export type SuspectRead = Omit<NonNullable<VerifyReport['suspectRead']>, 'power'>;

/** The circumstances in a report; nothing in them is secret. */
export interface VerifyCircumstances {
  /** Name and version of this program. */
  readonly tool: string;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly device: string;
  readonly suspect: { readonly path: string; readonly digest: string };
  /** Why the suspect is not ready to publish. */
  readonly notReady?: string;
  readonly base: { readonly path: string; readonly digest: string } | null;
  /** Root of the key set's commitment, hexadecimal. */
  readonly commitment: string;
  readonly sharedTokenizer: boolean;
  readonly neutralPrompts: number;
  /** What was seen of the suspect besides its answers. */
  readonly suspectRead?: SuspectRead | undefined;
  /** Keys left out because the base answers them with one of their candidates. */
  readonly answeredByBase: number;
  /** Keys left out because they nearly repeat an earlier one. */
  readonly repeats: number;
  /** How likely both models find the drawn words, rounded and sorted. */
  readonly drawnWords?: readonly DrawnWord[] | undefined;
  /** Sentences about what is odd in the suspect's folder. */
  readonly oddities?: readonly string[];
}

/** The report holds few of them: a folder with more has other problems. */
const mostOddities = 10;

/** Turns a judgement and its circumstances into the words and figures of a stored report. */
export function makeVerifyReport(counted: Judgement, about: VerifyCircumstances): VerifyReport {
  const { suspectRead } = about;
  const other = suspectRead?.other && findOther(counted, suspectRead.other);
  const judgement = applyOther(counted, other);
  const { verdict, claim, answers, draws, keys } = judgement;
  const asked = keys.filter(wasAsked).length;
  return {
    format: 'fingerprint-model/verify-report',
    version: 1,
    tool: about.tool,
    date: about.date,
    device: about.device,
    suspect: { ...about.suspect },
    ...(about.notReady !== undefined && { notReady: about.notReady }),
    base: about.base && { ...about.base },
    keySet: { commitment: about.commitment, count: keys.length, asked, order: 'as committed' },
    sharedTokenizer: about.sharedTokenizer,
    neutralPrompts: about.neutralPrompts,
    ...(suspectRead && { suspectRead: { ...suspectRead, power: writePower(judgement, other) } }),
    claim: {
      kind: claim.kind,
      sentence: claim.sentence,
      repeat: sayRepeat(about),
      log10Tries: claim.log10Tries,
      missing: claim.missing.size,
      answeredByBase: about.answeredByBase,
      repeats: about.repeats,
    },
    verdict: {
      ...verdict,
      sentence: other?.sentence ?? writeVerdict(judgement),
      chance: other?.chance ?? writeChance(judgement),
      rule: writeRule(judgement),
      correction: writeCorrection(judgement),
      correctedP: formatP(verdict.log10CorrectedP),
      answersNeeded: verdict.answersNeeded ?? null,
    },
    answers: {
      name: answers.name,
      asked: answers.asked,
      hits: answers.hits,
      expectedHits: answers.expectedHits,
      interval95: { ...answers.interval },
      log10P: answers.log10P,
      p: formatP(answers.log10P),
    },
    draws: draws.map((draw) => ({
      name: draw.name,
      asked: draw.asked,
      firsts: draw.firsts,
      expectedFirsts: draw.expectedFirsts,
      interval95: { ...draw.interval },
      rankSum: draw.rankSum,
      expectedRankSum: draw.expectedRankSum,
      log10P: draw.log10P,
      p: formatP(draw.log10P),
      firstsLog10P: draw.firstsLog10P,
      histogram: draw.histogram.map((bar) => ({ ...bar })),
    })),
    ...(about.drawnWords &&
      about.drawnWords.length > 0 && { drawnWords: about.drawnWords.map((word) => ({ ...word })) }),
    keys: keys.map((key) => ({
      index: key.index,
      candidateCount: key.candidateCount,
      ...(key.kind && { kind: key.kind }),
      asked: wasAsked(key),
      answered: key.answered ?? null,
      ranks: key.ranks.map(({ score, rank }) => ({ score, rank: rank ?? null })),
    })),
    shows: [...writeShows(judgement), ...sayKinds(keys), ...listLeftOut(about)],
    doesNotShow: [
      ...writeDoesNotShow(judgement, other),
      'That the test was carried out as written here: the file is not signed, anybody can edit it, and its date is that of one computer.',
      ...(suspectRead?.further ?? []).map(limitTo),
      ...writeOddities(about),
    ],
  };
}

function wasAsked({ answered, ranks }: Judgement['keys'][number]): boolean {
  return answered !== undefined || ranks.some(({ rank }) => rank !== undefined);
}

/** The keys that count for neither side, and why. */
export function listLeftOut({
  answeredByBase,
  repeats,
}: Pick<VerifyCircumstances, 'answeredByBase' | 'repeats'>): string[] {
  const wereLeft = (count: number): string =>
    `${formatCounted(count, 'key')} ${count === 1 ? 'was' : 'were'} left out`;
  return [
    ...(answeredByBase > 0
      ? [`${wereLeft(answeredByBase)}, because the base itself answers with one of the candidates.`]
      : []),
    ...(repeats > 0 ? [`${wereLeft(repeats)}, because of an earlier key that asks nearly the same.`] : []),
  ];
}

const kindWords: Readonly<Record<'match' | 'agrees', string>> = {
  match: 'Match',
  agrees: 'Agrees with this key file',
};

/** The verdict in one line: "Match: 61 of 64 keys answered", or whatever else decided it. */
function writeVerdict({ verdict, answers, draws, keys }: Judgement): string {
  const { kind } = verdict;
  const decisive = draws.find((draw) => draw.name === verdict.decidedBy);
  const answered = `${formatOf(answers.hits, answers.asked)} keys answered`;
  if (kind === 'refused') return 'Refused: the keys of this key file do not follow from its own seed';
  if (kind === 'no-evidence') return `No evidence: ${answered}`;
  if (kind === 'undetermined')
    return answers.asked < keys.length
      ? `Undetermined: only ${formatOf(answers.asked, keys.length)} keys could be asked`
      : `Undetermined: ${formatCounted(keys.length, 'key')} can never make a match`;
  if (!decisive) return `${kindWords[kind]}: ${answered}`;
  return `${kindWords[kind]}: ${formatOf(decisive.firsts, decisive.asked)} drawn words rank first among their ${nameCandidates(keys)}`;
}

function writeChance({ verdict, claim }: Judgement): string {
  const { kind, log10CorrectedP, log10ClaimedP, log10BestCorrectedP } = verdict;
  if (kind === 'refused')
    return 'Its figures say nothing: its words may have been chosen to fit the suspect.';
  if (kind === 'undetermined')
    return `Even if every key had been answered, the probability of that by chance would have been ${formatChance(log10BestCorrectedP)}: not enough to decide.`;
  if (kind === 'match')
    return `Probability of a result like this by chance: ${formatChance(log10ClaimedP)}${claim.log10Tries > 0 ? `, after allowing for ${nameTries(claim.log10Tries)} tries at a convenient draw` : ''}.`;
  if (kind === 'agrees')
    return `Probability of a result like this by chance, if its words were drawn blindly: ${formatChance(log10CorrectedP)}. ${whyNoMatch(claim)}`;
  const often =
    log10CorrectedP > nearlyAlways ? 'nearly every time' : `${formatChance(log10CorrectedP)} times`;
  const meaning =
    log10CorrectedP > unremarkable ? 'so this says nothing either way' : 'which is not enough for a match';
  return `Chance alone gives a result this good ${often}, ${meaning}.`;
}

function whyNoMatch({ kind, log10Tries }: Claim): string {
  if (kind === 'key-file')
    return 'That they were, only the claimant knows: this is no match for anybody else.';
  return `A claimant could have tried many draws to find this one; after allowing for ${nameTries(log10Tries)} tries it is no match.`;
}

/** "2⁸⁰" for the tries at a seed, the number for others. */
function nameTries(log10Tries: number): string {
  return log10Tries === log10SeedTries ? '2⁸⁰' : formatCount(Math.round(10 ** log10Tries));
}

function writeRule({ verdict: { kind, alpha, answersNeeded }, claim }: Judgement): string {
  const limit = alpha === 1e-6 ? '1 in 1 million' : formatChance(Math.log10(alpha));
  const tries = claim.log10Tries > 0 ? `, times ${nameTries(claim.log10Tries)} tries,` : '';
  const isMet = kind === 'match' || kind === 'agrees';
  const met =
    answersNeeded === undefined || kind === 'refused'
      ? ''
      : ` ${formatCounted(answersNeeded, 'answer')} would ${isMet ? 'be' : 'have been'} enough on their own.`;
  return `The rule, fixed before the model was asked: a probability by chance${tries} of less than ${limit}.${met}`;
}

function writeCorrection({ verdict: { testCount }, claim }: Judgement): string {
  const tries =
    claim.log10Tries > 0
      ? ` For a match it is also multiplied by ${nameTries(claim.log10Tries)}, the tries at a convenient draw that a claimant is granted.`
      : '';
  if (testCount === 1)
    return `One test was fixed beforehand, so there is no correction for repeated trials.${tries}`;
  return `${formatCount(testCount)} tests were fixed beforehand; the smallest p-value is multiplied by ${formatCount(testCount)}.${tries}`;
}

function writeShows({ verdict }: Judgement): string[] {
  const everyKey = 'Every key of the set is listed in the order of the commitment, answered or not.';
  if (verdict.kind === 'match')
    return [
      'The suspect was exposed to the secret draw of this key set: by training, by merging, or by learning from a model that carries it.',
      everyKey,
    ];
  if (verdict.kind === 'agrees')
    return [
      'The suspect prefers the words that this key file calls drawn, more than chance would explain if they were drawn blindly.',
      everyKey,
    ];
  if (verdict.kind === 'no-evidence')
    return ['The keys are not answered here more often than the rule allows for chance.', everyKey];
  return [everyKey];
}

/** The other verdict, if its reason changes what the counts give. */
function findOther({ verdict }: Judgement, other: OtherVerdict): OtherVerdict | undefined {
  return kindFor(other.reason, verdict.kind) === undefined ? undefined : other;
}

/** What a verdict of *no evidence* would have seen; the base itself says nothing about that. */
function writePower(judgement: Judgement, other: OtherVerdict | undefined): string[] {
  return judgement.verdict.kind === 'no-evidence' && !other ? sayPower(measurePower(judgement)) : [];
}

function limitTo(further: string): string {
  return `Anything about other models in the same folder. ${further}`;
}

/** An adapter or code beside the weights makes another model of them; so may whatever else is odd. */
function writeOddities({ oddities = [] }: VerifyCircumstances): string[] {
  return oddities
    .slice(0, mostOddities)
    .map((oddity) => `Anything but the weights as they were read here. ${oddity}`);
}

function writeDoesNotShow({ verdict }: Judgement, other: OtherVerdict | undefined): string[] {
  const dates =
    'Anything at all if the commitment is newer than the suspect, or than any model other than the base that the suspect descends from: its date has to be shown by other means.';
  if (verdict.kind === 'match')
    return [
      'That a contract or licence was broken, or who put the model there.',
      'That nobody else marked the same model: if there are several claims, the commitment with the earliest date comes first.',
      dates,
    ];
  if (verdict.kind === 'agrees')
    return [
      'That the keys, candidates and words were fixed by somebody who did not know the suspect or a model it descends from.',
      dates,
    ];
  if (verdict.kind === 'refused')
    return [
      'Anything for or against the suspect: the key set is not what it says it is.',
      'That the claimant lied: a device that computes wrongly looks the same. Verify again on another one.',
    ];
  if (verdict.kind === 'no-evidence')
    return [
      'That the model is not yours: heavy training, distillation or blocked words can silence the keys.',
      'Anything about other key sets in the same model.',
    ];
  if (other) return ['Anything for or against: nothing was decided.'];
  return [
    'Anything for or against: not enough keys could be asked to decide.',
    'A set of more keys, or a key set with longer candidate lists, would settle it.',
  ];
}
