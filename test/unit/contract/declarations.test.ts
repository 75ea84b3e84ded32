import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { declarations, findDeclaration, hasTrait } from '../../../src/contract/declarations';
import { phaseSchema } from '../../../src/contract/phases';
import { operations } from '../../../src/operations/all';
import { findPhase, sayPhase } from '../../../src/words/phases';

describe('the declared operations', () => {
  it('have names of their own, by which they are found', () => {
    assert.equal(new Set(declarations.map(({ name }) => name)).size, declarations.length);
    for (const declared of declarations) assert.equal(findDeclaration(declared.name), declared);
    assert.equal(hasTrait('of another version', 'isResumable'), false);
  });

  it('run in a child process exactly where they declare it', () => {
    const children = declarations.filter(({ traits }) => traits.runsInChild);
    assert.deepEqual(Object.keys(operations).sort(), children.map(({ name }) => name).sort());
    for (const [name, { declaration }] of Object.entries(operations)) assert.equal(declaration.name, name);
  });

  it('use every declared phase', () => {
    const used = new Set(declarations.flatMap(({ phases }) => phases));
    assert.deepEqual(
      phaseSchema.options.filter((phase) => !used.has(phase)),
      [],
    );
  });
});

describe('the words of a phase', () => {
  it('are unique, so that old journals can be read', () => {
    for (const phase of phaseSchema.options) assert.equal(findPhase(sayPhase(phase)), phase);
  });

  it('are still known where they have changed since', () => {
    assert.equal(findPhase('reading benign text'), 'reading-ordinary-text');
    assert.equal(findPhase('trying cpu'), 'trying-cpu');
  });
});
