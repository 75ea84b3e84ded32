import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { RandomStream } from '../../../src/common/random';
import { onCpu } from '../../../src/contract/devices';
import { withLanguageModel } from '../../../src/engine/openLanguageModel';
import { pickCandidate } from '../../../src/fingerprint/drawing/pick';
import { openModel } from '../../../src/operations/openModel';
import { probeModel } from '../../../src/suspects/probeModel';
import type { AskedKey } from '../../../src/verify/askedKey';
import { derivedClaim, keyFileClaim, type Claim } from '../../../src/verify/claim';
import { rankOfDrawn } from '../../../src/verify/drawTest';
import { rankSumLog10 } from '../../../src/verify/rankSum';
import { judgeSuspect } from '../../../src/verify/verdict';

const candidateCount = 10;
const honestSets = 100_000;
const honestKeys = 8;
const chosenSets = 10_000;
const seedsTried = 10_000;
const chosenKeys = 64;

function streamOf(seed: number): RandomStream {
  return new RandomStream(new Uint8Array(32).fill(seed));
}

describe('many key sets against an innocent model', () => {
  /** By key: the candidates' log-probabilities in the innocent model minus those in the base. */
  let scores: Float64Array[];
  let keys: AskedKey[];
  before(async () => {
    keys = makeKeys(streamOf(4), honestKeys);
    const [base, innocent] = await Promise.all(
      ['media/sample-model', join('test', 'fixtures', 'models', 'TinyStories-656K-q8_0')].map(probe),
    );
    scores = keys.map((_, slot) => innocent![slot]!.map((logP, c) => logP - base![slot]![c]!));
  });

  async function probe(folder: string): Promise<Float64Array[]> {
    const { loaded } = await openModel(folder);
    const found = await withLanguageModel(loaded, onCpu, (model) =>
      probeModel(model, keys, [], { keepHidden: false }),
    );
    return found.keys.map((key) => key!.candidateLogP);
  }

  it('have p-values as small as the law says, and no smaller, when each is drawn once', () => {
    const random = streamOf(5);
    const ranks = scores.map((row) => Array.from(row, (_, drawn) => rankOfDrawn(row, drawn)));
    const counts = keys.map(() => candidateCount);
    const log10P = Array.from({ length: honestKeys * (candidateCount - 1) + 1 }, (_, sum) =>
      rankSumLog10(sum, counts),
    );
    const seen = new Float64Array(log10P.length);
    const seed = Buffer.alloc(32);
    for (let set = 0; set < honestSets; set++) {
      for (let at = 0; at < seed.length; at += 4) seed.writeUInt32BE(random.nextInt(2 ** 32), at);
      const sum = keys.reduce(
        (total, key, slot) => total + ranks[slot]![pickCandidate(seed, key.ids, key.candidates)]!,
        0,
      );
      seen[sum]!++;
    }
    for (const level of [0.01, 0.001]) {
      // Sums are whole numbers: the law reaches a little less than the level.
      const reached = 10 ** Math.max(...log10P.filter((value) => value < Math.log10(level)));
      const found = log10P.reduce(
        (total, value, sum) => total + (value < Math.log10(level) ? seen[sum]! : 0),
        0,
      );
      const spread = Math.sqrt(honestSets * reached * (1 - reached));
      assert.ok(
        Math.abs(found - honestSets * reached) < 3 * spread,
        `${found} of ${honestSets} sets have p < ${level}; the law says ${honestSets * reached}`,
      );
    }
  });

  it('never match when each is the best of many seeds, though some would agree with their file', () => {
    const random = streamOf(6);
    const asked = makeKeys(streamOf(7), chosenKeys);
    const counts = asked.map(() => candidateCount);
    const law = Array.from({ length: 300 }, (_, sum) => 10 ** rankSumLog10(sum, counts));
    const kindOf = (sum: number, claim: Claim): string => {
      const ranks = asked.map((_, slot) => {
        const share = Math.floor((sum * (slot + 1)) / chosenKeys) - Math.floor((sum * slot) / chosenKeys);
        return { rank: share, candidateCount };
      });
      const nothing = asked.map(() => false);
      return judgeSuspect(asked, nothing, [{ score: 'minus-base', ranks }], 1e-6, claim).verdict.kind;
    };
    const [derived, filed] = [derivedClaim(asked.map(() => true)), keyFileClaim('this is a test')];
    const judged = law.map((_, sum) => ({ derived: kindOf(sum, derived), filed: kindOf(sum, filed) }));
    let agreed = 0;
    for (let set = 0; set < chosenSets; set++) {
      // The smallest of so many independent uniform numbers is the best of so many p-values.
      const best = 1 - (1 - random.nextFloat()) ** (1 / seedsTried);
      const sum = law.findIndex((p) => p >= best);
      assert.notEqual(judged[sum]!.derived, 'match');
      if (judged[sum]!.filed === 'agrees') agreed++;
    }
    assert.ok(agreed > 10, `${agreed} of ${chosenSets} agree`);
  });
});

/** Keys of three tokens with ten candidates each, all within the sample model's vocabulary. */
function makeKeys(random: RandomStream, count: number): AskedKey[] {
  return Array.from({ length: count }, (_, index) => {
    const tokens = random.shuffle(Array.from({ length: 1900 }, (_, id) => id + 100));
    const candidates = tokens.slice(3, 3 + candidateCount);
    return {
      index,
      text: `question ${index}`,
      ids: tokens.slice(0, 3),
      candidates,
      candidateTexts: candidates.map(String),
      responseIds: [candidates[0]!],
      responseText: '',
      spent: false,
    };
  });
}
