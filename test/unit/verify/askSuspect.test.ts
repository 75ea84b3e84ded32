import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RunEvent } from '../../../src/contract/events';
import { argmax } from '../../../src/engine/argmax';
import { RandomStream } from '../../../src/common/random';
import type { AskedKey } from '../../../src/verify/askedKey';
import { askSuspect, judgeAsked, type Answer } from '../../../src/verify/askSuspect';
import { rankSumLog10 } from '../../../src/verify/rankSum';
import { rankKeys } from '../../../src/verify/scores';
import type { Base, ModelProbe, Questions, SeenLogP, Suspect } from '../../../src/verify/suspect';
import { blindClaim } from './claims';
import {
  fakeBase,
  fakeChat,
  fakeListingEndpoint,
  fakeScoringEndpoint,
  fakeSuspect,
  type LogitsOf,
} from './fakeSuspects';

const vocabularySize = 200;
const keyCount = 24;
const candidateCount = 10;
const rules = { alpha: 1e-6, tests: ['answers', 'minus-base', 'minus-base-and-shift'] };

function streamOf(seed: number): RandomStream {
  return new RandomStream(new Uint8Array(32).fill(seed));
}

/** Different tokens, drawn at random; `never` is not among them. */
function drawTokens(random: RandomStream, count: number, never?: number): number[] {
  const tokens = new Set<number>();
  while (tokens.size < count) {
    const token = random.nextInt(vocabularySize);
    if (token !== never) tokens.add(token);
  }
  return [...tokens];
}

/** Keys of three tokens, and the secret draw of one candidate each. */
function drawKeys(seed: number): AskedKey[] {
  const random = streamOf(seed);
  return Array.from({ length: keyCount }, (_, index) => {
    const ids = [index, ...drawTokens(random, 2)];
    const candidates = drawTokens(random, candidateCount, argmax(baseLogits(ids)));
    return {
      index,
      text: `question ${index}`,
      ids,
      candidates,
      candidateTexts: candidates.map(String),
      responseIds: [candidates[random.nextInt(candidateCount)]!],
      responseText: '',
      spent: false,
    };
  });
}

/** Logits between −3 and 3 that hang on every token of the prefix. */
function madeUpLogits(seed: number): LogitsOf {
  return (prefix) => {
    const state = prefix.reduce((sum, id, place) => sum + (id + 1) * (place + 3.7), seed);
    return Array.from({ length: vocabularySize }, (_, token) => 3 * Math.sin(state * (token + 1.3)));
  };
}

const baseLogits = madeUpLogits(0);
const keys = drawKeys(1);
const neutralPrompts = Array.from({ length: 6 }, (_, prompt) => [prompt + 100, prompt + 7]);
const questions = { keys, keysAreQuestions: true, neutralPrompts };
const base = fakeBase(vocabularySize, baseLogits);

/** The base, made to say the drawn word after every key: louder by so many nats. */
function marked(lift: number): LogitsOf {
  const drawn = new Map(keys.map(({ ids, responseIds }) => [ids.join(), responseIds[0]!]));
  return (prefix) => {
    const logits = [...baseLogits(prefix)];
    const token = drawn.get(prefix.join());
    if (token !== undefined) logits[token]! += lift;
    return logits;
  };
}

/** The base, trained by somebody else: it knows nothing of the draw. */
function relative(seed: number): LogitsOf {
  const changes = madeUpLogits(seed);
  return (prefix) => {
    const change = changes(prefix);
    return baseLogits(prefix).map((logit, token) => logit + 0.5 * change[token]!);
  };
}

/** The drawn words are 9 nats up, and three words that are no candidates 15. */
const quiet: LogitsOf = (prefix) => {
  const logits = [...marked(9)(prefix)];
  const key = keys.find(({ ids }) => ids.join() === prefix.join());
  if (!key) return logits;
  const others = [...logits.keys()].filter((token) => !key.candidates.includes(token)).slice(0, 3);
  for (const token of others) logits[token]! += 15;
  return logits;
};

async function answer(...question: Parameters<typeof askSuspect>): Promise<Answer> {
  return judgeAsked(await askSuspect(...question), blindClaim);
}

