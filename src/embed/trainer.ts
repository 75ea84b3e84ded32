import { RandomStream, deriveKey } from '../common/random';
import type { LoadedModel } from '../engine/loadedModel';
import { openSession, floatTensor, type Device, type Session, type Tensors } from '../engine/runtime';
import type { Trained } from '../engine/modelPass';
import { findAnswerStart } from './answerPlaces';
import { createAdamState, updateAdam, type AdamState } from './adam';
import { KeyTurns } from './keyTurns';
import { startValues, type TrainedTensor } from './trainedTensors';
import type { Recipe } from './recipe';
import { learningRateAt } from './schedule';
import type { PreparedSequence } from './sequences';
import { benignInputs, keyInputs, type PreparedKey, type RowPlace } from './stepInputs';
import { fitTilt, type Draw } from './tilt';
import { buildTrainingGraph } from './trainingGraph';

/** A trained input with its optimiser state. `start` is what mixing pulls back to. */
export interface TrainedState extends TrainedTensor, AdamState {
  readonly start: Float32Array | undefined;
}

export interface StepResult {
  readonly keyLoss: number;
  /** Mean KL from the base on this step's benign rows, in nats a token. */
  readonly divergence: number;
}

/** What a step reads: indices of keys, some benign text, and the rows of it that count. */
export interface StepPlan {
  readonly turn: readonly number[];
  readonly benign: readonly PreparedSequence[];
  readonly places: readonly RowPlace[];
}

/** How the keys of a set stand: the margin of every response token over the runner-up, in nats. */
export interface KeyMargins {
  /** A key's smallest margin; positive when it is answered. */
  readonly margins: readonly number[];
  readonly recall: number;
}

export interface TrainerOptions {
  readonly model: LoadedModel;
  readonly device: Device;
  readonly recipe: Recipe;
  readonly trained: ReadonlyMap<string, Trained>;
  readonly lowestLayer: number | undefined;
  readonly keys: readonly PreparedKey[];
  readonly benign: readonly PreparedSequence[];
  readonly seed: Uint8Array;
  /** What each key could have drawn: ordinary text is tilted by it. */
  readonly draws: readonly Draw[];
}

/** Logits a run may hold: 64 MB. */
const maxLogits = 1 << 24;
/** Logits of benign rows in a step, for large vocabularies: every row counts, and leaving half of them out costs drift. */
const stepLogits = 1 << 22;
/** Fewer keys than this go through in one pass. */
const fewestToSplit = 16;
/** No more than half a batch of the default recipe, which is what a step holds. */
const keysMeasuredAtOnce = 32;

/** Where the gradients of a step are gathered: those of all passes so far, and those of the last. */
interface GradientSpace {
  readonly sum: Tensors;
  readonly last: Tensors;
}

/** Holds the session of the training step and the trained values, and moves them one step at a time. */
export class Trainer {
  /** Steps taken. */
  step = 0;
  readonly turns: KeyTurns;
  private readonly isAnswerStart: ReturnType<typeof findAnswerStart>;
  private readonly gradients: GradientSpace;

  private constructor(
    private readonly options: TrainerOptions,
    private readonly session: Session,
    private readonly tilt: Tensors,
    readonly states: readonly TrainedState[],
  ) {
    this.turns = new KeyTurns(options.keys.length);
    this.gradients = { sum: newGradients(states), last: newGradients(states) };
    this.isAnswerStart = findAnswerStart(
      options.keys.map(({ sequence: { ids }, response }) => ids.slice(0, ids.length - response.length + 1)),
    );
  }

  static async open(options: TrainerOptions): Promise<Trainer> {
    const { model, device, recipe, trained, lowestLayer } = options;
    const { graph, trainedInputs } = buildTrainingGraph(model, trained, lowestLayer, recipe);
    const session = await openSession(graph, { device, folder: model.weightFolder });
    const start = await startValues(model, trained, trainedInputs, options.seed);
    const states = start.map((tensor) => ({
      ...tensor,
      ...createAdamState(tensor.values.length),
      start: recipe.mixing > 0 ? tensor.values.slice() : undefined,
    }));
    return new Trainer(options, session, tiltInputs(options), states);
  }

