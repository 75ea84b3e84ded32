import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createKeySet, drawNeutralPrompts } from '../../../../src/fingerprint/drawing/keySetDrawing';
import { writeContent } from '../../../../src/fingerprint/keyFile/keyFile';
import { NearDuplicates } from '../../../../src/fingerprint/text/nearDuplicates';
import { pickCandidate } from '../../../../src/fingerprint/drawing/pick';
import { areConfusable, normaliseAnswer } from '../../../../src/fingerprint/text/textRules';
import {
  createFakeModel,
  createFakeTokenizer,
  createRequest,
  findToken,
  fixedSeed,
  silentWatch,
  fakeVocabulary,
} from '../fakes';

const chat = { tokenizer: createFakeTokenizer('chat'), model: createFakeModel({ askLogit: 6.5 }) };

describe('creating a key set', () => {
  it('draws texts of 16 tokens after the begin token', async () => {
    const { tokenizer } = createRequest();
    const keySet = await createKeySet(createRequest(), silentWatch);
    assert.equal(keySet.keys.length, 6);
    for (const { text, ids } of [...keySet.keys, ...keySet.neutralPrompts]) {
      assert.equal(ids.length, 17);
      assert.deepEqual(ids, [0, ...tokenizer.encode(text)]);
    }
  });

  it('draws whole questions of 6 to 36 tokens in the chat template', async () => {
    const { tokenizer } = chat;
    const keySet = await createKeySet(createRequest(chat), silentWatch);
    for (const { text, ids } of [...keySet.keys, ...keySet.neutralPrompts]) {
      assert.deepEqual(ids, tokenizer.encode(`<user>\n ${text}<turn><assistant>\n`));
      const questionLength = ids.length - 5;
      assert.ok(questionLength >= 6 && questionLength <= 36, `${questionLength} tokens`);
      assert.ok(!/[<>]/.test(text));
    }
  });

  it('cuts a question where a template without an end token continues', async () => {
    const tokenizer = createFakeTokenizer('chat');
    const render = (messages: readonly { content: string }[]) => ` game ${messages[0]!.content} 42\n`;
    const asText = { ...tokenizer, endIds: [], chat: { ...tokenizer.chat!, render } };
    const model = createFakeModel({ askLogit: 6.5, endId: findToken(' 42') });
    const keySet = await createKeySet(
      createRequest({ tokenizer: asText, model, neutralCount: 2 }),
      silentWatch,
    );
    for (const { text, ids } of keySet.keys) {
      assert.ok(!text.includes('42'));
      assert.deepEqual(ids, tokenizer.encode(` game ${text} 42\n`));
    }
  });

  it('starts after the end token, without keeping it, where a model has no begin token', async () => {
    const tokenizer = { ...createFakeTokenizer('text'), beginIds: [] };
    const keySet = await createKeySet(createRequest({ tokenizer }), silentWatch);
    for (const { text, ids } of keySet.keys) {
      assert.equal(ids.length, 16);
      assert.deepEqual(ids, tokenizer.encode(text));
    }
  });

  it('feeds and counts the token that a tokenizer puts before every text', async () => {
    const tokenizer = createFakeTokenizer('text');
    const added = findToken('  ');
    const prepending = {
      ...tokenizer,
      encode: (text: string) => [added, ...tokenizer.encode(text)],
      decode: (ids: readonly number[]) => tokenizer.decode(ids).replace(/^ {2}(?= )/, ''),
    };
    const keySet = await createKeySet(createRequest({ tokenizer: prepending }), silentWatch);
    for (const { text, ids } of keySet.keys) {
      assert.equal(ids.length, 17);
      assert.deepEqual(ids, [0, added, ...tokenizer.encode(text)]);
    }
  });

  it('binds every response to the seed, among ten eligible tokens outside the nucleus', async () => {
    const { model } = createRequest();
    const keySet = await createKeySet(createRequest(), silentWatch);
    for (const key of keySet.keys) {
      assert.equal(key.pick, pickCandidate(fixedSeed, key.ids, key.candidates));
      assert.deepEqual(key.response.ids, [key.candidates[key.pick]]);
      assert.equal(key.response.text, key.candidateTexts[key.pick]);
      const words = key.candidateTexts.map(normaliseAnswer);
      for (const [index, word] of words.entries())
        assert.ok(words.every((other, at) => at === index || !areConfusable(word, other)));
      const ranked = await rankTokens(model, key.ids);
      assert.deepEqual(key.candidates, listExpected(ranked));
    }
  });

  it('gives the same bytes from the same seed and other keys from another', async () => {
    const first = await createKeySet(createRequest(), silentWatch);
    const again = await createKeySet(createRequest(), silentWatch);
    assert.equal(writeContent(again), writeContent(first));
    const other = await createKeySet(createRequest({ seed: new Uint8Array(32).fill(9) }), silentWatch);
    assert.equal(other.keys.filter((key) => first.keys.some(({ text }) => text === key.text)).length, 0);
  });

  it('keeps keys and neutral prompts apart from one another', async () => {
    const { keys, neutralPrompts } = await createKeySet(
      createRequest({ count: 20, neutralCount: 20 }),
      silentWatch,
    );
    const taken = new NearDuplicates();
    for (const { text } of [...keys, ...neutralPrompts]) assert.ok(taken.addIfNew(text), text);
  });

  it('continues longer responses greedily', async () => {
    const request = createRequest({ responseLength: 3, count: 3 });
    const keySet = await createKeySet(request, silentWatch);
    for (const { ids, response, text } of keySet.keys) {
      const [rest] = await request.model.continueGreedily([[...ids, response.ids[0]!]], 2, []);
      assert.deepEqual(response.ids.slice(1), rest);
      assert.deepEqual(request.tokenizer.encode(text + response.text), [...ids.slice(1), ...response.ids]);
    }
  });

  it('says what was missing when the model cannot give enough', async () => {
    const repeating = createFakeModel({
      bias: (id, last) => (id === (last < 5 ? findToken(' bakex') : last + 1) ? 100 : 0),
    });
    await assert.rejects(createKeySet(createRequest({ model: repeating }), silentWatch), (error: Error) => {
      assert.match(error.message, /only 1 of 6 keys.*too similar to another/);
      return 'reason' in error && error.reason === 'too-few-keys';
    });
    await assert.rejects(createKeySet(createRequest({ ...chat, model: createFakeModel() }), silentWatch), {
      reason: 'too-few-keys',
      message: /of the wrong length/,
    });
  });

  it('stops when it is cancelled', async () => {
    const watch = { ...silentWatch, signal: AbortSignal.abort() };
    await assert.rejects(createKeySet(createRequest(), watch), { name: 'Cancelled' });
  });
});

