import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';

it("the JSON schema of recipes matches the recipe's declaration", () => {
  const script = ['scripts/run.mjs', 'scripts/recipeSchema.ts', '--check'];
  const check = spawnSync(process.execPath, script, { encoding: 'utf8' });
  assert.equal(check.status, 0, check.stderr);
});