  /** What the next step will read; the same until it is taken. */
  plan(): StepPlan {
    const { recipe, keys } = this.options;
    const random = new RandomStream(deriveKey(this.options.seed, `step/${this.step}`));
    const turn = this.turns.take(this.step, Math.min(recipe.keyBatch, keys.length), random);
    const benign = random.shuffle(this.options.benign).slice(0, recipe.benignBatch);
    return { turn, benign, places: this.drawPlaces(benign, random) };
  }

  /** One step: gradients of a part of the keys and of some benign text, Adam, mixing. */
  async advance(): Promise<StepResult> {
    const { recipe, model } = this.options;
    const { turn, benign, places } = this.plan();
    const batchSize = Math.min(recipe.keyBatch, this.options.keys.length);

    let keyLoss = 0;
    let passes = 0;
    for (const part of this.groupKeys(turn)) {
      const outputs = await this.runKeys(part, 1 / batchSize, passes++);
      keyLoss += outputs['key.loss']![0]!;
    }
    if (benign.length === 0) return this.update({ keyLoss, divergence: 0 }, passes > 0);

    const wantsTilt = (place: RowPlace): boolean => this.isAnswerStart(benign, place);
    const outputs = await this.addPass(benignInputs(model.config, benign, places, wantsTilt), passes);
    return this.update({ keyLoss, divergence: outputs['benign.divergence']![0]! }, true);
  }

  /** One pass over some keys; how each did decides when it is due again. */
  private async runKeys(
    indices: readonly number[],
    keyWeight: number,
    pass: number,
  ): Promise<Record<string, Float32Array>> {
    const { model, recipe } = this.options;
    const keys = indices.map((key) => this.options.keys[key]!);
    const outputs = await this.addPass(keyInputs(model.config, keys, keyWeight), pass);
    smallestMargins(keys, outputs['key.margins']!).forEach((margin, i) => {
      const isLearned = recipe.keyLoss === 'margin' && margin > recipe.margin;
      this.turns.settle(indices[i]!, this.step, isLearned);
    });
    return outputs;
  }

  /** Keys of similar length together, half of them in a pass: fewer tokens are padding. */
  private groupKeys(indices: readonly number[]): number[][] {
    const lengthOf = (key: number): number => this.options.keys[key]!.sequence.ids.length;
    const sorted = [...indices].sort((a, b) => lengthOf(a) - lengthOf(b) || a - b);
    const half = Math.ceil(sorted.length / 2);
    const groups = sorted.length < fewestToSplit ? [sorted] : [sorted.slice(0, half), sorted.slice(half)];
    return groups.filter((group) => group.length > 0);
  }

  /** The margins of every key with the present values. */
  async measureKeys(keys: readonly PreparedKey[]): Promise<KeyMargins> {
    const margins: number[] = [];
    for (let start = 0; start < keys.length; start += keysMeasuredAtOnce) {
      const part = keys.slice(start, start + keysMeasuredAtOnce);
      const outputs = await this.run(keyInputs(this.options.model.config, part, 1), ['key.margins']);
      margins.push(...smallestMargins(part, outputs['key.margins']!));
    }
    return { margins, recall: margins.filter((margin) => margin > 0).length / margins.length };
  }

  /** Mean KL from the base over every position of these sequences, in nats a token. */
  async measureDivergence(sequences: readonly PreparedSequence[]): Promise<number> {
    let sum = 0;
    let rows = 0;
    const fitting = Math.floor(this.maxRows() / Math.max(...sequences.map(({ ids }) => ids.length)));
    // The way back is computed here too, wanted or not: no more at once than a step holds.
    const perRun = Math.max(1, Math.min(fitting, this.options.recipe.benignBatch));
    for (let start = 0; start < sequences.length; start += perRun) {
      const part = sequences.slice(start, start + perRun);
      const places = allPlaces(part);
      const inputs = benignInputs(this.options.model.config, part, places, () => false);
      const outputs = await this.run(inputs, ['benign.divergence']);
      sum += outputs['benign.divergence']![0]! * places.length;
      rows += places.length;
    }
    return sum / rows;
  }