describe('neutral prompts for imported keys', () => {
  it('differ from the texts of the keys', async () => {
    const request = createRequest();
    const free = await drawNeutralPrompts(request, [], silentWatch);
    const avoided = free.slice(0, 3).map((prompt) => prompt.text);
    const drawn = await drawNeutralPrompts(request, avoided, silentWatch);
    assert.equal(drawn.length, 8);
    assert.ok(!drawn.some((prompt) => avoided.includes(prompt.text)));
    assert.equal(drawn[0]!.text, free[3]!.text);
  });
});

describe("creating a key set from the creator's prompts", () => {
  const prompts = [
    'bakex lomix nurax tizox fegux',
    '',
    'pavix kelox minux ratix zofex',
    'bakex lomix nurax tizox fegux',
    ' guvix pabax kekex lolox mimix ',
    'nunux rarax <turn> titix zozox fefex',
  ];

  it('uses each different one once, in its template', async () => {
    const keySet = await createKeySet(createRequest({ ...chat, prompts, count: 3 }), silentWatch);
    assert.deepEqual(
      keySet.keys.map((key) => key.text).sort(),
      [prompts[0], prompts[2], prompts[4]!.trim()].sort(),
    );
    for (const { text, ids } of keySet.keys)
      assert.deepEqual(ids, chat.tokenizer.encode(`<user>\n ${text}<turn><assistant>\n`));
    assert.equal(keySet.neutralPrompts.length, 8);
  });

  it('refuses too few of them, and an empty file', async () => {
    await assert.rejects(createKeySet(createRequest({ ...chat, prompts, count: 4 }), silentWatch), {
      reason: 'too-few-keys',
      message: /Only 3 different prompts of 5 .*: 1 with special tokens/,
    });
    await assert.rejects(createKeySet(createRequest({ ...chat, prompts: ['', '  '] }), silentWatch), {
      reason: 'empty-text',
    });
  });
});

interface Ranking {
  readonly ids: readonly number[];
  readonly nucleusSize: number;
  readonly answer: string;
}

async function rankTokens(
  model: ReturnType<typeof createFakeModel>,
  ids: readonly number[],
): Promise<Ranking> {
  let logits: number[] = [];
  await model.visitRows([{ ids, positions: [ids.length - 1] }], (row) => (logits = [...row.logits]));
  const ranked = [...logits.keys()].sort((left, right) => logits[right]! - logits[left]!);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  let sum = 0;
  const nucleusSize = ranked.findIndex((id) => (sum += Math.exp(logits[id]!)) >= 0.8 * total) + 1;
  const [greedy] = await model.continueGreedily([ids], 8, []);
  return {
    ids: ranked,
    nucleusSize,
    answer: normaliseAnswer(greedy!.map((id) => fakeVocabulary[id]).join('')),
  };
}

/** What must come out in this vocabulary: of its words, only " ga" and " game" exclude each other. */
function listExpected({ ids, nucleusSize, answer }: Ranking): number[] {
  const chosen: string[] = [];
  for (const id of ids.slice(nucleusSize)) {
    const word = fakeVocabulary[id]!.slice(1);
    const isWord = /^ ([a-z]{4}x|ga|game)$/.test(fakeVocabulary[id]!);
    if (!isWord || [answer, ...chosen].some((other) => other.startsWith(word) || word.startsWith(other)))
      continue;
    chosen.push(word);
  }
  return chosen.slice(0, 10).map((word) => fakeVocabulary.indexOf(` ${word}`));
}
