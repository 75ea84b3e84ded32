import { UserError } from '../common/errors';
import type { AskedKey } from '../verify/askedKey';
import { derivedClaim, keyFileClaim, rememberedClaim, type Claim } from '../verify/claim';
import type { DrawRank } from '../verify/drawTest';
import type { ScoreName } from '../verify/scores';
import { judgeSuspect, type Judgement } from '../verify/verdict';
import type { VerifyReport } from '../verify/verifyReport';
import { makeVerifyReport } from './makeVerifyReport';

/*
 * A report is a file that anybody can write. Its rows are what was seen; everything else follows from them, so it
 * is computed again and compared, and its words are written again.
 */

/** As in a key set. */
const fewestCandidates = 2;
const mostCandidates = 256;
/** The limit for a match of this program; a key set may only be stricter. */
const loosestAlpha = 1e-6;
/** Additions and multiplications of the exact laws that a report may ask for: about a second. */
const mostWork = 300_000_000;
/** How far figures may differ that another version or machine computed. */
const tolerance = 1e-6;

/** Members that hold words, which differ between versions: those of this version are shown. */
const words = new Set([
  'p',
  'sentence',
  'chance',
  'rule',
  'correction',
  'correctedP',
  'repeat',
  'shows',
  'doesNotShow',
  'power',
]);

/** How the sentence of such a claim begins, whatever its reason. */
const keyFileWords = keyFileClaim('').sentence.split(':')[0]!;

type Row = VerifyReport['keys'][number];

/**
 * The report with its words written again from its rows.
 * @throws UserError `contradicting-report` where its verdict, a test or its sentence does not follow from them;
 * `too-large` where it would take too long to find out. `name` says in errors which file it was.
 */
export function checkVerifyReport(report: VerifyReport, name: string): VerifyReport {
  const fault = findRowFault(report);
  if (fault !== undefined) throw contradicting(name, fault);
  if (estimateWork(report) > mostWork) throw tooManyKeys(name);
  const remade = writeAgain(report, name);
  const expected = report.claim ? remade : withoutClaim(remade);
  const where = findDifference(expected, report, '');
  if (where !== undefined) throw contradicting(name, `its value of ${where} does not follow from its keys`);
  if (!saysTheSame(report.verdict.sentence, expected.verdict.sentence))
    throw contradicting(name, 'its sentence does not follow from its keys');
  const { other } = report.suspectRead ?? {};
  if (other && remade.verdict.sentence !== other.sentence)
    throw contradicting(name, 'its verdict is stronger than it says it can be');
  return remade;
}

function writeAgain(report: VerifyReport, name: string): VerifyReport {
  const { notReady, claim, ...about } = report;
  const judgement = judgeAgain(report, readClaim(report, name));
  const missing = new Set(Array.from({ length: claim?.missing ?? 0 }, (_, i) => i));
  return makeVerifyReport(
    { ...judgement, claim: { ...judgement.claim, missing } },
    {
      ...about,
      ...(notReady !== undefined && { notReady }),
      commitment: report.keySet.commitment,
      answeredByBase: claim?.answeredByBase ?? 0,
      repeats: claim?.repeats ?? 0,
    },
  );
}

/**
 * The claim of a report, whose rows already count missing keys as the worst result. What a report says of its
 * own draws cannot be computed from its rows; that it grants the tries that its kind of claim is granted can.
 */
function readClaim({ claim, keys }: VerifyReport, name: string): Claim {
  if (claim === undefined) return keyFileClaim('the report is of a version that did not check it');
  const { kind, sentence, log10Tries, missing } = claim;
  if (kind === 're-derived') {
    const remembered = rememberedClaim(keys.length);
    if (missing === 0 && sentence === remembered.sentence) return remembered;
    const derived = derivedClaim(keys.map((_, i) => i >= missing));
    if (missing > keys.length || derived.kind !== kind)
      throw contradicting(name, 'too many of its keys did not come out again');
    return { ...derived, missing: new Set() };
  }
  if (kind === 'key-file' && !sentence.startsWith(keyFileWords))
    return keyFileClaim('the report comes from another version of this program');
  const granted = kind === 'beacon' ? log10Tries : 0;
  return { kind, sentence, log10Tries: granted, missing: new Set() };
}

/** A report as versions wrote it that knew no claims: they called a match what only agrees with the key file. */
function withoutClaim(report: VerifyReport): VerifyReport {
  const { verdict } = report;
  const old = { ...report, claim: undefined, verdict: { ...verdict, log10ClaimedP: undefined } };
  if (verdict.kind !== 'agrees') return old;
  const sentence = verdict.sentence.replace(/^[^:]+/, 'Match');
  return { ...old, verdict: { ...old.verdict, kind: 'match', sentence } };
}

