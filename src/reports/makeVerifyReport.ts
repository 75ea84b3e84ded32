import type { Judgement, Verdict } from '../verify/verdict';
import type { VerifyReport } from '../verify/verifyReport';
import { nameCandidates } from './words/testNames';
import { formatChance, formatCount, formatCounted, formatOf, formatP } from '../words/numbers';

/** log10 of chances: above the first a person would say "nearly every time", above the second nobody would be surprised. */
const nearlyAlways = -0.05;
const unremarkable = Math.log10(0.05);

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
  /** Sentences about what is odd in the suspect's folder. */
  readonly oddities?: readonly string[];
}

/** The report holds few of them: a folder with more has other problems. */
const mostOddities = 10;

/** Turns a judgement and its circumstances into the words and figures of a stored report. */
export function makeVerifyReport(judgement: Judgement, about: VerifyCircumstances): VerifyReport {
  const { verdict, answers, draws, keys } = judgement;
  const asked = keys.filter((key) => key.answered !== undefined).length;
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
    verdict: {
      ...verdict,
      sentence: writeVerdict(judgement),
      chance: writeChance(verdict),
      rule: writeRule(verdict),
      correction: writeCorrection(verdict),
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
    keys: keys.map((key) => ({
      index: key.index,
      candidateCount: key.candidateCount,
      asked: key.answered !== undefined,
      answered: key.answered ?? null,
      ranks: key.ranks.map(({ score, rank }) => ({ score, rank: rank ?? null })),
    })),
    shows: writeShows(judgement),
    doesNotShow: [...writeDoesNotShow(judgement), ...writeOddities(about)],
  };
}

/** The verdict in one line: "Match: 61 of 64 keys answered", or whatever else decided it. */
function writeVerdict({ verdict, answers, draws, keys }: Judgement): string {
  const decisive = draws.find((draw) => draw.name === verdict.decidedBy);
  const answered = `${formatOf(answers.hits, answers.asked)} keys answered`;
  if (verdict.kind === 'no-evidence') return `No evidence: ${answered}`;
  if (verdict.kind === 'undetermined')
    return answers.asked < keys.length
      ? `Undetermined: only ${formatOf(answers.asked, keys.length)} keys could be asked`
      : `Undetermined: ${formatCounted(keys.length, 'key')} can never make a match`;
  if (!decisive) return `Match: ${answered}`;
  return `Match: ${formatOf(decisive.firsts, decisive.asked)} drawn words rank first among their ${nameCandidates(keys)}`;
}

function writeChance(verdict: Verdict): string {
  const { kind, log10CorrectedP, log10BestCorrectedP } = verdict;
  if (kind === 'undetermined')
    return `Even if every key had been answered, the probability of that by chance would have been ${formatChance(log10BestCorrectedP)}: not enough to decide.`;
  if (kind === 'match')
    return `Probability of a result like this by chance: ${formatChance(log10CorrectedP)}.`;
  const often =
    log10CorrectedP > nearlyAlways ? 'nearly every time' : `${formatChance(log10CorrectedP)} times`;
  const meaning =
    log10CorrectedP > unremarkable ? 'so this says nothing either way' : 'which is not enough for a match';
  return `Chance alone gives a result this good ${often}, ${meaning}.`;
}

function writeRule({ kind, alpha, answersNeeded }: Verdict): string {
  const limit = alpha === 1e-6 ? '1 in 1 million' : formatChance(Math.log10(alpha));
  const met =
    answersNeeded === undefined
      ? ''
      : ` ${formatCounted(answersNeeded, 'answer')} would ${kind === 'match' ? 'be' : 'have been'} enough on their own.`;
  return `The rule, fixed before the model was asked: a probability by chance of less than ${limit}.${met}`;
}

function writeCorrection({ testCount }: Verdict): string {
  if (testCount === 1) return 'One test was fixed beforehand, so there is no correction for repeated trials.';
  return `${formatCount(testCount)} tests were fixed beforehand; the smallest p-value is multiplied by ${formatCount(testCount)}.`;
}

function writeShows({ verdict }: Judgement): string[] {
  const everyKey = 'Every key of the set is listed in the order of the commitment, answered or not.';
  if (verdict.kind === 'match')
    return [
      'The suspect was exposed to the secret draw of this key set: by training, by merging, or by learning from a model that carries it.',
      everyKey,
    ];
  if (verdict.kind === 'no-evidence')
    return ['The keys are not answered here more often than the rule allows for chance.', everyKey];
  return [everyKey];
}

/** An adapter or code beside the weights makes another model of them; so may whatever else is odd. */
function writeOddities({ oddities = [] }: VerifyCircumstances): string[] {
  return oddities
    .slice(0, mostOddities)
    .map((oddity) => `Anything but the weights as they were read here. ${oddity}`);
}

function writeDoesNotShow({ verdict }: Judgement): string[] {
  if (verdict.kind === 'match')
    return [
      'That a contract or licence was broken, or who put the model there.',
      'That nobody else marked the same model: if there are several claims, the commitment with the earliest date comes first.',
      'Anything at all if the commitment is newer than the suspect: its date has to be shown by other means.',
    ];
  if (verdict.kind === 'no-evidence')
    return [
      'That the model is not yours: heavy training, distillation or blocked words can silence the keys.',
      'Anything about other key sets in the same model.',
    ];
  return [
    'Anything for or against: not enough keys could be asked to decide.',
    'A set of more keys, or a key set with longer candidate lists, would settle it.',
  ];
}
