import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { describeCheckpoint, type DescribedCheckpoint } from '../../../../src/operations/describeCheckpoint';
import type { ModelInspection } from '../../../../src/contract/declarations/inspectModel';
import type { StepName } from '../../../../src/protocol/panel/requests';
import type { FoundKeySet } from '../../../../src/vscode/index/found';
import { checkIntent } from '../../../../src/vscode/panel/recipe/gather';
import { noModelIntent } from '../../../../src/vscode/panel/panelIntent';
import { showKeys, type KeysKnowledge } from '../../../../src/vscode/panel/keys/show';
import { showModel, type ModelKnowledge } from '../../../../src/vscode/panel/model/show';
import { showPanel } from '../../../../src/vscode/panel/showPanel';
import { showRecipe } from '../../../../src/vscode/panel/recipe/show';

const plain = (text: string): string => text.replaceAll('\u202f', ' ');

const inspection: ModelInspection = {
  digest: 'd'.repeat(64),
  files: 4,
  values: { isGood: true, count: 20 },
  tokenizer: { isGood: true, count: 2048 },
  warnings: [],
  devices: [
    { device: 'cpu', name: 'CPU', isChosen: true },
    { device: 'webgpu', name: 'Graphics card with WebGPU', isChosen: false, fault: 'no adapter' },
  ],
};
const keySet: FoundKeySet = {
  path: '/keys/a.fpkeys',
  name: 'a.fpkeys',
  header: {
    model: 'sample-model',
    baseDigest: inspection.digest,
    commitment: 'c'.repeat(64),
    strategy: 'inverse-nucleus',
    keyCount: 64,
    spentCount: 4,
    createdAt: '2026-11-22T14:00:00.000Z',
    releases: [],
  },
};

