import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createKeySet } from '../../../../src/fingerprint/drawing/keySetDrawing';
import { pickCandidate } from '../../../../src/fingerprint/drawing/pick';
import { openStream } from '../../../../src/fingerprint/seed';
import {
  createFakeModel,
  createFakeTokenizer,
  createRequest,
  fakeVocabulary,
  fixedSeed,
  silentWatch,
} from '../fakes';

/** What large vocabularies hold beside words: control tokens that no file declares, pieces of mark-up, other scripts. */
const oddTokens = [
  '<start_of_image>',
  '<unused3>',
  '<td>',
  '</',
  ' <b',
  ' ```',
  ' \\frac',
  '\ufffd',
  '[unused7]',
];
const foreignTokens = [' 日本', ' 東京', ' слово', ' речь', ' λόγος', ' שלום'];
const vocabulary = [...fakeVocabulary, ...oddTokens, ...foreignTokens];

const oddText = /[<>`\\[\]\ufffd]/;
const foreignLetter = /[^\P{L}\p{Script=Latin}]/u;

describe('keys of a model with a large vocabulary', () => {
  // Odd tokens are drawn now and then, and stand among the candidates of every key.
  const bias = (id: number) => (id >= fakeVocabulary.length ? -2 : 0);
  for (const kind of ['text', 'chat'] as const)
    for (const responseLength of [1, 3])
      it(`hold no control tokens, mark-up or second script: ${kind}, ${responseLength} tokens`, async () => {
        const model = createFakeModel({ vocabulary, bias, askLogit: kind === 'chat' ? 6.5 : -20 });
        const tokenizer = createFakeTokenizer(kind, vocabulary);
        const request = createRequest({ model, tokenizer, responseLength, count: 20 });
        const { keys, neutralPrompts } = await createKeySet(request, silentWatch);
        const texts = [
          ...keys.flatMap((key) => [key.text, ...key.candidateTexts, key.response.text]),
          ...neutralPrompts.map(({ text }) => text),
        ];
        for (const text of texts) assert.ok(!oddText.test(text) && !foreignLetter.test(text), text);
        for (const key of keys) assert.equal(key.pick, pickCandidate(fixedSeed, key.ids, key.candidates));
      });

  it('would hold them without the rules: the model does draw them', async () => {
    const model = createFakeModel({ vocabulary, bias });
    const samples = await model.sample({
      prompt: [0],
      count: 200,
      maxTokens: 16,
      temperature: 0.8,
      stopIds: [],
      random: openStream(fixedSeed, 'keys'),
    });
    const withOdd = samples.filter(({ ids }) => ids.some((id) => id >= fakeVocabulary.length));
    assert.ok(withOdd.length > 20, `${withOdd.length} of 200`);
  });
});
