import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';

it('the JSON schema of recipes is what the recipe and its form say', () => {
  const check = spawnSync(process.execPath, ['scripts/recipeSchema.mjs', '--check'], { encoding: 'utf8' });
  assert.equal(check.status, 0, check.stderr);
});
