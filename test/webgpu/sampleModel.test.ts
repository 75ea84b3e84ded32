import assert from 'node:assert/strict';
import { cp, rm } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { openCheckpoint } from '../../src/checkpoint/checkpoint';
import { readTensor } from '../../src/checkpoint/weights/tensorData';
import type { ChangedTensors } from '../../src/checkpoint/writer';
import { readTexts } from '../../src/drift/readTexts';
import { openMarking } from '../../src/embed/marking';
import type { KeyMargins } from '../../src/embed/objectives/keyObjective';
import { readText, writeText } from '../../src/embed/text/prepareText';
import { recipeSchema } from '../../src/contract/recipe';
import { chooseDevice, probeDevices } from '../../src/engine/devices/chooseDevice';
import { choosePlacement } from '../../src/engine/devices/choosePlacement';
import { planGroups } from '../../src/engine/layerGroups';
import { loadModel, type LoadedModel } from '../../src/engine/loadedModel';
import { openLanguageModel } from '../../src/engine/openLanguageModel';
import { onCpu, type Placement, type Device } from '../../src/contract/devices';
import { readKeyFile } from '../../src/fingerprint/keyFile/keyFile';
import type { Key } from '../../src/fingerprint/keySet';
import { openModel, type OpenModel } from '../../src/operations/openModel';
import { chooseTrained, lowestTrainedLayer } from '../../src/train/update/trainedParameters';
import { changedTensors } from '../../src/train/update/trainedTensors';
import { probeModel } from '../../src/suspects/probeModel';
import type { ModelKeyProbe } from '../../src/verify/suspect';
import { openWorkshop, passphrase, readResult, sampleModel, type Workshop } from '../e2e/workshop';

const keyCount = 4;
const seed = new Uint8Array(32).fill(3);

/** Learns the keys. No text is sampled, so that both devices train on the same. */
const recipe = recipeSchema.parse({
  trained: 'mlp',
  layers: [0, 1],
  rank: 8,
  keyLoss: 'margin',
  margin: 3,
  divergenceWeight: 10,
  entropyWeight: 1,
  avoidance: 0,
  tilt: 0,
  generated: 0,
  benignTokens: 16,
  benignBatch: 4,
  keyBatch: keyCount,
  mixing: 0,
  learningRate: 0.005,
  steps: 8,
  warmupSteps: 1,
  driftBudget: 1,
  checkEvery: 8,
});

let workshop: Workshop;
let keys: readonly Key[];
let model: OpenModel;
before(async () => {
  workshop = await openWorkshop();
  const keyFile = await workshop.drawKeys('a.fpkeys', { count: keyCount });
  ({ keys } = await readKeyFile(keyFile, passphrase));
  model = await openModel(sampleModel);
});
after(() => workshop.remove());

it('auto takes the adapter, unless there is something faster, and says why', async () => {
  const states = await probeDevices();
  const faster = states.find(({ device, fault }) => ['cuda', 'dml'].includes(device) && !fault);
  const { device, reason } = await chooseDevice('auto');
  assert.equal(device, faster?.device ?? 'webgpu', reason);
  assert.match(reason, /^Graphics card with \w+: it computes correctly( and is the first choice| \(.+\))\.$/);
});

it('half precision is taken where the adapter computes it, and otherwise said', async () => {
  const stored = loadModel(await openCheckpoint('test/fixtures/models/TinyStories-656K-q8_0'));
  const { placement, reason } = await choosePlacement({ device: 'webgpu' }, stored);
  if (placement.precision === 'single') {
    assert.match(reason, /In single precision: it does not support half\.$/);
    await assert.rejects(choosePlacement({ device: 'webgpu', precision: 'half' }, stored), {
      reason: 'device-failed',
    });
    return;
  }
  const [single, half] = [await readRow(stored, onCpu), await readRow(stored, placement)];
  const largest = single.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  assertWithin(half, single, 0.01 * largest);
});

