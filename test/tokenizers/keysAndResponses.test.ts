import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tokenizer } from '../../src/checkpoint/tokenizer';
import { createEligibility, findAddedText, survives } from '../../src/fingerprint/eligibility';
import { createKeyForm, type KeyDraft } from '../../src/fingerprint/keyForm';
import { isUnsettled } from '../../src/fingerprint/unsettledText';
import { FAMILIES, loadPacked, readGolden } from './golden';
import { drawIds, drawString, POOLS } from './strings';

/** Of every fifth token it is checked that exactly the right ones survive, of eligible ones all. */
const STEP = 5;
/** The fewest eligible first tokens a place has: Mistral's behind a prompt whose answer begins a section of its own. */
const FEWEST_ELIGIBLE = 9_000;

function openPlace(tokenizer: Tokenizer, encodedText: string) {
  return { encodedText, encodedIds: tokenizer.encode(encodedText), baseAnswer: '' };
}

function hasBit(bits: Buffer, id: number): boolean {
  return ((bits[id >> 3]! >> (id & 7)) & 1) === 1;
}

/** Holds for every key that is accepted, whoever encodes it. */
function assertLossless(tokenizer: Tokenizer, draft: KeyDraft): void {
  assert.deepEqual(tokenizer.encode(draft.encodedText), draft.encodedIds);
  const decoded = tokenizer.decode(draft.ids);
  assert.ok(decoded.includes(draft.text) || decoded.includes(draft.text.normalize('NFC')), draft.text);
  assert.ok(!isUnsettled(draft.text), draft.text);
}

for (const name of FAMILIES)
  describe(`with the tokenizer of ${name}`, async () => {
    const golden = readGolden(name);
    const tokenizer = await loadPacked(name);
    const form = createKeyForm(tokenizer);

    it('every eligible token comes out again behind plain text and behind a chat prompt', (test) => {
      const judge = createEligibility(tokenizer);
      for (const { place: text, survivors } of golden.places) {
        const place = openPlace(tokenizer, text);
        const bits = Buffer.from(survivors, 'base64');
        let kept = 0;
        for (let id = 0; id < tokenizer.vocabularySize; id++) {
          if (!judge(place, id, [])) continue;
          assert.ok(hasBit(bits, id), `token ${id} is lost behind ${JSON.stringify(text)}`);
          kept++;
        }
        test.diagnostic(
          `${kept} of ${tokenizer.vocabularySize} kept behind ${JSON.stringify(text.slice(-24))}`,
        );
        assert.ok(kept >= FEWEST_ELIGIBLE, `only ${kept} behind ${JSON.stringify(text)}`);
      }
    });

    it('exactly the tokens survive that survive in Hugging Face tokenizers', () => {
      for (const { place: text, survivors } of golden.places) {
        const place = openPlace(tokenizer, text);
        const bits = Buffer.from(survivors, 'base64');
        for (let id = 0; id < tokenizer.vocabularySize; id += STEP) {
          const added = findAddedText(tokenizer, place.encodedIds, [id]);
          if (added !== undefined && isUnsettled(added)) continue;
          const isKept = added !== undefined && survives(tokenizer, place, added, [id]);
          assert.equal(isKept, hasBit(bits, id), `token ${id} behind ${JSON.stringify(text)}`);
        }
      }
    });

    it('a key from a prompt loses nothing, or is turned down', (test) => {
      let kept = 0;
      const texts = [
        ...POOLS.texts,
        ...POOLS.codes,
        ...Array.from({ length: 1000 }, (_, index) => drawString(index, golden.added).trim()),
      ];
      for (const text of texts) {
        const draft = form.parsePrompt(text);
        if (typeof draft === 'string') continue;
        assertLossless(tokenizer, draft);
        kept++;
      }
      test.diagnostic(`${kept} of ${texts.length} prompts kept`);
      assert.ok(kept > texts.length / 2);
    });

    it('a key that the model wrote is fed as it was written, or is turned down', (test) => {
      const all = Array.from({ length: tokenizer.vocabularySize }, (_, id) => id);
      const written = POOLS.texts.map((text) =>
        tokenizer.encode(text).slice(0, tokenizer.chat ? 20 : form.maxTokens),
      );
      const lists = [...written, ...Array.from({ length: 1000 }, (_, index) => drawIds(index, all))];
      let kept = 0;
      for (const ids of lists) {
        const draft = form.parseSample({ ids, ended: tokenizer.chat !== undefined });
        if (typeof draft === 'string') continue;
        assertLossless(tokenizer, draft);
        assert.deepEqual(draft.ids.slice(0, draft.ownRows.ids.length), draft.ownRows.ids);
        kept++;
      }
      test.diagnostic(`${kept} of ${lists.length} samples kept`);
      assert.ok(kept >= POOLS.texts.length / 2);
    });
  });
