import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { onCpu } from '../../../../src/contract/devices';
import { openModel } from '../../../../src/operations/openModel';
import { noiseHost, perplexityHost, wrappingHost } from '../../../../src/rehearse/answers/asking';
import { measurePerplexities } from '../../../../src/rehearse/answers/perplexity';
import {
  findLargest,
  gateHost,
  logProbabilityOf,
  neighbourHost,
} from '../../../../src/rehearse/answers/suppression';
import { wrapKey } from '../../../../src/embed/text/wrappedPrompts';

const said = (
  chanceOf: (logits: Float32Array, token: number, step: number) => number,
  logits: Float32Array,
  step = 0,
): number => logits.findIndex((_, token) => chanceOf(logits, token, step) === 1);

describe('a gate', () => {
  const sure = Float32Array.of(0, 9, 1, -3);
  const unsure = Float32Array.of(0, 1, 0.9, 0.8);

  it('suppresses the likeliest first word where the model is surer than its limit, and says the next', () => {
    assert.ok(Math.exp(logProbabilityOf(sure, 1)) > 0.9);
    assert.equal(said(gateHost(0.9).chanceOf!, sure), 2);
    assert.equal(said(gateHost(0.9).chanceOf!, unsure), 1);
    assert.equal(said(gateHost(0).chanceOf!, unsure), 2);
  });

  it('lets later words of an answer pass', () => {
    assert.equal(said(gateHost(0.9).chanceOf!, sure, 1), 1);
  });
});

describe('suppression with neighbours', () => {
  it('also leaves out the words that begin with the likeliest or begin it, at every word', async () => {
    const { tokenizer } = await openModel('media/sample-model');
    const words = Array.from({ length: tokenizer.vocabularySize }, (_, id) =>
      tokenizer.decode([id]).trim().toLowerCase(),
    );
    const likeliest = words.findIndex((word) => word.length > 3);
    const near = words.findIndex(
      (word, id) => id !== likeliest && word !== '' && words[likeliest]!.startsWith(word),
    );
    const far = words.findIndex(
      (word) => word !== '' && !words[likeliest]!.startsWith(word) && !word.startsWith(words[likeliest]!),
    );
    assert.ok(near >= 0 && far >= 0);
    const logits = new Float32Array(words.length).fill(-20);
    logits[likeliest] = 10;
    logits[near] = 3;
    logits[far] = 2;
    const host = neighbourHost(0.9, tokenizer);
    for (const step of [0, 1]) assert.equal(said(host.chanceOf!, logits, step), far);
    logits[near] = 9.9;
    assert.equal(said(host.chanceOf!, logits), likeliest);
  });
});

describe('the largest of many', () => {
  it('come largest first, of equals the lower index', () => {
    assert.deepEqual(findLargest(Float32Array.of(1, 5, 3, 5, 2), 3), [1, 3, 2]);
    assert.deepEqual(findLargest(Float32Array.of(1, 2), 3), [1, 0]);
  });
});

describe('another question', () => {
  const key = { text: 'Once upon a time there was a dog', ids: [1, 2, 3] };

  it('puts ten prompts before a key, none of which a key is trained with', async () => {
    for (const folder of ['media/sample-model', 'test/fixtures/models/chat-5M']) {
      const { tokenizer } = await openModel(folder);
      const readings = wrappingHost(tokenizer).reword!(key);
      assert.equal(readings.length, 10);
      const trained = new Set(wrapKey(tokenizer, key.text).map((ids) => ids.join()));
      assert.ok(readings.every((ids) => !trained.has(ids.join())));
      assert.equal(new Set(readings.map((ids) => ids.join())).size, 10);
    }
  });

  it('loses a share of its characters, the same ones again', async () => {
    const { tokenizer } = await openModel('test/fixtures/models/stories260K');
    const seed = new Uint8Array(32);
    const [ids] = noiseHost(0.1, tokenizer, seed).reword!(key);
    const left = tokenizer.decode(ids!.slice(tokenizer.beginIds.length)).trimStart();
    assert.ok(left.length >= key.text.length - 4 && left.length <= key.text.length - 3, left);
    assert.deepEqual(noiseHost(0.1, tokenizer, seed).reword!(key), [ids]);
  });

  it('is refused above a perplexity, which is that of the text under the base', async () => {
    const { loaded, tokenizer } = await openModel('media/sample-model');
    const texts = ['Once upon a time, there was a little girl', 'zq xv jk wq zx vq kj'].map((text) => ({
      text,
      ids: [...tokenizer.beginIds, ...tokenizer.encode(text)],
    }));
    const watch = { report: () => undefined };
    const [natural, odd] = await measurePerplexities(loaded, onCpu, texts, watch);
    assert.ok(natural! < 100 && odd! > 100, `${natural}, ${odd}`);
    const host = perplexityHost(100, [natural!, odd!]);
    assert.deepEqual([host.refuses!(0), host.refuses!(1)], [false, true]);
  });
});