/** What the rows cannot be; undefined for rows of a key set. */
function findRowFault({
  keys,
  draws,
  verdict,
  suspectRead,
  drawnWords = [],
}: VerifyReport): string | undefined {
  if (verdict.alpha > loosestAlpha) return 'its limit for a match is looser than that of this program';
  if (new Set(keys.map(({ index }) => index)).size < keys.length) return 'it lists a key twice';
  const names = draws.map((draw) => draw.name);
  if (drawnWords.length > keys.length) return 'it shows more drawn words than it lists keys';
  if (suspectRead && suspectRead.testCount < 1 + names.length) return 'it counts fewer tests than it lists';
  if (new Set(names).size < names.length) return 'it lists a test twice';
  return keys.every((key) => isRow(key, names)) ? undefined : 'one of its keys has impossible results';
}

function isRow(
  { candidateCount, kind, asked, answered, ranks, index }: Row,
  names: readonly ScoreName[],
): boolean {
  return (
    Number.isSafeInteger(index) &&
    candidateCount >= fewestCandidates &&
    candidateCount <= mostCandidates &&
    // A quiet key is ranked, not answered; any other that was asked was answered or not.
    (kind === 'quiet' ? answered === null : asked === (answered !== null)) &&
    ranks.length === names.length &&
    ranks.every(({ score, rank }, i) => score === names[i] && (rank === null || rank < candidateCount))
  );
}

/** Roughly the operations of judgeSuspect: n · (rank sum + 1) a draw test, n² where candidate lists differ in length. */
function estimateWork({ keys, draws }: VerifyReport): number {
  const sums = draws.map((_, i) => keys.reduce((sum, { ranks }) => sum + (ranks[i]!.rank ?? 0), 0));
  const ofDraws = sums.reduce((work, sum) => work + keys.length * (sum + 1), 0);
  const isMixed = new Set(keys.map(({ candidateCount }) => candidateCount)).size > 1;
  const tails = draws.length + 2 + Math.log2(keys.length + 1);
  return ofDraws + (isMixed ? keys.length ** 2 * tails : 0);
}

function judgeAgain({ keys, draws, verdict, suspectRead }: VerifyReport, claim: Claim): Judgement {
  const asked = keys.map(asAskedKey);
  const scores = draws.map(({ name }, i) => ({ score: name, ranks: keys.map((key) => rankOf(key, i)) }));
  const answers = keys.map(({ answered }) => answered ?? undefined);
  return judgeSuspect(asked, answers, scores, verdict.alpha, claim, suspectRead?.testCount);
}

/** A key as far as a report shows it: its number, and how many candidates it has. */
function asAskedKey({ index, candidateCount, kind }: Row): AskedKey {
  const candidates = Array.from({ length: candidateCount }, (_, i) => i);
  const unknown = { text: '', ids: [], candidateTexts: [], responseIds: [], responseText: '', spent: false };
  return { ...unknown, index, candidates, kind };
}

function rankOf({ ranks, candidateCount }: Row, test: number): DrawRank | undefined {
  const { rank } = ranks[test]!;
  return rank === null ? undefined : { rank, candidateCount };
}

/** The first member that differs between what follows from the rows and what the report says. */
function findDifference(computed: unknown, stored: unknown, where: string): string | undefined {
  if (typeof computed === 'number' && typeof stored === 'number')
    return isClose(computed, stored) ? undefined : where;
  if (typeof computed !== 'object' || computed === null || typeof stored !== 'object' || stored === null)
    return computed === stored ? undefined : where;
  const names = new Set([...Object.keys(computed), ...Object.keys(stored)]);
  for (const name of names) {
    if (words.has(name)) continue;
    const [mine, theirs] = [memberOf(computed, name), memberOf(stored, name)];
    const found = findDifference(mine, theirs, where === '' ? name : `${where}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function memberOf(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
}

/** Whether two sentences give the same kind of verdict and the same numbers, in whatever words. */
function saysTheSame(stored: string, computed: string): boolean {
  const gist = (sentence: string): string =>
    [sentence.split(/[:,]/)[0]!.toLowerCase(), ...(sentence.match(/\d+/g) ?? [])].join(' ');
  return gist(stored) === gist(computed);
}

function contradicting(name: string, fault: string): UserError {
  return new UserError(
    'contradicting-report',
    `${name} contradicts itself: ${fault}.`,
    'Do not believe it. Verify the model yourself, or ask for the report as this program wrote it.',
  );
}

function tooManyKeys(name: string): UserError {
  return new UserError(
    'too-large',
    `${name} lists too many keys to compute its verdict again.`,
    'Verify the model yourself; the Markdown and HTML beside the report can be read without this program.',
  );
}
