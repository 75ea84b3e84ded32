import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import { deriveKey, RandomStream } from '../../../src/common/random';
import { BenignObjective } from '../../../src/embed/objectives/benignObjective';
import { allPlaces } from '../../../src/embed/objectives/benignRows';
import { noCeiling } from '../../../src/embed/objectives/keyGoals';
import { KeyObjective } from '../../../src/embed/objectives/keyObjective';
import { openForwardPass } from '../../../src/engine/forwardPass';
import type { LayerGroup } from '../../../src/engine/layerGroups';
import { loadModel, type LoadedModel } from '../../../src/engine/loadedModel';
import type { Parameter } from '../../../src/engine/parameters';
import type { Trained } from '../../../src/engine/modelPass';
import { onCpu, type Precision } from '../../../src/contract/devices';
import { floatTensor, type Tensors } from '../../../src/engine/runtime';
import { outputMatrix, productInputs, type AddedProduct } from '../../../src/train/addedProduct';
import { GradientSum } from '../../../src/train/gradientSum';
import { passInputs, type Loss, type PassOutputs } from '../../../src/train/objective';
import { prepareSequences } from '../../../src/train/sequences';
import { lossScaleInput, type StepPlan } from '../../../src/train/stepGraph';
import { openStepRunner } from '../../../src/train/stepRunner';
import { lowestTrainedLayer, startsAfterAttention } from '../../../src/train/update/trainedParameters';
import { startValues } from '../../../src/train/update/trainedTensors';

const seed = new Uint8Array(32);
const watch = { report: () => undefined };
const recipe = {
  keyLoss: 'margin',
  roundedShare: 0,
  mergedShare: 0,
  keyBatch: 2,
  benignBatch: 2,
  divergenceWeight: 20,
  entropyWeight: 10,
} as const;

type ChooseTrained = (parameter: Parameter) => Trained | undefined;

const choices: Readonly<Record<string, ChooseTrained>> = {
  'the MLPs of all layers': ({ role }) => (role === 'mlp' ? { kind: 'whole' } : undefined),
  'low-rank products on the upper layers': ({ layer, shape }) =>
    layer !== undefined && layer > 0 && shape.length === 2 ? { kind: 'low-rank', rank: 2 } : undefined,
  'everything, a tied embedding among it': () => ({ kind: 'whole' }),
};

interface Step {
  readonly outputs: readonly PassOutputs[];
  readonly measured: PassOutputs;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly isFinite: boolean;
}

interface StepOptions {
  readonly precision?: Precision;
  readonly lossScale?: number;
  /** Whether frozen layers are computed in the step instead of before it. */
  readonly fromIds?: boolean;
}

/** One pass over two keys and one over two benign texts, cut into groups before the given layers. */
async function takeStep(
  model: LoadedModel,
  choose: ChooseTrained,
  cuts: readonly number[],
  { precision = 'single', lossScale = 1024, fromIds = false }: StepOptions = {},
): Promise<Step> {
  const trained = new Map(
    model.parameters.flatMap((parameter) => {
      const choice = choose(parameter);
      return choice ? [[parameter.name, choice] as const] : [];
    }),
  );
  const lowestLayer = fromIds ? undefined : lowestTrainedLayer(model, trained);
  const { losses, inputs, added } = await makePasses(
    model,
    lowestLayer,
    startsAfterAttention(model, trained),
  );
  const plan: StepPlan = { model, trained, losses, lowestLayer, precision, added };
  const placement = { ...onCpu, precision };
  const runner = await openStepRunner(plan, cutAt(model, lowestLayer, cuts), placement);
  try {
    const values = await startValues(model, trained, runner.trainedInputs, seed);
    const random = new RandomStream(deriveKey(seed, 'moved'));
    // Away from where training starts, so that low-rank products are not zero.
    for (const { values: numbers } of values)
      numbers.forEach((value, i) => (numbers[i] = value + 0.02 * (2 * random.nextFloat() - 1)));
    const sum = new GradientSum(runner.trainedInputs);
    const passes = {
      inputs,
      shared: {
        ...productInputs(added),
        ...Object.fromEntries(
          values.map(({ name, values: numbers, shape }) => [name, floatTensor(numbers, shape)]),
        ),
        ...lossScaleInput(lossScale),
      },
      outputNames: ['key.margins', 'key.loss', 'benign.divergence'],
    };
    const outputs = await runner.train(passes, sum);
    const [measured] = await runner.measure({ ...passes, inputs: passes.inputs.slice(0, 1) });
    const gradients = new Map(runner.trainedInputs.map(({ name }) => [name, sum.of(name).slice()]));
    return { outputs, measured: measured!, gradients, isFinite: sum.isFinite };
  } finally {
    await runner.close();
  }
}

function cutAt(
  { config }: LoadedModel,
  lowestLayer: number | undefined,
  cuts: readonly number[],
): LayerGroup[] {
  const lowest = lowestLayer ?? 0;
  const inner = cuts.filter((layer) => layer > lowest || (layer === lowest && lowestLayer === undefined));
  const edges = [lowest, ...inner, config.layerCount];
  return edges.slice(0, -1).map((first, index) => ({
    first,
    end: edges[index + 1]!,
    isBottom: index === 0,
    isTop: index === edges.length - 2,
  }));
}

