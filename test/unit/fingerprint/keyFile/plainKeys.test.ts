import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { commitKeySet } from '../../../../src/fingerprint/commitment';
import { type KeySet, markSpent } from '../../../../src/fingerprint/keySet';
import { createKeySet } from '../../../../src/fingerprint/drawing/keySetDrawing';
import {
  exportKeys,
  importKeys,
  type ImportRequest,
  type KeyRow,
  parseKeyRows,
} from '../../../../src/fingerprint/keyFile/plainKeys';
import { describePlainFile, readPlainFile } from '../../../../src/fingerprint/keyFile/plainFile';
import { createRequest, fixedSeed, silentWatch } from '../fakes';

const occasion = { at: '2026-03-01T00:00:00.000Z', why: 'a test' };

const request = createRequest();
const target: ImportRequest = {
  tokenizer: request.tokenizer,
  base: request.base,
  toolVersion: '0.0.0',
  createdAt: request.createdAt,
  seed: fixedSeed,
  neutralPrompts: [],
};

let keySet: KeySet;
let rows: KeyRow[];

before(async () => {
  keySet = markSpent(await createKeySet(request, silentWatch), [0], occasion);
  rows = exportKeys(keySet);
});

function importRows(changed: readonly Partial<KeyRow>[]) {
  return importKeys(parseKeyRows(changed, 'rows.json'), 'rows.json', target);
}

describe('plain keys', () => {
  it('have exactly the fields that other tools read', () => {
    const [key] = keySet.keys;
    assert.deepEqual(rows[0], {
      key: key!.text,
      key_ids: key!.ids,
      response: key!.response.text,
      response_ids: key!.response.ids,
      candidate_ids: key!.candidates,
      spent: true,
    });
  });

  it('survive an export unchanged, as draws that are not bound to the seed', () => {
    const imported = importRows(rows);
    assert.deepEqual(exportKeys(imported), rows);
    assert.deepEqual(
      imported.keys.map((key) => key.candidateTexts),
      keySet.keys.map((key) => key.candidateTexts),
    );
    assert.equal(imported.strategy, 'imported');
    assert.equal(imported.rules.threshold, null);
    assert.equal(imported.rules.candidateCount, 10);
    assert.equal(imported.commitment, commitKeySet(imported).commitment);
    assert.notEqual(imported.commitment, keySet.commitment);
  });

  it('come with the model that they were made for, or as a bare list', () => {
    const file = readPlainFile(JSON.stringify(describePlainFile(keySet)), 'rows.json');
    assert.deepEqual(file.madeFor, { model: keySet.base.name, digest: keySet.base.digest });
    assert.deepEqual(file.rows, rows);
    assert.deepEqual(readPlainFile(JSON.stringify(rows), 'rows.json'), { rows, madeFor: undefined });
    assert.throws(() => readPlainFile('{"keys":[]}', 'rows.json'), { reason: 'unexpected-content' });
  });

  it('may leave out whether they are spent', () => {
    const row = { ...rows[0]! };
    Reflect.deleteProperty(row, 'spent');
    assert.equal(importRows([row]).keys[0]!.spent, false);
  });

  it('are refused when a draw is not among its candidates', () => {
    const refused = { name: 'UserError', reason: 'unexpected-content' };
    const [first] = rows;
    assert.throws(() => importRows([{ ...first!, response_ids: [22], candidate_ids: [20, 21] }]), refused);
    assert.throws(() => importRows([{ ...first!, candidate_ids: [20, 20] }]), refused);
    const without = { ...first! };
    Reflect.deleteProperty(without, 'candidate_ids');
    assert.throws(() => importRows([without]), refused);
    assert.throws(() => importRows([]), refused);
    assert.throws(() => readPlainFile('[', 'rows.json'), { reason: 'broken-json' });
  });

  it('are refused when they do not fit together or into the vocabulary', () => {
    const [first, second] = rows;
    const refused = { name: 'UserError', reason: 'unusable-keys' };
    assert.throws(() => importRows([first!, first!]), refused);
    const fewer = second!.candidate_ids.filter((_, index) => index !== (keySet.keys[1]!.pick + 1) % 10);
    assert.throws(() => importRows([first!, { ...second!, candidate_ids: fewer }]), refused);
    assert.throws(() => importRows([{ ...first!, key_ids: [0, 99_999] }]), refused);
  });

  it('are refused by the numbers of their rows when characters mean other tokens elsewhere', () => {
    const newLetter = '\u{1df25}';
    const spoil = (spoilt: readonly number[], part: Partial<KeyRow>) =>
      rows.map((row, index) => (spoilt.includes(index) ? { ...row, ...part } : row));
    const refusedWith = (message: RegExp) => ({ name: 'UserError', reason: 'unusable-keys', message });
    assert.throws(() => importRows(spoil([1], { key: `a ${newLetter}` })), refusedWith(/row 2 contains/));
    assert.throws(() => importRows(spoil([0, 2], { response: newLetter })), refusedWith(/rows 1, 3 contain/));
    assert.throws(() => importRows(spoil([0], { key: 'half a pair \ud83d' })), refusedWith(/row 1 contains/));
  });
});
