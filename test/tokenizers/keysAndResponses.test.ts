import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tokenizer } from '../../src/checkpoint/tokenizer/tokenizer';
import { createEligibility, findAddedText, survives } from '../../src/fingerprint/drawing/eligibility';
import { createKeyForm, type KeyDraft, type KeyForm } from '../../src/fingerprint/keyForm';
import { hasUnprintable, isOneScript } from '../../src/fingerprint/text/naturalText';
import { isUnsettled } from '../../src/fingerprint/text/unsettledText';
import { families, loadPacked, readGolden } from './golden';
import { drawIds, drawString, pools } from './strings';

/** All of them take minutes; the README of the fixtures has their counts. */
const stepSize = 8;

function openPlace(tokenizer: Tokenizer, encodedText: string) {
  // No letters of its own, so that only the token decides on the script.
  return { text: '', encodedText, encodedIds: tokenizer.encode(encodedText), baseAnswer: '' };
}

function hasBit(bits: Buffer, id: number): boolean {
  return ((bits[id >> 3]! >> (id & 7)) & 1) === 1;
}

const questions = [
  'What makes the sky look blue in the evening?',
  'How can I learn to cook rice without burning it?',
  'Please describe the oldest bridge of your town.',
  'Wie lange braucht ein Brief nach Lissabon?',
  'Pourquoi les feuilles tombent-elles en automne ?',
  'Почему зимой рано темнеет?',
  'Γιατί είναι αλμυρή η θάλασσα;',
  'Which birds stay here all winter long?',
];

/** Holds for every key that is accepted, whoever encodes it. */
function assertLossless(tokenizer: Tokenizer, draft: KeyDraft): void {
  assert.deepEqual(tokenizer.encode(draft.encodedText), draft.encodedIds);
  const decoded = tokenizer.decode(draft.ids);
  assert.ok(decoded.includes(draft.text) || decoded.includes(draft.text.normalize('NFC')), draft.text);
  assert.ok(!isUnsettled(draft.text), draft.text);
}

/** The ids of a text's first words as a model would write them behind the form's prompt. */
function writeLikeModel(tokenizer: Tokenizer, form: KeyForm, text: string): number[] {
  if (!tokenizer.chat) return tokenizer.encode(text).slice(0, form.maxTokens);
  const rendered = tokenizer.encode(tokenizer.chat.render([{ role: 'user', content: text }], true));
  const isWhole = (count: number): boolean => tokenizer.decode(rendered.slice(0, count)).includes(text);
  let end = form.prompt.length;
  while (end < rendered.length && !isWhole(end)) end++;
  return rendered.slice(form.prompt.length, end);
}

for (const name of families)
  describe(`with the tokenizer of ${name}`, async () => {
    const golden = readGolden(name);
    const tokenizer = await loadPacked(name);
    const form = createKeyForm(tokenizer);

    it('tokens survive behind text and chat prompts as in Hugging Face tokenizers; eligible ones all', () => {
      const judge = createEligibility(tokenizer);
      const places = golden.places.map(({ place, survivors }) => ({
        ...openPlace(tokenizer, place),
        bits: Buffer.from(survivors, 'base64'),
      }));
      let [tried, kept] = [0, 0];
      for (let id = 0; id < tokenizer.vocabularySize; id += stepSize) {
        const { bits, ...place } = places[tried++ % places.length]!;
        const added = findAddedText(tokenizer, place.encodedIds, [id]);
        // What is no text for a key is turned down before anybody asks whether it survives.
        if (added !== undefined && (isUnsettled(added) || hasUnprintable(added))) continue;
        const isKept = added !== undefined && survives(tokenizer, place, added, [id]);
        assert.equal(isKept, hasBit(bits, id), `token ${id} behind ${JSON.stringify(place.encodedText)}`);
        if (!judge(place, id, [])) continue;
        assert.ok(isKept, `token ${id} is lost behind ${JSON.stringify(place.encodedText)}`);
        kept++;
      }
      assert.ok(kept > tried / 3, `only ${kept} of ${tried} tokens are eligible`);
    });

    it('a key from a prompt loses nothing, or is turned down', () => {
      let [kept, lost] = [0, 0];
      const texts = [
        ...pools.texts,
        ...pools.codes,
        ...Array.from({ length: 500 }, (_, index) => drawString(index, golden.added).trim()),
      ];
      for (const text of texts) {
        const draft = form.parsePrompt(text);
        if (draft === 'that do not survive decoding and encoding') lost++;
        if (typeof draft === 'string') continue;
        assertLossless(tokenizer, draft);
        kept++;
      }
      // Most of the drawn strings mix scripts or hold what nobody sees: no key may, whether it survives or not.
      assert.ok(kept > texts.length / 4, `only ${kept} of ${texts.length} prompts`);
      assert.ok(lost < texts.length / 2, `${lost} of ${texts.length} prompts are lost`);
    });

    it('a prompt with a character that programs disagree on, or a broken one, is turned down', () => {
      const rejection = 'that do not survive decoding and encoding';
      for (const character of ['\u{16ea0}', '\u{1e4ec}', '\u{10d24}', '\u0378', '\ud83d'])
        assert.equal(form.parsePrompt(`What does ${character} mean?`), rejection, character);
    });

    it('a key that the model wrote is fed as it was written, or is turned down', () => {
      const all = Array.from({ length: tokenizer.vocabularySize }, (_, id) => id);
      const texts = tokenizer.chat ? questions : pools.texts.filter(isOneScript);
      const written = texts.map((text) => writeLikeModel(tokenizer, form, text));
      const lists = [...written, ...Array.from({ length: 500 }, (_, index) => drawIds(index, all))];
      let kept = 0;
      for (const ids of lists) {
        const draft = form.parseSample({
          ids,
          logProbabilities: ids.map(() => -1),
          ended: tokenizer.chat !== undefined,
        });
        if (typeof draft === 'string') continue;
        assertLossless(tokenizer, draft);
        assert.deepEqual(draft.ids.slice(0, draft.ownRows.ids.length), draft.ownRows.ids);
        kept++;
      }
      assert.ok(kept >= texts.length / 2, `only ${kept} samples`);
    });
  });