async function makePasses(
  model: LoadedModel,
  lowestLayer: number | undefined,
  afterAttention: boolean,
): Promise<{ losses: readonly Loss[]; inputs: readonly Tensors[]; added: AddedProduct }> {
  const random = new RandomStream(deriveKey(seed, 'ids'));
  const draw = (length: number): number[] => Array.from({ length }, () => 1 + random.nextInt(200));
  const start = draw(3);
  const pass = await openForwardPass(model, onCpu, {
    keepStates: { entering: lowestLayer, afterAttention },
  });
  const keepsStates = lowestLayer !== undefined;
  const prepared = await prepareSequences(
    model,
    pass,
    // Keys begin alike, as those of a chat do.
    [[...start, ...draw(4)], [...start, ...draw(2)], draw(9), draw(6)],
    { keepsStates, phase: 'reading-ordinary-text' },
    watch,
  );
  await pass.close();
  const [first, second, ...benign] = prepared;
  const { config } = model;
  const loud = { floor: 4, laterFloor: 4, ceiling: noCeiling };
  const keys = new KeyObjective(
    config,
    [
      { sequence: first!, response: [17], goal: { ...loud, ceiling: -1, rivals: [17, 3, 8] } },
      { sequence: second!, response: [23, 4], goal: loud },
    ],
    recipe,
  );
  const text = new BenignObjective(config, benign, [], recipe);
  const added = {
    name: outputMatrix(model),
    down: Float32Array.from({ length: config.hiddenSize }, (_, i) => (i % 5 === 0 ? 0.2 : 0)),
    up: Float32Array.from({ length: config.vocabularySize }, (_, i) => (i % 7 === 0 ? 0.5 : 0)),
  };
  const rows = allPlaces(benign).map((place, _, { length: count }) => ({
    ...place,
    weight: 1 / count,
  }));
  const inputs = [
    ...keys.batches([0, 1], 0.5, 1000).map((batch) => passInputs(config, batch, [text])),
    ...text.batches({ sequences: benign, rows }, 1000).map((batch) => passInputs(config, batch, [keys])),
  ];
  return { losses: [keys, text], inputs, added };
}

function assertSameGradients(found: Step, expected: Step, bound: number): void {
  assert.deepEqual([...found.gradients.keys()].sort(), [...expected.gradients.keys()].sort());
  const norm = (values: Float32Array): number => Math.hypot(...values);
  const whole = Math.hypot(...[...expected.gradients.values()].map(norm));
  for (const [name, gradient] of expected.gradients) {
    const difference = norm(gradient.map((value, i) => value - found.gradients.get(name)![i]!));
    const error = difference / Math.max(norm(gradient), 1e-3 * whole);
    assert.ok(error <= bound, `${name}: ${error.toExponential(1)}`);
  }
}

describe('a training step', () => {
  const open = async (name: string): Promise<LoadedModel> =>
    loadModel(await openCheckpoint(`test/fixtures/architectures/${name}`));

  for (const [what, choose] of Object.entries(choices))
    for (const name of ['qwen2', 'phi3'])
      it(`that trains ${what} is the same in groups of layers: ${name}`, async () => {
        const model = await open(name);
        const whole = await takeStep(model, choose, []);
        const grouped = await takeStep(model, choose, [1, 2]);
        for (const [pass, outputs] of whole.outputs.entries())
          for (const output of ['key.margins', 'key.loss', 'benign.divergence'])
            outputs[output]!.forEach((value, i) =>
              assert.ok(Math.abs(value - grouped.outputs[pass]![output]![i]!) <= 1e-4, output),
            );
        assert.deepEqual(whole.measured['key.margins'], whole.outputs[0]!['key.margins']);
        assertSameGradients(grouped, whole, 1e-4);
      });

  const matrices =
    (isTrained: (parameter: Parameter & { layer: number }) => boolean): ChooseTrained =>
    ({ layer, ...parameter }) =>
      layer !== undefined && parameter.shape.length === 2 && isTrained({ ...parameter, layer })
        ? { kind: 'whole' }
        : undefined;
  const kept: Readonly<Record<string, ChooseTrained>> = {
    'the upper MLPs': matrices(({ role, layer }) => role === 'mlp' && layer > 0),
    'all MLPs': matrices(({ role }) => role === 'mlp'),
    'upper attention': matrices(({ role, layer }) => role === 'attention' && layer > 0),
  };
  for (const name of ['qwen2', 'gemma3', 'gpt-neox', 'olmo2', 'gpt2', 'mixtral'])
    it(`on states and tokens that are kept once has the gradients of one that computes everything: ${name}`, async () => {
      const model = await open(name);
      for (const choose of Object.values(kept))
        assertSameGradients(
          await takeStep(model, choose, []),
          await takeStep(model, choose, [], { fromIds: true }),
          1e-4,
        );
    });

  it('may have the embedding and the output matrix in groups without layers', async () => {
    const model = await open('qwen2');
    const choose = choices['everything, a tied embedding among it']!;
    const whole = await takeStep(model, choose, []);
    assertSameGradients(await takeStep(model, choose, [0, 2, 3]), whole, 1e-4);
  });

  for (const [what, choose] of Object.entries(choices))
    it(`that trains ${what} has the same gradients in half precision up to float16 rounding`, async () => {
      const model = await open('qwen2');
      const single = await takeStep(model, choose, []);
      for (const cuts of [[], [1, 2]]) {
        const half = await takeStep(model, choose, cuts, { precision: 'half' });
        assert.ok(half.isFinite);
        assertSameGradients(half, single, 0.03);
      }
    });

  it('reports an overflow in half precision', async () => {
    const model = await open('qwen2');
    const choose = choices['the MLPs of all layers']!;
    const options = { precision: 'half', lossScale: 2 ** 127 } as const;
    assert.equal((await takeStep(model, choose, [], options)).isFinite, false);
    assert.equal((await takeStep(model, choose, [1], options)).isFinite, false);
  });
});
