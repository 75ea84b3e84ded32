import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sayKinship } from '../../../src/reports/words/kinship';
import type { Kinship } from '../../../src/verify/kinship';

const stranger: Kinship = {
  sameBytes: undefined,
  sameTensors: false,
  copy: undefined,
  kind: {
    architecture: false,
    names: false,
    tokenizer: false,
    declaredBase: undefined,
    otherBases: [],
    licence: undefined,
  },
};
const say = (changes: Partial<Kinship>): string[] =>
  sayKinship({ ...stranger, ...changes }).map(({ finding, sentence }) => `${finding}: ${sentence}`);

describe('the first steps of the ladder in words', () => {
  it('say what a stranger is not', () => {
    assert.deepEqual(say({}), [
      'no: The suspect is not, byte for byte, the base or a release that the key file records.',
      'no: Its tensors are not those of the base under other names.',
      'no: Kinship: it shows none with the base.',
    ]);
  });

  it('take a release on the word of the key file', () => {
    assert.match(
      say({ sameBytes: { releasedAt: '2026-11-22T14:02:00Z' } })[0]!,
      /^yes: .*, as the key file says: /,
    );
    assert.match(say({ sameBytes: 'base' })[0]!, /byte for byte, the unmarked model/);
  });

  it('call a base that holds the same tensors what it is', () => {
    assert.match(
      say({ sameBytes: 'base', sameTensors: true })[1]!,
      /^yes: Its tensors are those of the unmarked base/,
    );
    assert.match(say({ sameTensors: undefined })[1]!, /^unknown: /);
  });

  it('name kinship, and that it accuses nobody', () => {
    const kind = {
      ...stranger.kind,
      architecture: true,
      names: true,
      tokenizer: true,
      declaredBase: 'owner/base',
      licence: 'mit',
    };
    assert.equal(
      say({ kind })[2],
      'yes: Kinship: it has the architecture, the tensor names and the tokenizer of the base and names owner/base as its base and the licence mit. Kinship accuses nobody: every model made from the same base has it.',
    );
    const other = { ...stranger.kind, otherBases: ['owner/other'] };
    assert.match(say({ kind: other })[2]!, /^no: Kinship: it names owner\/other as its base\./);
  });
});
