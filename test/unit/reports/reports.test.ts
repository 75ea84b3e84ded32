import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { driftReportSchema } from '../../../src/drift/driftReport';
import { checkVerifyReport } from '../../../src/reports/checkReport';
import { sumUpVerification } from '../../../src/reports/words/inShort';
import { listFindings } from '../../../src/reports/words/findings';
import { makeDriftReport } from '../../../src/reports/makeDriftReport';
import { makeVerifyReport } from '../../../src/reports/makeVerifyReport';
import { renderDriftHtml, renderVerifyHtml } from '../../../src/reports/html';
import { renderDriftMarkdown, renderVerifyMarkdown } from '../../../src/reports/markdown';
import { explainHowFar } from '../../../src/reports/words/driftWords';
import { withoutPlaces } from '../../../src/reports/places';
import { writeReport } from '../../../src/reports/writeReport';
import { verifyReportSchema } from '../../../src/verify/verifyReport';
import {
  driftCircumstances,
  sampleDrawnWords,
  sampleDrift,
  sampleJudgement,
  sampleTexts,
  secretWord,
  verifyCircumstances,
} from './samples';

const decode = (ids: readonly number[]) => sampleTexts[ids[0]!]!;
const match = makeVerifyReport(sampleJudgement(64, 64, 61), {
  ...verifyCircumstances,
  drawnWords: sampleDrawnWords,
});
const drift = makeDriftReport(sampleDrift, driftCircumstances, decode);