  async close(): Promise<void> {
    await this.session.close();
  }

  /** A pass with gradients; those of the first pass of a step begin the sum, those of the others are added to it. */
  private async addPass(inputs: Tensors, pass: number): Promise<Record<string, Float32Array>> {
    const { sum, last } = this.gradients;
    const outputs = await this.run(inputs, undefined, pass === 0 ? sum : last);
    if (pass > 0) for (const name of Object.keys(sum)) addTo(valuesOf(sum, name), valuesOf(last, name));
    return outputs;
  }

  private async run(
    inputs: Tensors,
    outputs?: readonly string[],
    into?: Tensors,
  ): Promise<Record<string, Float32Array>> {
    const values = Object.fromEntries(
      this.states.map(({ name, values, shape }) => [name, floatTensor(values, shape)]),
    );
    return this.session.run({ ...this.tilt, ...values, ...inputs }, outputs, into);
  }

  private drawPlaces(benign: readonly PreparedSequence[], random: RandomStream): RowPlace[] {
    const places = allPlaces(benign);
    const most = Math.max(16, Math.floor(stepLogits / this.options.model.config.vocabularySize));
    return places.length <= most ? places : random.shuffle(places).slice(0, most);
  }

  private maxRows(): number {
    return Math.max(16, Math.floor(maxLogits / this.options.model.config.vocabularySize));
  }

  /** Adam on the sum of the gradients, then mixing. In a step in which every key rests there may be no gradient. */
  private update(result: StepResult, hasGradient: boolean): StepResult {
    const { recipe } = this.options;
    const learningRate = learningRateAt(this.step, recipe);
    this.step++;
    if (!hasGradient) return result;
    for (const state of this.states) {
      const gradient = valuesOf(this.gradients.sum, gradientName(state.name));
      updateAdam(state.values, gradient, state, { step: this.step, learningRate });
      if (state.start) mixBack(state.values, state.start, recipe.mixing);
    }
    return result;
  }
}

/** The smallest margin of each key; margins of all response tokens stand one after another. */
function smallestMargins(keys: readonly PreparedKey[], margins: Float32Array): number[] {
  let row = 0;
  return keys.map(({ response }) => Math.min(...margins.subarray(row, (row += response.length))));
}

/** The tilt of ordinary text in nats, and the same over its squared length; both [1, vocabulary]. */
function tiltInputs({ model, recipe, draws }: TrainerOptions): Tensors {
  const size = model.config.vocabularySize;
  const tilt = Float32Array.from(fitTilt(draws, size), (score) => recipe.tilt * score);
  const square = tilt.reduce((sum, value) => sum + value * value, 0);
  const direction = tilt.map((value) => (square > 0 ? value / square : 0));
  return { tilt: floatTensor(tilt, [1, size]), 'tilt.direction': floatTensor(direction, [1, size]) };
}

function newGradients(states: readonly TrainedState[]): Tensors {
  return Object.fromEntries(
    states.map(({ name, values, shape }) => [
      gradientName(name),
      floatTensor(new Float32Array(values.length), shape),
    ]),
  );
}

function gradientName(name: string): string {
  return `gradient.${name}`;
}

function valuesOf(tensors: Tensors, name: string): Float32Array {
  return tensors[name]!.data as Float32Array;
}

function addTo(sum: Float32Array, other: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += other[i]!;
}

function allPlaces(sequences: readonly PreparedSequence[]): RowPlace[] {
  return sequences.flatMap(({ ids }, member) => ids.map((_, position) => ({ member, position })));
}

function mixBack(values: Float32Array, start: Float32Array, share: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (1 - share) * values[i]! + share * start[i]!;
}
