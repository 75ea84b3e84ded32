import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import { deriveKey, RandomStream } from '../../../src/common/random';
import { openForwardPass } from '../../../src/engine/forwardPass';
import { planGroups } from '../../../src/engine/layerGroups';
import { loadModel } from '../../../src/engine/loadedModel';
import { onCpu } from '../../../src/contract/devices';
import { nextTokenBatch, nextTokenLoss } from '../../../src/train/nextTokens';
import { sumOutput, type Objective } from '../../../src/train/objective';
import { prepareSequences } from '../../../src/train/sequences';
import { chooseTrained, lowestTrainedLayer } from '../../../src/train/update/trainedParameters';
import { Trainer } from '../../../src/train/trainer';

const seed = new Uint8Array(32).fill(9);
const recipe = { learningRate: 0.01, warmupSteps: 0, steps: 6, mixing: 0 };

/** Fine-tuning: an objective that knows nothing of keys. */
interface Tuning extends Objective {
  readonly memory: { readonly readAt: number[] };
  /** The first number that each step drew. */
  readonly drawn: number[];
}

async function openTuning(): Promise<{ trainer: Trainer; tuning: Tuning }> {
  const model = loadModel(await openCheckpoint('test/fixtures/architectures/llama'));
  const trained = chooseTrained(model, { trained: 'mlp', layers: [1, 2], rank: 1 });
  const lowestLayer = lowestTrainedLayer(model, trained);
  const random = new RandomStream(deriveKey(seed, 'texts'));
  const texts = [9, 7, 12].map((length) => Array.from({ length }, () => 1 + random.nextInt(200)));
  const pass = await openForwardPass(model, onCpu, {
    keepStates: { entering: lowestLayer, afterAttention: true },
  });
  const quiet = { report: () => undefined };
  const sequences = await prepareSequences(
    model,
    pass,
    texts,
    { keepsStates: true, phase: 'reading-ordinary-text' },
    quiet,
  );
  await pass.close();
  const rows = texts.flatMap((ids, member) => ids.map((_, position) => ({ member, position })));
  const tuning: Tuning = {
    drawn: [],
    memory: { readAt: [0] },
    reports: ['tuning.loss'],
    addLoss(states) {
      const loss = nextTokenLoss.addLoss(states);
      states.graph.output('tuning.loss', loss);
      return loss;
    },
    plan: ({ step, random: turns }) => ({
      batches: [nextTokenBatch(sequences, rows)],
      conclude: (outputs) => {
        tuning.drawn.push(turns.nextFloat());
        tuning.memory.readAt[0] = step;
        return sumOutput(outputs, 'tuning.loss');
      },
    }),
    idleFeeds: () => ({}),
  };
  const trainer = await Trainer.open({
    model,
    placement: onCpu,
    groups: planGroups(model, onCpu, { from: lowestLayer })!,
    trained,
    lowestLayer,
    objectives: [tuning],
    recipe,
    seed,
    directions: new Map(),
  });
  return { trainer, tuning };
}

describe('a trainer with an objective of its own', () => {
  let trainer: Trainer;
  let tuning: Tuning;
  before(async () => void ({ trainer, tuning } = await openTuning()));
  after(() => trainer.close());

  async function takeSteps(): Promise<number[]> {
    const losses: number[] = [];
    while (trainer.step < recipe.steps) losses.push((await trainer.advance()).get(tuning)!);
    return losses;
  }

  it('minimises its loss', async () => {
    const losses = await takeSteps();
    assert.ok(losses.at(-1)! < 0.7 * losses[0]!, losses.join());
    assert.deepEqual(trainer.memory, { readAt: [recipe.steps - 1] });
  });

  it('takes the same steps again from the start', async () => {
    const values = trainer.states.map((state) => state.values.slice());
    const drawn = tuning.drawn.splice(0);
    await trainer.returnToStart();
    assert.equal(trainer.step, 0);
    assert.deepEqual(trainer.memory, { readAt: [0] });
    await takeSteps();
    assert.deepEqual(tuning.drawn, drawn);
    trainer.states.forEach((state, i) => assert.deepEqual(state.values, values[i]));
  });

  it('tries a step of some layers, shows it and undoes it', async () => {
    await trainer.returnToStart();
    await trainer.findGradients();
    const before = trainer.states.map(({ values }) => values.slice());
    const moved = await trainer.tryStep({ learningRate: 0.01, firstLayer: 2 }, () =>
      Promise.resolve(
        trainer.states.filter(({ values }, i) => values.some((value, at) => value !== before[i]![at])),
      ),
    );
    assert.ok(moved.length > 0 && moved.every(({ name }) => name.startsWith('model.layers.2.')));
    trainer.states.forEach(({ values }, i) => assert.deepEqual(values, before[i]));
  });
});
