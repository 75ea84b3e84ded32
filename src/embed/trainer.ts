import { UserError } from '../common/errors';
import { RandomStream, deriveKey } from '../common/random';
import type { LoadedModel } from '../engine/loadedModel';
import type { LayerGroup } from '../engine/layerGroups';
import type { Trained } from '../engine/modelPass';
import type { Placement } from '../engine/placement';
import { floatTensor, scalarTensor, type Tensors } from '../engine/runtime';
import { findAnswerStart } from './answerPlaces';
import { createAdamState, updateAdam, type AdamState } from './adam';
import { GradientSum } from './gradientSum';
import { KeyTurns } from './keyTurns';
import { startValues, type TrainedTensor } from './trainedTensors';
import type { Recipe } from './recipe';
import { learningRateAt } from './schedule';
import type { PreparedSequence } from './sequences';
import { cutBenign, groupKeys, rowsOfStep, tokensPerPass } from './passes';
import { benignInputs, countRows, keyInputs, type PreparedKey } from './stepInputs';
import { openStepRunner, type PassOutputs, type StepRunner } from './stepRunner';
import { fitTilt, type Draw } from './tilt';
import type { RowPlace } from './tokenInputs';

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
export interface StepReading {
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
  readonly placement: Placement;
  /** Which of the layers that a gradient passes are in memory together. */
  readonly groups: readonly LayerGroup[];
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
/** The loss scale of half precision where a run begins: the largest that float16 holds once over. */
const firstLossScale = 2 ** 15;
/** After so many steps without an overflow a larger one is tried. */
const stepsToLargerScale = 50;

/** Holds the session of the training step and the trained values, and moves them one step at a time. */
export class Trainer {
  /** Steps taken. */
  step = 0;
  readonly turns: KeyTurns;
  private readonly isAnswerStart: ReturnType<typeof findAnswerStart>;
  private readonly gradients: GradientSum;
  /** Padded tokens of one pass. */
  private readonly maxTokens: number;
  private lossScale = firstLossScale;
  private stepsAtScale = 0;

  private constructor(
    private readonly options: TrainerOptions,
    private readonly runner: StepRunner,
    private readonly tilt: Tensors,
    readonly states: readonly TrainedState[],
  ) {
    this.turns = new KeyTurns(options.keys.length);
    this.gradients = new GradientSum(states);
    this.maxTokens = tokensPerPass(options.model, options.lowestLayer);
    this.isAnswerStart = findAnswerStart(
      options.keys.map(({ sequence: { ids }, response }) => ids.slice(0, ids.length - response.length + 1)),
    );
  }

  static async open(options: TrainerOptions): Promise<Trainer> {
    const { model, recipe, trained, placement } = options;
    const runner = await openStepRunner(
      { ...options, precision: placement.precision },
      options.groups,
      placement,
    );
    const start = await startValues(model, trained, runner.trainedInputs, options.seed);
    const states = start.map((tensor) => ({
      ...tensor,
      ...createAdamState(tensor.values.length),
      start: recipe.mixing > 0 ? tensor.values.slice() : undefined,
    }));
    return new Trainer(options, runner, tiltInputs(options), states);
  }

  /** What the next step will read; the same until it is taken. */
  plan(): StepReading {
    const { recipe, keys } = this.options;
    const random = new RandomStream(deriveKey(this.options.seed, `step/${this.step}`));
    const turn = this.turns.take(this.step, Math.min(recipe.keyBatch, keys.length), random);
    const benign = random.shuffle(this.options.benign).slice(0, recipe.benignBatch);
    return { turn, benign, places: this.drawPlaces(benign, random) };
  }

  /**
   * One step: gradients of a part of the keys and of some benign text, Adam, mixing. In half precision a step in which
   * numbers overflow is taken again with a smaller loss scale.
   * @throws UserError `half-precision-overflow` when no scale helps.
   */
  async advance(): Promise<StepResult> {
    const { recipe, model } = this.options;
    const { turn, benign, places } = this.plan();
    const batchSize = Math.min(recipe.keyBatch, this.options.keys.length);
    const parts = groupKeys(turn, (key) => this.options.keys[key]!.sequence.ids.length, this.maxTokens);
    const inputs = [
      ...parts.map((part) => keyInputs(model.config, this.keysOf(part), 1 / batchSize)),
      ...this.benignPasses(
        benign,
        places,
        (sequences, place) => recipe.tilt > 0 && this.isAnswerStart(sequences, place),
      ),
    ];

    let outputs = await this.runPasses(inputs);
    while (!this.gradients.isFinite) {
      this.lowerLossScale();
      outputs = await this.runPasses(inputs);
    }
    parts.forEach((part, i) => this.settle(part, outputs[i]!));
    this.update();
    return {
      keyLoss: sumOf(outputs.slice(0, parts.length), 'key.loss'),
      divergence: sumOf(outputs.slice(parts.length), 'benign.divergence'),
    };
  }

  /** How each key of a pass did decides when it is due again. */
  private settle(part: readonly number[], outputs: PassOutputs): void {
    const { recipe } = this.options;
    smallestMargins(this.keysOf(part), outputs['key.margins']!).forEach((margin, i) => {
      const isLearned = recipe.keyLoss === 'margin' && margin > recipe.margin;
      this.turns.settle(part[i]!, this.step, isLearned);
    });
  }

