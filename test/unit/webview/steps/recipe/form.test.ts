import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recipeEditSchema } from '../../../../../src/protocol/panel/requests';
import { recipeGroups } from '../../../../../webview/steps/recipe/fields';
import { isChanged, readForm, textOfField, toEdit, toTexts } from '../../../../../webview/steps/recipe/form';
import { changedRecipe, defaultRecipe, invalidRecipe } from '../../../../pages/recipeStory';

function drafts(texts: Record<string, string>): (field: string) => string | undefined {
  return (field) => texts[field];
}

describe('recipe form', () => {
  it('has a field for every value of a recipe', () => {
    const named = recipeGroups.flatMap(({ fields }) =>
      fields.map((field) => ('name' in field ? field.name : field.kind)),
    );
    const missing = Object.keys(defaultRecipe.defaults).filter((field) => !named.includes(field as 'steps'));
    assert.deepEqual(missing, ['version']);
  });

  it('shows what is typed over the values and says at once what is wrong', () => {
    const typing = drafts({ steps: '12a' });
    assert.equal(textOfField(changedRecipe, typing, 'steps'), '12a');
    assert.equal(textOfField(changedRecipe, typing, 'margin'), '7.5');
    assert.deepEqual(Object.keys(readForm(changedRecipe, typing).problems), ['steps']);
  });

  it("drops the host's problem with a text that was corrected", () => {
    assert.deepEqual(Object.keys(readForm(invalidRecipe, drafts({})).problems).sort(), [
      'layers',
      'margin',
      'out',
    ]);
    const corrected = drafts({ margin: '7.5', 'layers.first': '12', 'layers.last': '29', out: 'aurora-r5' });
    assert.deepEqual(readForm(invalidRecipe, corrected).problems, {});
  });

  it("keeps the host's problem while the text that it is about is still being typed", () => {
    const { out } = invalidRecipe;
    assert.equal(readForm(invalidRecipe, drafts({ out })).problems.out, invalidRecipe.problems.out);
    assert.equal(readForm(invalidRecipe, drafts({ out: `${out}x` })).problems.out, undefined);
  });

  it('says at once that a name does not work on every system', () => {
    for (const out of ['', 'my model?', '/data/con', 'x'.repeat(300)])
      assert.ok(readForm(changedRecipe, drafts({ out })).problems.out, out);
    assert.equal(readForm(changedRecipe, drafts({ out: '/data/aurora-r5' })).problems.out, undefined);
  });

  it('shows both layers of an invalid edit', () => {
    assert.equal(textOfField(invalidRecipe, drafts({}), 'layers.first'), '12');
    assert.equal(textOfField(invalidRecipe, drafts({}), 'layers.last'), '31');
    const halfTyped = { ...changedRecipe, typed: { layers: '12 to x' } };
    assert.equal(textOfField(halfTyped, drafts({}), 'layers.last'), 'x');
  });

  it('sends the typed fields to the host, layers as a pair', () => {
    const typing = drafts({ 'layers.first': '21', steps: '90', out: 'aurora-r5' });
    const edit = toEdit(changedRecipe, typing, ['layers.first', 'out']);
    assert.deepEqual(edit, { changes: { layers: [21, 29] }, out: 'aurora-r5' });
    assert.ok(recipeEditSchema.safeParse(edit).success);
    const unread = toEdit(changedRecipe, drafts({ 'layers.first': '' }), ['layers.first']);
    assert.deepEqual(unread, { changes: { layers: ' to 29' } });
    assert.ok(recipeEditSchema.safeParse(unread).success);
  });

  it('recognises values that differ from the defaults', () => {
    const form = readForm(changedRecipe, drafts({ margin: 'x' }));
    assert.equal(isChanged(changedRecipe, form, 'steps'), true);
    assert.equal(isChanged(changedRecipe, form, 'margin'), true);
    assert.equal(isChanged(changedRecipe, form, 'tilt'), false);
  });

  it('turns a proposal into texts', () => {
    assert.deepEqual(toTexts({ trained: 'mlp', layers: [15, 29], benignBatch: 4 }), [
      ['trained', 'mlp'],
      ['layers.first', '15'],
      ['layers.last', '29'],
      ['benignBatch', '4'],
    ]);
  });
});
