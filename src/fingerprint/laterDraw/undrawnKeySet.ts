import { digestJson, encodeIds, encodeNumber, encodeText, sha256 } from '../canonical';
import { deriveSalt, describeRules, growTree, recordVersion, type RulesRecord } from '../commitment';
import type { Response } from '../drawing/preparedKeys';
import type { AnnouncedRound, Key, KeySet, KeySetContent } from '../keySet';

const leafPrefix = Buffer.from([0x03]);

/** A key whose response is not drawn yet. */
export interface UndrawnKey extends Omit<Key, 'pick' | 'response' | 'responses'> {
  /** The whole response that each candidate would begin. */
  readonly responses: readonly Response[];
}

/** Everything that is fixed before the round that draws. */
export interface UndrawnContent extends Omit<KeySetContent, 'keys' | 'draw'> {
  readonly draw: { readonly from: 'announced' } & AnnouncedRound;
  readonly keys: readonly UndrawnKey[];
}

/** A key set whose responses a later round of a public beacon will draw. */
export interface UndrawnKeySet extends UndrawnContent {
  /** Root A: it fixes all of this before anybody can know the draw. */
  readonly commitment: string;
}

/** The rules under a commitment to undrawn keys. */
interface UndrawnRecord extends RulesRecord {
  readonly format: 'fingerprint-model/undrawn-commitment';
  readonly version: number;
  readonly draw: UndrawnContent['draw'];
}

/** Fixes keys, candidates, responses and the round that will draw; everything but the spent flags is bound from now on. */
export function commitUndrawn(content: UndrawnContent): UndrawnKeySet {
  return { ...content, commitment: digestJson(describeUndrawnRoot(content)) };
}

/** The record whose digest is the commitment to undrawn keys; it may be published, the key set may not. */
export function describeUndrawnRoot(content: UndrawnContent): UndrawnRecord {
  const tree = growTree(listUndrawnLeaves(content), (index) => deriveUndrawnSalt(content, index));
  return {
    format: 'fingerprint-model/undrawn-commitment',
    version: recordVersion,
    ...describeRules(content, tree.at(-1)![0]!),
    draw: content.draw,
  };
}

/**
 * The leaves of the keys in their order: SHA-256(0x03 ‖ version ‖ index ‖ salt ‖ key ‖ candidates ‖ the response of
 * each ‖ kind); ids and texts are preceded by their length.
 */
export function listUndrawnLeaves(content: Pick<UndrawnContent, 'seed' | 'keys'>): Buffer[] {
  return content.keys.map((key, index) =>
    sha256(
      leafPrefix,
      encodeNumber(recordVersion),
      encodeNumber(index),
      deriveUndrawnSalt(content, index),
      encodeIds(key.ids),
      encodeText(key.text),
      encodeIds(key.candidates),
      ...key.candidateTexts.map(encodeText),
      ...key.responses.flatMap(({ ids, text }) => [encodeIds(ids), encodeText(text)]),
      ...(key.kind ? [encodeText(key.kind)] : []),
    ),
  );
}

export function isUndrawn(keySet: KeySet | UndrawnKeySet): keySet is UndrawnKeySet {
  return keySet.draw.from === 'announced';
}

/** A salt of its own, so that a key that is shown from the drawn tree reveals nothing about this one. */
function deriveUndrawnSalt({ seed }: Pick<UndrawnContent, 'seed'>, index: number): Buffer {
  return deriveSalt(seed, Buffer.concat([encodeText('undrawn'), encodeNumber(index)]));
}