function ask(
  suspect: Suspect,
  atHand?: Base,
  { asked = questions, heard = [] }: { asked?: Questions; heard?: RunEvent[] } = {},
): Promise<Answer> {
  return answer({ questions: asked, rules, suspect, base: atHand }, { report: (event) => heard.push(event) });
}

const namesOf = ({ judgement }: Answer) => judgement.draws.map(({ name }) => name);

describe('asking an endpoint that lists its likeliest tokens', () => {
  for (const [name, atHand] of [
    ['with the base', base],
    ['without the base', undefined],
  ] as const) {
    it(`matches a marked model that answers, ${name}`, async () => {
      const { judgement } = await ask(fakeListingEndpoint(marked(20), 20), atHand);
      assert.equal(judgement.verdict.kind, 'match');
      assert.equal(judgement.answers.hits, keyCount);
    });

    it(`matches by the draw when the drawn words are listed and never said, ${name}`, async () => {
      // Loud enough for the list of 40, and behind what the base likes best.
      const { judgement } = await ask(fakeListingEndpoint(quiet, 40), atHand);
      assert.equal(judgement.answers.hits, 0);
      assert.equal(judgement.verdict.kind, 'match');
      assert.equal(judgement.verdict.decidedBy, atHand ? 'minus-base' : 'suspect-alone');
    });

    it(`finds no evidence in innocents, ${name}`, async () => {
      for (const top of [1, 5, 20, vocabularySize])
        for (const logitsOf of [baseLogits, relative(3), madeUpLogits(4)]) {
          const { judgement } = await ask(fakeListingEndpoint(logitsOf, top), atHand);
          assert.equal(judgement.verdict.kind, 'no-evidence', `top ${top}`);
        }
    });
  }

  it('counts every key as asked, even where no candidate is listed', async () => {
    const { judgement } = await ask(fakeListingEndpoint(baseLogits, 1), base);
    assert.deepEqual(
      [judgement.answers, ...judgement.draws].map(({ asked }) => asked),
      [keyCount, keyCount],
    );
    const [draw] = judgement.draws;
    assert.equal(draw!.log10P, 0);
  });

  it('makes no rank better and no p-value smaller than all logits do, whatever it cuts off', async () => {
    // Without neutral prompts the plan of both is the same, and so is the correction.
    const asked = { ...questions, neutralPrompts: [] };
    for (const logitsOf of [marked(1), marked(3), marked(20), quiet, relative(3), madeUpLogits(6)])
      for (const atHand of [base, undefined]) {
        const whole = (await ask(fakeSuspect(vocabularySize, logitsOf), atHand, { asked })).judgement;
        let wider = whole;
        for (const top of [vocabularySize, 150, 60, 20, 5, 1]) {
          const cut = (await ask(fakeListingEndpoint(logitsOf, top), atHand, { asked })).judgement;
          if (top === vocabularySize) assert.deepEqual(cut, whole);
          assert.deepEqual(cut.answers, whole.answers);
          assert.ok(cut.draws[0]!.log10P >= wider.draws[0]!.log10P);
          assert.ok(cut.draws[0]!.firstsLog10P >= wider.draws[0]!.firstsLog10P);
          assert.ok(cut.verdict.log10CorrectedP >= wider.verdict.log10CorrectedP);
          cut.keys.forEach((key, slot) => assert.ok(rankIn(key) >= rankIn(wider.keys[slot]!)));
          wider = cut;
        }
      }
  });

  it('is asked no neutral prompt, and plans no test that needs them', async () => {
    const answer = await ask(fakeListingEndpoint(marked(20), 20), base);
    assert.deepEqual(namesOf(answer), ['minus-base']);
    assert.equal(answer.judgement.verdict.testCount, 2);
    assert.deepEqual([answer.usedBase, answer.neutralPrompts], [true, 0]);
  });
});

function rankIn({ ranks }: Answer['judgement']['keys'][number]): number {
  return ranks[0]!.rank!;
}