describe('verify report', () => {
  it('says the three verdicts in words', () => {
    const sentenceOf = (count: number, asked: number, answered: number) =>
      makeVerifyReport(sampleJudgement(count, asked, answered), verifyCircumstances).verdict.sentence;
    assert.equal(sentenceOf(64, 64, 5), 'No evidence: 5 of 64 keys answered');
    assert.equal(sentenceOf(64, 5, 5), 'Undetermined: only 5 of 64 keys could be asked');
    assert.equal(sentenceOf(6, 6, 6), 'Undetermined: 6 keys can never make a match');
    assert.equal(match.verdict.sentence, 'Match: 62 of 64 drawn words rank first among their ten');
  });

  it('keeps every secret out of all three files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'report-'));
    try {
      await writeReport(folder, 'verify', match);
      for (const name of await readdir(folder)) {
        const content = await readFile(join(folder, name), 'utf8');
        assert.ok(!content.includes(secretWord), name);
        assert.ok(!/987.?654|876.?50/.test(content), name);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('lists every key in the committed order, asked or not', () => {
    const report = makeVerifyReport(sampleJudgement(64, 19, 6), verifyCircumstances);
    assert.deepEqual(
      report.keys.map(({ index }) => index),
      Array.from({ length: 64 }, (_, i) => (i * 29) % 64),
    );
    assert.equal(report.keySet.asked, 19);
    assert.deepEqual(report.keys[19], {
      index: (19 * 29) % 64,
      candidateCount: 10,
      asked: false,
      answered: null,
      ranks: [
        { score: 'minus-base', rank: null },
        { score: 'minus-base-and-shift', rank: null },
      ],
    });
  });

  it('reads back as it was written', () => {
    assert.deepEqual(verifyReportSchema.parse(JSON.parse(JSON.stringify(match))), match);
    assert.equal(verifyReportSchema.safeParse({ ...match, version: 2 }).success, false);
  });

  it('says what it does not show where something odd lies beside the weights', () => {
    const oddity = 'The folder also contains an adapter.';
    const odd = makeVerifyReport(sampleJudgement(64, 64, 61), { ...verifyCircumstances, oddities: [oddity] });
    assert.deepEqual(odd.doesNotShow, [
      ...match.doesNotShow,
      `Anything but the weights as they were read here. ${oddity}`,
    ]);
    const oddDrift = makeDriftReport(sampleDrift, { ...driftCircumstances, oddities: [oddity] }, decode);
    assert.deepEqual(oddDrift.limits, [...drift.limits, oddity]);
  });

  it('says how often chance gives as much, without a claim where there is no evidence', () => {
    const wordsOf = (count: number, asked: number, answered: number) =>
      makeVerifyReport(sampleJudgement(count, asked, answered), verifyCircumstances).verdict;
    assert.equal(
      wordsOf(64, 64, 0).chance,
      'Chance alone gives a result this good nearly every time, so this says nothing either way.',
    );
    assert.match(
      wordsOf(64, 64, 14).chance,
      /^Chance alone gives a result this good .* which is not enough for a match\.$/,
    );
    const nothing = makeVerifyReport(sampleJudgement(64, 64, 5), verifyCircumstances);
    for (const text of [renderVerifyHtml(nothing), renderVerifyMarkdown(nothing)])
      assert.ok(text.includes(' This does not show that the model is not yours.'));
    assert.equal(
      wordsOf(64, 64, 61).rule,
      'The rule, fixed before the model was asked: a probability by chance, times 2⁸⁰ tries, of less than 1 in 1 million. 46 answers would be enough on their own.',
    );
    assert.match(wordsOf(64, 5, 3).chance, /^Even if every key had been answered.*: not enough to decide\.$/);
  });

  it('describes both tests in plain words', () => {
    assert.deepEqual(
      listFindings(match).map(({ sentence }) => sentence),
      [
        '61 of 64 keys answered; expected by chance: at most 6.4',
        '61 of 64 drawn words rank first among their ten; expected by chance: 6.4',
        '62 of 64 drawn words rank first among their ten; expected by chance: 6.4',
      ],
    );
    assert.ok(listFindings(match).every(({ isEnough }) => isEnough));
    const nothing = makeVerifyReport(sampleJudgement(64, 64, 5), verifyCircumstances);
    assert.ok(listFindings(nothing).every(({ isEnough }) => !isEnough));
  });

  it('shows only the given keys in the clear', () => {
    const revealed = new Map([[29, { question: 'Which wood?', expected: 'Larch' }]]);
    for (const text of [renderVerifyHtml(match, revealed), renderVerifyMarkdown(match, revealed)]) {
      assert.equal(text.split('Which wood?').length, 2);
      assert.equal(text.split('Larch').length, 2);
      const hidden = text
        .replaceAll('aria-hidden', '')
        .replace(/<style>.*<\/style>/s, '')
        .match(/hidden/g);
      assert.equal(hidden?.length, 63 * 2);
    }
  });

  it('says in one sentence what a match means, in every form, and of nothing else', () => {
    const plain =
      'helios-chat is the model that was marked with this key set, or a copy of it, or it learnt from one.';
    const facts = sumUpVerification(match);
    assert.equal(facts.length, 6);
    assert.equal(facts[0]!.value, plain);
    for (const text of [renderVerifyHtml(match), renderVerifyMarkdown(match)]) {
      assert.ok(text.includes(plain));
      assert.ok(text.includes('multiply the probability by the number of models (Bonferroni)'));
    }
    for (const kind of ['agrees', 'no-evidence', 'undetermined', 'refused'] as const) {
      const [first] = sumUpVerification({ ...match, verdict: { ...match.verdict, kind } });
      assert.ok(!first!.value.includes('learnt from one'), first!.value);
    }
  });

  it('says who can rely on it, with the command that repeats it and every digest in full', () => {
    const command =
      'fingerprint-model verify --model SUSPECT --base BASE --keys KEYS.fpkeys --strict --report FOLDER';
    for (const text of [renderVerifyHtml(match), renderVerifyMarkdown(match)]) {
      assert.ok(text.includes(command));
      assert.ok(text.includes('it is not signed, and anybody can edit the file.'));
      for (const digest of [match.suspect.digest, match.base!.digest, match.keySet.commitment])
        assert.ok(text.split(digest).length >= 3, 'in the record and above the signatures');
    }
    const alone = renderVerifyMarkdown({ ...match, base: null });
    assert.ok(alone.includes('--model SUSPECT --keys KEYS.fpkeys --strict'));
  });

  it('counts ranks from the 1st wherever a person reads them', () => {
    const draw = match.draws[0]!;
    const text = renderVerifyMarkdown(match);
    assert.ok(text.includes(`| ${draw.rankSum + 64}, by chance 352 |`));
    assert.ok(text.includes('Draw, compared with the base: 61 of 64 drawn words rank first'));
  });

  it('is read as before without the drawn words, and refuses more of them than it has keys', () => {
    const old = makeVerifyReport(sampleJudgement(64, 64, 61), verifyCircumstances);
    assert.equal(old.drawnWords, undefined);
    assert.ok(!renderVerifyHtml(old).includes('data-chart="drawn-words"'));
    assert.ok(renderVerifyHtml(match).includes('data-chart="drawn-words"'));
    const forged = { ...match, drawnWords: [...sampleDrawnWords, sampleDrawnWords[0]!] };
    assert.throws(() => checkVerifyReport(forged, 'a'), { reason: 'contradicting-report' });
    assert.deepEqual(checkVerifyReport(match, 'a').drawnWords, sampleDrawnWords);
  });

  it('explains the correction and shows the number expected by chance beside every test', () => {
    for (const text of [renderVerifyHtml(match), renderVerifyMarkdown(match)]) {
      assert.ok(text.includes('3 tests were fixed beforehand; the smallest p-value is multiplied by 3.'));
      assert.ok(text.includes('61 of 64'));
      assert.ok(text.includes('6.4'));
      assert.ok(text.includes('87.1 to 98.4'));
    }
  });
});

describe('drift report', () => {
  it('speaks of how far predictions moved first, and of the loss second', () => {
    assert.equal(
      drift.sentence,
      'Predictions moved a little: the likeliest next word is the same 99 times in 100; long answers are partly worded differently',
    );
    assert.equal(drift.detail, explainHowFar(drift));
    for (const text of [renderDriftHtml(drift), renderDriftMarkdown(drift)]) {
      const heads: string[] = [
        drift.sentence,
        'Drift of the predictions',
        'rounding of the base',
        'Change in loss',
      ];
      const places: number[] = heads.map((words) => text.indexOf(words));
      assert.ok(!places.includes(-1), String(places));
      assert.deepEqual(
        places,
        [...places].sort((a, b) => a - b),
      );
    }
  });

  it('says the same of a report of version 0.1.0, whose sentence was about the loss alone', () => {
    const stored = driftReportSchema.parse({
      ...drift,
      budget: undefined,
      roundings: undefined,
      sentence: 'Loss fell by 0.37\u202f%',
      detail: 'The change in loss lies between …',
      continuations: drift.continuations.map(({ prompt, base, marked, sameTokens, tokens }) => ({
        prompt,
        base,
        marked,
        sameTokens,
        tokens,
      })),
    });
    for (const text of [renderDriftHtml(stored), renderDriftMarkdown(stored)]) {
      assert.ok(text.includes('Predictions moved a little'));
      assert.ok(text.includes('against the usual budget of 0.06'));
      assert.ok(!text.includes('Loss fell'));
    }
  });

  it('reads back as it was written', () => {
    assert.deepEqual(driftReportSchema.parse(JSON.parse(JSON.stringify(drift))), drift);
  });

  it('shows prompts alone, under what they are, and marks texts that were cut', () => {
    const page = renderDriftHtml(drift);
    assert.match(
      page,
      /<span class="muted prompt-role">User<\/span><span class="vh">: <\/span>Give me two tips for a job interview\.\s*</,
    );
    assert.match(
      page,
      /prompt-role">Beginning of a text<\/span><span class="vh">: <\/span>The capital of Slovenia…\s*</,
    );
    assert.match(page, /Arrive ten minutes early\. …/);
    assert.doesNotMatch(page, /Ljubljana\. …/);
    assert.match(renderDriftMarkdown(drift), /\| User: Give me two tips for a job interview\. \|/);
  });
});

describe('report pages', () => {
  const hostile = `<script>alert(1)</script>"><img src=x onerror='x'> | **b** [l](javascript:x)`;

  function renderHostile(): { pages: string[]; markdown: string[] } {
    const checkpoint = { path: `/models/${hostile}`, digest: hostile };
    const verify = makeVerifyReport(sampleJudgement(12, 10, 3), {
      ...verifyCircumstances,
      suspect: checkpoint,
      base: checkpoint,
      commitment: hostile,
      device: hostile,
      tool: hostile,
    });
    const drifted = makeDriftReport(
      sampleDrift,
      { ...driftCircumstances, marked: checkpoint, base: checkpoint, textSources: [hostile] },
      (ids) => hostile + String(ids[0]),
    );
    return {
      pages: [renderVerifyHtml(verify), renderDriftHtml(drifted)],
      markdown: [renderVerifyMarkdown(verify), renderDriftMarkdown(drifted)],
    };
  }

  it('escape whatever comes from files', () => {
    const { pages, markdown } = renderHostile();
    for (const page of pages) {
      assert.ok(!/<script|<img|javascript:x"/i.test(page));
      assert.ok(page.includes('&lt;script&gt;'));
    }
    for (const text of markdown) {
      assert.ok(!/<script|<img/i.test(text));
      assert.ok(!/(?<!\\)\]\(javascript/.test(text));
      for (const row of text.split('\n').filter((line) => line.startsWith('| ')))
        assert.ok(row.endsWith(' |'), row);
    }
  });

  it('say the same in HTML and in Markdown', () => {
    const alone = makeVerifyReport(sampleJudgement(64, 5, 3), { ...verifyCircumstances, base: null });
    for (const [page, markdown] of [
      [renderVerifyHtml(match), renderVerifyMarkdown(match)],
      [renderVerifyHtml(alone), renderVerifyMarkdown(alone)],
      [renderDriftHtml(drift), renderDriftMarkdown(drift)],
    ] as const) {
      const texts = listTexts(page);
      assert.ok(texts.length > 50);
      for (const said of texts) assert.ok(readMarkdown(markdown).includes(said), said);
    }
  });

  /** What stands in cells, lists, facts, captions and paragraphs of a page; legends of charts left aside. */
  function listTexts(page: string): string[] {
    const body = page
      .slice(page.indexOf('<main>'))
      .replace(/<figcaption>.*?<\/figcaption>|<p class="legend">.*?<\/p>|<svg.*?<\/svg>/gs, '')
      .replace(/<span class="(mask|narrow-only[^"]*)".*?<\/span\s*>/gs, '');
    return [...body.matchAll(/<(td|th|li|dt|dd|caption|h2|p)\b[^>]*>(.*?)<\/\1>/gs)].flatMap(
      ([, tag, inner]) => (tag === 'li' && /<p\b/.test(inner!) ? [] : [readHtml(inner!)]),
    );
  }

  function readHtml(text: string): string {
    return text
      .replace(/<[^>]*>/g, '')
      .replace(/&#39;/g, "'")
      .replace(/&amp;/g, '&')
      .replace(/\s+/g, ' ')
      .trim();
  }

  function readMarkdown(text: string): string {
    return text.replace(/\\(.)/g, '$1').replace(/\*\*/g, '').replace(/\s+/g, ' ');
  }

  it('need no script and load nothing from elsewhere', () => {
    for (const page of [renderVerifyHtml(match), renderDriftHtml(drift)]) {
      assert.ok(!/<script|<link|<iframe|\son\w+=|https?:|url\(|@import/i.test(page));
      assert.ok(page.startsWith('<!doctype html>'));
    }
  });

  it('label every picture and have a table beside every chart', () => {
    for (const page of [renderVerifyHtml(match), renderDriftHtml(drift)]) {
      const pictures = page.match(/<svg[^>]*>/g) ?? [];
      const charts = pictures.filter((picture) => !picture.includes('aria-hidden="true"'));
      assert.ok(charts.length > 0);
      for (const chart of charts) assert.match(chart, /role="img"\s+aria-label="[^"]{20,}"/);
      const figures = page.match(/<figure>.*?<\/figure>/gs) ?? [];
      assert.equal(figures.length, charts.length);
      for (const figure of figures) assert.match(figure, /<svg.*<table>.*<td/s);
    }
  });
});

describe('writing a report', () => {
  it('puts three files of one name into a folder that may not exist yet', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'report-'));
    try {
      const files = await writeReport(join(folder, 'new', 'reports'), 'drift', drift);
      assert.deepEqual((await readdir(join(folder, 'new', 'reports'))).sort(), [
        'aurora-1.5b-r4.drift.fpreport.html',
        'aurora-1.5b-r4.drift.fpreport.json',
        'aurora-1.5b-r4.drift.fpreport.md',
      ]);
      assert.deepEqual(JSON.parse(await readFile(files.json, 'utf8')), withoutPlaces(drift, folder));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('a report about a copy that is not ready to publish', () => {
  const notReady = 'Not ready to publish: its drift is 0.61 nats a token <i>';
  const verified = makeVerifyReport(sampleJudgement(64, 64, 61), { ...verifyCircumstances, notReady });
  const measured = makeDriftReport(sampleDrift, { ...driftCircumstances, notReady }, decode);

  it('says so in the first line of its Markdown', () => {
    for (const text of [renderVerifyMarkdown(verified), renderDriftMarkdown(measured)])
      assert.match(
        text,
        /^> \*\*Not ready to publish: its drift is 0\.61 nats a token &lt;i&gt;\.\*\* Measured/,
      );
    assert.match(renderVerifyMarkdown(match), /^# /);
  });

  it('says so before its verdict on its page', () => {
    for (const text of [renderVerifyHtml(verified), renderDriftHtml(measured)]) {
      const at = text.indexOf('Not ready to publish: its drift is 0.61 nats a token &lt;i&gt;');
      assert.ok(at > 0 && at < text.indexOf('class="verdict"'));
    }
    assert.ok(!renderVerifyHtml(match).includes('Not ready to publish'));
  });
});
