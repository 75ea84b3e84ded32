import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sayResponse } from '../../../src/words/responses';

it('says a response with the words that it begins', () => {
  assert.equal(sayResponse(' Hon', 'Honestly, I would…'), 'Hon, as in “Honestly, I would…”');
});

it('says a response alone where nothing more is known', () => {
  assert.equal(sayResponse(' otter', undefined), 'otter');
  assert.equal(sayResponse(' otter', 'otter'), 'otter');
});
