import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { makeVerifyReport } from '../../../src/reports/makeVerifyReport';
import { readReport } from '../../../src/reports/readReport';
import type { VerifyReport } from '../../../src/verify/verifyReport';
import { sampleJudgement, verifyCircumstances } from './samples';

const reports = [
  makeVerifyReport(sampleJudgement(64, 64, 61), verifyCircumstances),
  makeVerifyReport(sampleJudgement(64, 64, 3), verifyCircumstances),
  makeVerifyReport(sampleJudgement(64, 5, 3), verifyCircumstances),
];
const [match, noEvidence, undetermined] = reports as [VerifyReport, VerifyReport, VerifyReport];

const read = (report: object) => readReport(JSON.stringify(report), 'a.fpreport.json');
const isRefused = {
  name: 'UserError',
  reason: 'contradicting-report',
  message: /^a\.fpreport\.json contradicts/,
};

describe('the verdict of a stored report', () => {
  it('follows from its rows, of every kind', () => {
    assert.deepEqual(
      reports.map(({ verdict }) => verdict.kind),
      ['match', 'no-evidence', 'undetermined'],
    );
    for (const report of reports) assert.deepEqual(read(report), { kind: 'verify', report });
  });

  it('may be another one for a reason that makes it weaker, and counts the tests of all readings', () => {
    const suspectRead = {
      kinship: [],
      readings: 2,
      conflicts: ['a value'],
      notes: [],
      further: [],
      testCount: 6,
    };
    const other = {
      reason: 'unknown-tokens' as const,
      sentence: 'Undetermined: why',
      chance: 'Nobody knows.',
    };
    const open = makeVerifyReport(sampleJudgement(64, 64, 3), {
      ...verifyCircumstances,
      suspectRead: { ...suspectRead, testCount: 3, other },
    });
    assert.deepEqual([open.verdict.kind, open.verdict.sentence], ['undetermined', 'Undetermined: why']);
    assert.deepEqual(read(open), { kind: 'verify', report: open });
    const isBase = { ...other, reason: 'base-itself' as const, sentence: 'No evidence: the base' };
    const base = makeVerifyReport(sampleJudgement(64, 64, 61), {
      ...verifyCircumstances,
      suspectRead: { ...suspectRead, testCount: 3, other: isBase },
    });
    assert.equal(base.verdict.kind, 'no-evidence');
    assert.deepEqual(read(base), { kind: 'verify', report: base });
    const seen = { ...suspectRead, power: [] };
    for (const forged of [
      { ...match, suspectRead: { ...seen, testCount: 3, other } },
      { ...match, suspectRead: { ...seen, testCount: 2 } },
      { ...match, suspectRead: { ...seen, testCount: 6 } },
      { ...noEvidence, suspectRead: { ...seen, testCount: 3, other } },
      { ...open, suspectRead: { ...open.suspectRead, other: undefined } },
    ])
      assert.throws(() => read(forged), isRefused);
  });

  it('is refused when the kind, the sentence, a count or a p-value says something else', () => {
    const forged: object[] = [];
    const forge = (change: Partial<VerifyReport>, of = match): void => void forged.push({ ...of, ...change });
    const judged = (change: Partial<VerifyReport['verdict']>, of = match): void =>
      forge({ verdict: { ...of.verdict, ...change } }, of);
    judged({ kind: 'no-evidence' });
    judged({ kind: 'match' }, noEvidence);
    judged({ kind: 'match', log10CorrectedP: -30, sentence: match.verdict.sentence }, noEvidence);
    judged({ kind: 'match' }, undetermined);
    judged({ sentence: 'Match: 64 of 64 keys answered' });
    judged({ sentence: noEvidence.verdict.sentence });
    judged({ log10CorrectedP: -300 });
    judged({ testCount: 1 });
    judged({ decidedBy: 'answers' });
    judged({ alpha: 0.99 });
    judged({ answersNeeded: 1 });
    forge({ answers: { ...match.answers, hits: 0 } });
    forge({ answers: { ...match.answers, log10P: 0 } });
    forge({ draws: match.draws.map((draw) => ({ ...draw, firsts: 64 })) });
    forge({ draws: match.draws.slice(0, 1) });
    forge({ keySet: { ...match.keySet, asked: 10 } });
    forge({ keySet: { ...match.keySet, count: 1000 } });
    forge({ keys: match.keys.slice(1) });
    forge({ keys: match.keys.map((key) => ({ ...key, index: 0 })) });
    forge({ keys: match.keys.map((key) => ({ ...key, asked: false })) });
    forge({ keys: match.keys.map((key) => ({ ...key, candidateCount: 1_000_000_000 })) });
    forge({ keys: match.keys.map((key) => ({ ...key, ranks: [] })) });
    for (const report of forged)
      assert.throws(() => read(report), isRefused, JSON.stringify(report).slice(0, 900));
  });

  it('is refused in a file of version 0.1.0 whose verdict was turned round', async () => {
    const forged = await readFile('test/fixtures/cases/report-forged/verify.fpreport.json', 'utf8');
    assert.throws(() => readReport(forged, 'a.fpreport.json'), isRefused);
  });

  it('is refused when its claim grants other tries, or more lost keys, than a claim of its kind', () => {
    const claim = match.claim!;
    assert.equal(claim.kind, 're-derived');
    for (const change of [
      { log10Tries: 0 },
      { kind: 'key-file' as const },
      { missing: 30 },
      { missing: 1000 },
    ])
      assert.throws(() => read({ ...match, claim: { ...claim, ...change } }), isRefused);
    const asked = { ...match, claim: { ...claim, sentence: 'A notary drew it.', repeat: 'Trust me.' } };
    assert.deepEqual(read(asked), { kind: 'verify', report: match });
  });

  it('of a version that knew no claims only agrees with its key file', () => {
    // JSON leaves out what is undefined.
    const old = { ...match, claim: undefined };
    const verdict = { ...match.verdict, log10ClaimedP: undefined };
    const { answersNeeded } = noEvidence.verdict;
    const { report } = read({ ...old, verdict: { ...verdict, answersNeeded } }) as { report: VerifyReport };
    assert.equal(report.verdict.kind, 'agrees');
    assert.equal(report.claim?.kind, 'key-file');
    assert.throws(
      () => read({ ...old, verdict: { ...verdict, answersNeeded, kind: 'no-evidence' } }),
      isRefused,
    );
  });

  it('is shown in the words of this version, whatever words the file holds', () => {
    const old = {
      ...match,
      verdict: { ...match.verdict, chance: 'Chance of a result like this by luck: none.', correctedP: '0' },
      answers: { ...match.answers, p: 'tiny' },
      shows: ['That the thief is known.'],
      doesNotShow: [],
    };
    assert.deepEqual(read(old), { kind: 'verify', report: match });
  });

  it('is not computed where a hostile file asks for hours', () => {
    const keys = Array.from({ length: 50_000 }, (_, index) => ({
      index,
      candidateCount: 2 + (index % 255),
      asked: true,
      answered: false,
      ranks: match.draws.map(({ name }) => ({ score: name, rank: 1 })),
    }));
    assert.throws(() => read({ ...match, keys }), { reason: 'too-large' });
  });
});