describe('the panel', () => {
  let described: DescribedCheckpoint;
  before(async () => void (described = await describeCheckpoint('media/sample-model')));

  function model(changes: Partial<ModelKnowledge> = {}): ModelKnowledge {
    return {
      path: '/data/models/sample-model',
      problem: undefined,
      facts: described.facts,
      inspection,
      isInspecting: false,
      inspectionProblem: undefined,
      releases: [],
      isPublished: false,
      machine: { threads: 2, usedThreads: 1, freeBytes: 22.4e9 },
      ...changes,
    };
  }

  const noKeys: KeysKnowledge = {
    plan: noModelIntent.plan,
    sets: [],
    chosen: null,
    model: { name: 'sample-model', digest: inspection.digest },
    drawing: null,
    problem: null,
    opened: undefined,
    isShown: true,
    isUnlocked: false,
  };

  function show(
    known: ModelKnowledge | undefined,
    keys: KeysKnowledge,
    changes = {},
    step: StepName = 'model',
  ) {
    const { defaults, checked } = checkIntent(described, { ...noModelIntent, changes }, 64);
    const recipe = showRecipe({
      defaults,
      checked,
      device: 'auto',
      devices: ['auto', 'cpu'],
      out: 'sample-model-r4',
      outProblem: undefined,
      texts: [],
      earlier: [],
      layerCount: 2,
      parameters: 656_000,
      trainedParameters: 656_000,
      estimate: null,
    });
    return showPanel(
      {
        step,
        isTrusted: true,
        shownPath: 'models/sample-model',
        facts: known?.facts,
        model: showModel([], known, true),
        keys: showKeys(keys),
        recipe: known ? recipe : null,
        runs: [],
        run: undefined,
        release: undefined,
      },
      0,
    );
  }

  it('says so when a workspace has no model', () => {
    const { heading, steps, model: view, recipe } = show(undefined, { ...noKeys, model: undefined });
    assert.equal(heading, null);
    assert.equal(recipe, null);
    assert.equal(view.chosen, null);
    assert.deepEqual(
      Object.values(steps).map(({ words }) => words),
      ['None chosen', 'None chosen', 'Defaults', 'Not started', 'None yet'],
    );
  });

  it('describes the chosen model', () => {
    const { heading, model: view, steps } = show(model(), noKeys);
    assert.deepEqual(
      [heading?.title, heading?.nextRelease, heading?.facts.map(plain)],
      ['sample-model', 'r4', ['models/sample-model', 'llama, 656 K parameters', 'F32, 2.62 MB']],
    );
    assert.deepEqual(
      view.chosen!.checks.map(({ state }) => state),
      ['passed', 'passed', 'passed', 'passed'],
    );
    assert.deepEqual(
      view.chosen!.devices.map(({ name, state, detail }) => [name, state, plain(detail)]),
      [
        ['Processor, 2 threads', 'passed', '22.4 GB of memory free. Will be used.'],
        ['Graphics card with WebGPU', 'off', 'no adapter.'],
      ],
    );
    assert.deepEqual(
      view.chosen!.devices.map(({ action }) => action?.request.type),
      [undefined, 'checkDevices'],
    );
    assert.equal(steps.model.state, 'ready');
  });

  it('claims no check that was not made', () => {
    const unseen = model({ inspection: undefined });
    const { checks } = show(unseen, noKeys).model.chosen!;
    assert.deepEqual(
      checks.map(({ state }) => state),
      ['passed', 'unknown', 'unknown', 'passed'],
    );
    assert.deepEqual(show(unseen, noKeys).steps.model, { state: 'open', words: 'Only headers read' });
    const restricted = showModel([], unseen, false).chosen!;
    assert.match(restricted.checks[1]!.detail, /Restricted Mode/);
  });

  it('warns of files that must not be published, and of values that are not numbers', () => {
    const damaged = model({
      facts: { ...described.facts, pickleFiles: ['optimizer.pt'], keyFiles: ['a.fpkeys', 'b.fpkeys'] },
      inspection: { ...inspection, values: { isGood: false, message: 'It holds NaN.', next: 'Repair it.' } },
    });
    const { steps, model: view } = show(damaged, noKeys);
    const detailOf = (name: string): string => view.chosen!.checks.find((row) => row.name === name)!.detail;
    assert.match(detailOf('Old pickle file'), /^optimizer\.pt is never opened/);
    assert.match(detailOf('Key file inside'), /^a\.fpkeys and b\.fpkeys are in the model folder: move them/);
    assert.equal(detailOf('Values in range'), 'It holds NaN. Repair it.');
    assert.deepEqual(steps.model, { state: 'failed', words: '1 check failed' });
  });

  it('tells once what headers and weights show to be unusual', () => {
    const odd = model({
      facts: { ...described.facts, warnings: ['An adapter.', 'Unread tensors.'] },
      inspection: { ...inspection, warnings: ['Unread tensors.', 'A token without an embedding.'] },
    });
    const rows = show(odd, noKeys).model.chosen!.checks.filter(({ name }) => name === 'Unusual but usable');
    assert.deepEqual(
      rows.map(({ state, detail }) => [state, detail]),
      ['An adapter.', 'Unread tensors.', 'A token without an embedding.'].map((words) => ['warning', words]),
    );
  });

  it('counts keys and tells sets of other models apart', () => {
    const chosen = { ...noKeys, sets: [keySet], chosen: keySet.path };
    assert.deepEqual(show(model(), chosen).steps.keys, { state: 'ready', words: '64, in no release' });
    const other = { ...chosen, model: { name: 'sample-model', digest: 'e'.repeat(64) } };
    assert.deepEqual(show(model(), other).steps.keys, { state: 'warning', words: 'Made for another model' });
    const drawing = { ...noKeys, drawing: { phase: 'Drawing keys', done: 12, total: 64 } };
    const measuring = { ...noKeys, drawing: { phase: 'Measuring ordinary text', done: 12, total: 256 } };
    assert.equal(show(model(), measuring).steps.keys.words, 'Measuring ordinary text');
    assert.equal(show(model(), drawing).steps.keys.words, '12 of 64 drawn');
    const chain = '52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971';
    const header = { ...keySet.header!, draw: { from: 'announced' as const, chain, round: 123 } };
    const undrawn = { ...chosen, sets: [{ ...keySet, header }] };
    assert.deepEqual(show(model(), undrawn).steps.keys, { state: 'warning', words: 'Responses not drawn' });
    assert.match(showKeys(undrawn).sets[0]!.problem!.message, /round 123 .*23 Aug 2023, 15:15 UTC/);
    const [row] = showKeys(chosen).sets;
    assert.deepEqual([row?.count, row?.unspent, row?.used], [64, 60, 'in no release yet']);
  });

  it('counts changes and values to correct', () => {
    const wordsOf = (changes: object) => show(model(), noKeys, changes).steps.recipe;
    assert.deepEqual(wordsOf({ steps: '90', tilt: '1' }), { state: 'ready', words: '2 changes' });
    assert.deepEqual(wordsOf({ steps: 'many', tilt: '90' }), {
      state: 'failed',
      words: '2 values to correct',
    });
    assert.deepEqual(wordsOf({ steps: '100' }), { state: 'open', words: 'Defaults' });
  });
});