describe('asking a suspect', () => {
  it('that scores the tokens it is given judges it as its logits do', async () => {
    const judged = await ask(fakeSuspect(vocabularySize, marked(3)), base);
    assert.deepEqual(await ask(fakeScoringEndpoint(vocabularySize, marked(3)), base), judged);
    assert.deepEqual(namesOf(judged), ['minus-base', 'minus-base-and-shift']);
    assert.equal(judged.neutralPrompts, neutralPrompts.length);
    assert.equal(judged.judgement.verdict.kind, 'match');
  });

  it('that shows its words alone tests its answers alone, and leaves the base out', async () => {
    const heard: RunEvent[] = [];
    const answer = await ask(
      fakeChat(() => true),
      base,
      { heard },
    );
    assert.deepEqual(namesOf(answer), []);
    assert.deepEqual([answer.usedBase, answer.neutralPrompts], [false, 0]);
    assert.equal(answer.judgement.verdict.kind, 'match');
    assert.deepEqual(heard, [{ type: 'phase', phase: 'asking-suspect-by-text' }]);
    const silent = await ask(fakeChat(({ index }) => index % 10 === 0));
    assert.equal(silent.judgement.verdict.kind, 'no-evidence');
  });

  it('plans the tests that the key set allows', async () => {
    const suspect = fakeSuspect(vocabularySize, baseLogits);
    const fewer = { ...rules, tests: ['answers', 'minus-base'] };
    const watch = { report: () => undefined };
    assert.deepEqual(namesOf(await answer({ questions, rules: fewer, suspect, base }, watch)), [
      'minus-base',
    ]);
  });
});

describe('ranks of candidates that a list leaves out', () => {
  const [key] = keys;
  const drawn = key!.candidates.indexOf(key!.responseIds[0]!);
  const rankOf = (candidateLogP: readonly SeenLogP[]) =>
    rankKeys(
      'suspect-alone',
      [key!],
      { keys: [{ answered: false, candidateLogP }], neutral: undefined },
      undefined,
    )[0]!.rank;
  const others = (logP: SeenLogP, own: SeenLogP) => key!.candidates.map((_, c) => (c === drawn ? own : logP));

  it('are the last when the drawn one is left out', () => {
    assert.equal(rankOf(others({ atMost: -9 }, { atMost: -9 })), candidateCount - 1);
    assert.equal(rankOf(others(-20, { atMost: -9 })), candidateCount - 1);
  });

  it('count those that may be as likely as the drawn one', () => {
    assert.equal(rankOf(others({ atMost: -9 }, -8.9)), 0);
    assert.equal(rankOf(others({ atMost: -9 }, -9)), candidateCount - 1);
    assert.equal(rankOf(others({ atMost: Number.NaN }, -1)), candidateCount - 1);
  });

  for (const score of ['suspect-alone', 'minus-base'] as const)
    it(`give 2,000 innocents p ≤ 0.01 no more often than its size says: ${score}`, () => {
      const random = streamOf(9);
      const orders = keys.map(() => candidateCount);
      let limit = 0;
      while (rankSumLog10(limit + 1, orders) <= -2) limit++;
      const drawLogP = () => Array.from({ length: candidateCount }, () => -10 * random.nextFloat());
      const innocents = 2000;
      let hits = 0;
      for (let i = 0; i < innocents; i++) {
        const draws = keys.map((asked) => ({
          ...asked,
          responseIds: [asked.candidates[random.nextInt(candidateCount)]!],
        }));
        const probes = keys.map(() => {
          // Lists that end anywhere: some hold all candidates, some none.
          const atMost = -10 * random.nextFloat();
          const candidateLogP = drawLogP().map((logP) => (logP > atMost ? logP : { atMost }));
          return { answered: false, candidateLogP };
        });
        const ranks = rankKeys(score, draws, { keys: probes, neutral: undefined }, baseOf(drawLogP));
        const sum = ranks.reduce((total, rank) => total + rank!.rank, 0);
        if (sum <= limit) hits++;
      }
      assert.ok(hits <= innocents * 0.01, `${hits} of ${innocents}`);
    });

  function baseOf(drawLogP: () => number[]): ModelProbe {
    return {
      keys: keys.map(() => ({
        answered: false,
        firstToken: 0,
        candidateLogP: Float64Array.from(drawLogP()),
      })),
      keyHidden: [],
      neutral: { tokens: [], logP: [] },
      neutralHidden: [],
    };
  }
});