  private keysOf(indices: readonly number[]): PreparedKey[] {
    return indices.map((key) => this.options.keys[key]!);
  }

  /** Passes over benign text that together are one: their divergences add up to its mean. */
  private benignPasses(
    benign: readonly PreparedSequence[],
    places: readonly RowPlace[],
    wantsTilt: (sequences: readonly PreparedSequence[], place: RowPlace) => boolean,
  ): Tensors[] {
    const totals = countRows(places, (place) => wantsTilt(benign, place));
    return cutBenign(benign, places, this.maxTokens)
      .filter((part) => part.places.length > 0)
      .map((part) =>
        benignInputs(
          this.options.model.config,
          part.sequences,
          part.places,
          (place) => wantsTilt(part.sequences, place),
          totals,
        ),
      );
  }

  /** The margins of every key with the present values. */
  async measureKeys(keys: readonly PreparedKey[]): Promise<KeyMargins> {
    const parts = groupKeys(
      keys.map((_, index) => index),
      (key) => keys[key]!.sequence.ids.length,
      this.maxTokens,
    ).map((part) => part.map((key) => ({ key, prepared: keys[key]! })));
    const outputs = await this.measure(
      parts.map((part) =>
        keyInputs(
          this.options.model.config,
          part.map(({ prepared }) => prepared),
          1,
        ),
      ),
      'key.margins',
    );
    const margins = new Array<number>(keys.length).fill(0);
    parts.forEach((part, i) => {
      const found = smallestMargins(
        part.map(({ prepared }) => prepared),
        outputs[i]!,
      );
      part.forEach(({ key }, j) => (margins[key] = found[j]!));
    });
    return { margins, recall: margins.filter((margin) => margin > 0).length / margins.length };
  }

  /** Mean KL from the base over every position of these sequences, in nats a token. */
  async measureDivergence(sequences: readonly PreparedSequence[]): Promise<number> {
    const maxTokens = Math.min(this.maxTokens, this.maxRows());
    const parts = cutBenign(sequences, allPlaces(sequences), maxTokens);
    const total = parts.reduce((sum, { places }) => sum + places.length, 0);
    const inputs = parts.map((part) =>
      benignInputs(this.options.model.config, part.sequences, part.places, () => false, {
        places: total,
        tilted: 0,
      }),
    );
    const outputs = await this.measure(inputs, 'benign.divergence');
    return outputs.reduce((sum, [divergence]) => sum + divergence!, 0);
  }

  async close(): Promise<void> {
    await this.runner.close();
  }

  /** The passes of a step, with their gradients added up. */
  private runPasses(inputs: readonly Tensors[]): Promise<PassOutputs[]> {
    this.gradients.reset();
    const wanted = ['key.margins', 'key.loss', 'benign.divergence'];
    return this.runner.train({ inputs, shared: this.sharedInputs(), wanted }, this.gradients);
  }

  private async measure(inputs: readonly Tensors[], output: string): Promise<Float32Array[]> {
    const outputs = await this.runner.measure({ inputs, shared: this.sharedInputs(), wanted: [output] });
    return outputs.map((found) => found[output]!);
  }

  private sharedInputs(): Tensors {
    const values = this.states.map(({ name, values, shape }) => [name, floatTensor(values, shape)] as const);
    return { ...this.tilt, ...Object.fromEntries(values), 'loss.scale': scalarTensor(this.lossScale) };
  }

  private lowerLossScale(): void {
    if (this.lossScale <= 1) throw overflow();
    this.lossScale /= 4;
    this.stepsAtScale = 0;
  }

  private drawPlaces(benign: readonly PreparedSequence[], random: RandomStream): RowPlace[] {
    const places = allPlaces(benign);
    const most = rowsOfStep(this.options.model.config.vocabularySize);
    return places.length <= most ? places : random.shuffle(places).slice(0, most);
  }

  private maxRows(): number {
    return Math.max(16, Math.floor(maxLogits / this.options.model.config.vocabularySize));
  }

  /** Adam on the sum of the gradients, then mixing. In a step in which every key rests there may be no gradient. */
  private update(): void {
    const { recipe } = this.options;
    const learningRate = learningRateAt(this.step, recipe);
    this.step++;
    if (!this.gradients.hasAny) return;
    for (const state of this.states) {
      updateAdam(state.values, this.gradients.of(state.name), state, { step: this.step, learningRate });
      if (state.start) mixBack(state.values, state.start, recipe.mixing);
    }
    if (++this.stepsAtScale < stepsToLargerScale) return;
    this.lossScale *= 2;
    this.stepsAtScale = 0;
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

function overflow(): UserError {
  return new UserError(
    'half-precision-overflow',
    'The numbers of this model grow too large for half precision.',
    'Run the same command with --precision single.',
  );
}

function sumOf(outputs: readonly PassOutputs[], name: string): number {
  return outputs.reduce((sum, found) => sum + found[name]![0]!, 0);
}

function allPlaces(sequences: readonly PreparedSequence[]): RowPlace[] {
  return sequences.flatMap(({ ids }, member) => ids.map((_, position) => ({ member, position })));
}

function mixBack(values: Float32Array, start: Float32Array, share: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (1 - share) * values[i]! + share * start[i]!;
}