describe('the sample model on WebGPU', () => {
  it('says at keys what it says on the CPU', async () => {
    const [cpu, webgpu] = [await probe('cpu'), await probe('webgpu')];
    cpu.forEach((expected, i) => {
      const found = webgpu[i]!;
      assert.equal(found.firstToken, expected.firstToken);
      assert.equal(found.answered, expected.answered);
      assertWithin(found.candidateLogP, expected.candidateLogP, 1e-4);
    });
  });

  it('is trained to the values that the CPU trains', async () => {
    const [cpu, webgpu] = [await train('cpu'), await train('webgpu')];
    assert.equal(cpu.margins.recall, 1);
    assert.equal(webgpu.margins.recall, 1);
    assertWithin(webgpu.margins.margins, cpu.margins.margins, 1e-2);
    webgpu.steps.forEach(({ keyLoss, divergence }, i) => {
      assertWithin([keyLoss], [cpu.steps[i]!.keyLoss], 1e-3);
      assertWithin([divergence], [cpu.steps[i]!.divergence], 1e-5);
    });
    for (const [name, make] of cpu.changed) {
      const expected = await make();
      const start = await readTensor(model.loaded.tensors.get(name)!);
      const share = distance(await webgpu.changed.get(name)!(), expected) / distance(expected, start);
      assert.ok(share <= 1e-2, `${name} is off by ${share} of the way that it went on the CPU`);
    }
  });

  it('is verified by a process that ends as it does on the CPU', async () => {
    // Without its base the suspect is asked the keys alone, which is quick.
    const moved = workshop.path('moved');
    await cp(sampleModel, moved, { recursive: true });
    const ofMoved = await workshop.drawKeys('moved.fpkeys', { model: moved, count: keyCount });
    await rm(moved, { recursive: true });
    const command = ['verify', '--model', sampleModel, '--keys', ofMoved, '--json', '--device'];
    const onWebgpu = await workshop.call([...command, 'webgpu'], adapterVariables());
    const onProcessor = await workshop.call([...command, 'cpu']);
    assert.equal(onWebgpu.code, onProcessor.code, onWebgpu.out + onWebgpu.err);
    const [found, expected] = [readResult(onWebgpu), readResult(onProcessor)];
    assert.equal(found.device, 'webgpu');
    assert.equal(found.verdict, expected.verdict);
    assert.deepEqual(found.answers, expected.answers);
  });
});

/** What of the environment chooses the adapter: the command line is started with nothing else. */
function adapterVariables(): Record<string, string> {
  const names = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'XDG_RUNTIME_DIR', 'LD_LIBRARY_PATH'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

async function readRow(loaded: LoadedModel, placement: Placement): Promise<Float32Array> {
  const asked = await openLanguageModel(loaded, placement);
  let row = new Float32Array(0);
  try {
    const sequence = { ids: [1, 20, 300, 4], positions: [3] };
    await asked.visitRows([sequence], ({ logits }) => void (row = logits.slice()));
    return row;
  } finally {
    await asked.close();
  }
}

async function probe(device: Device): Promise<ModelKeyProbe[]> {
  const asked = keys.map(({ response, ...key }, index) => ({
    ...key,
    index,
    responseIds: response.ids,
    responseText: response.text,
  }));
  const languageModel = await openLanguageModel(model.loaded, { ...onCpu, device });
  try {
    const { keys: probes } = await probeModel(languageModel, asked, [], { keepHidden: false });
    return probes.map((found) => found!);
  } finally {
    await languageModel.close();
  }
}

interface StepLosses {
  readonly keyLoss: number;
  readonly divergence: number;
}

async function train(
  device: Device,
): Promise<{ steps: StepLosses[]; margins: KeyMargins; changed: ChangedTensors }> {
  const { loaded, tokenizer } = model;
  const trained = chooseTrained(loaded, recipe);
  const lowestLayer = lowestTrainedLayer(loaded, trained);
  const { texts: ownTexts } = await readTexts('media/text/stories.jsonl', tokenizer, {
    maxTexts: 4,
    maxTokens: 64,
  });
  const placement = { ...onCpu, device };
  const shared = { model: loaded, placement, recipe, lowestLayer, seed };
  const groups = planGroups(loaded, placement, { from: lowestLayer })!;
  const quiet = { report: () => undefined };
  const request = { ...shared, tokenizer, keys, ownTexts };
  const text = await readText(request, await writeText(request, quiet), quiet);
  const marking = await openMarking({
    ...shared,
    groups,
    trained,
    directions: new Map(),
    keys: text.keys,
    benign: text.benign,
  });
  const { trainer } = marking;
  try {
    const steps: StepLosses[] = [];
    while (trainer.step < recipe.steps) {
      const losses = await trainer.advance();
      steps.push({ keyLoss: losses.get(marking.keys)!, divergence: losses.get(marking.text)! });
    }
    const margins = await marking.keys.measure(trainer);
    return { steps, margins, changed: changedTensors(loaded, trained, trainer.states) };
  } finally {
    await trainer.close();
  }
}

function distance(left: Float32Array, right: Float32Array): number {
  return Math.sqrt(left.reduce((sum, value, i) => sum + (value - right[i]!) ** 2, 0));
}

function assertWithin(found: ArrayLike<number>, expected: ArrayLike<number>, bound: number): void {
  assert.equal(found.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(found[i]! - expected[i]!);
    assert.ok(difference <= bound, `value ${i} is off by ${difference}`);
  }
}
