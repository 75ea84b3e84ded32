import { UserError } from '../common/errors';
import { RandomStream, deriveKey } from '../common/random';
import type { LoadedModel } from '../engine/loadedModel';
import type { LayerGroup } from '../engine/layerGroups';
import type { Trained } from '../engine/modelPass';
import type { Placement } from '../engine/placement';
import { countSharedTokens } from '../engine/sharedStart';
import { floatTensor, scalarTensor, type Tensors } from '../engine/runtime';
import { allPlaces, BenignReader, type BenignReading } from './benignRows';
import { Avoidance } from './avoidance';
import { createAdamState, updateAdam, type AdamState } from './adam';
import { GradientSum } from './gradientSum';
import { KeyTurns } from './keyTurns';
import type { OrdinaryDirections } from './ordinaryDirections';
import { startValues, type TrainedTensor } from './trainedTensors';
import type { Recipe } from './recipe';
import { learningRateAt } from './schedule';
import type { PreparedSequence } from './sequences';
import { cutBenign, groupKeys, rowsOfStep, tokensPerPass } from './passes';
import { benignInputs, countTilted, keyInputs, type PreparedKey } from './stepInputs';
import { openStepRunner, type PassOutputs, type StepRunner } from './stepRunner';
import { fitTilt, type Draw } from './tilt';

/** A trained input with its optimiser state. `start` is what mixing pulls back to. */
export interface TrainedState extends TrainedTensor, AdamState {
  readonly start: Float32Array | undefined;
}

export interface StepResult {
  readonly keyLoss: number;
  /** Mean KL from the base on this step's benign rows, in nats a token. */
  readonly divergence: number;
}

/** What a step reads: indices of keys, and some benign text. */
export interface StepReading {
  readonly turn: readonly number[];
  readonly benign: BenignReading;
}

/** How the keys of a set stand: the margin of every response token over the runner-up, in nats. */
export interface KeyMargins {
  /** A key's smallest margin; positive when it is answered. */
  readonly margins: readonly number[];
  readonly recall: number;
}

/** What one step from the start of a run does. */
export interface FirstStep {
  /** By how much the mean margin of the keys grows, in nats. */
  readonly gain: number;
  /** Mean KL from the base on ordinary text, in nats a token. */
  readonly divergence: number;
  /** How far the normed last states move, as a share of their size. */
  readonly stateShift: number;
}

/** Tries of first steps. */
export interface Trial {
  /** The mean margin of the keys before any step, in nats. */
  readonly margin: number;
  /** Mean entropy of the base's predictions on ordinary text, in nats. */
  readonly entropy: number;
  /** One step in the layers from `firstLayer` on. */
  readonly step: (learningRate: number, firstLayer: number) => Promise<FirstStep>;
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
  /** What changes keep out of. */
  readonly directions: OrdinaryDirections;
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
  /** What is left of the recipe's learning rate, and how often the run has gone back to lower it. */
  rateShare = 1;
  returns = 0;
  /** Called several times in a step or a measurement, which may take long. */
  onPulse: (() => void) | undefined;
  readonly turns: KeyTurns;
  private readonly reader: BenignReader;
  private readonly avoidance: Avoidance;
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
    this.avoidance = new Avoidance(options.placement);
    this.gradients = new GradientSum(states);
    this.maxTokens = tokensPerPass(options.model, options.lowestLayer);
    this.reader = new BenignReader(options.benign, options.keys, options.recipe.tilt > 0);
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

  /** Puts everything that steps change back to where a run begins; the rate stays lowered. */
  async returnToStart(): Promise<void> {
    const { model, trained, seed } = this.options;
    const start = await startValues(model, trained, this.runner.trainedInputs, seed);
    this.states.forEach((state, i) => {
      state.values.set(start[i]!.values);
      state.first.fill(0);
      state.second.fill(0);
    });
    this.turns.dueAt.fill(0);
    this.step = 0;
  }

  /** What the next step will read; the same until it is taken. */
  plan(): StepReading {
    const { recipe, keys, model } = this.options;
    const random = new RandomStream(deriveKey(this.options.seed, `step/${this.step}`));
    const turn = this.turns.take(this.step, Math.min(recipe.keyBatch, keys.length), random);
    const sizes = { sequences: recipe.benignBatch, rows: rowsOfStep(model.config.vocabularySize) };
    return { turn, benign: this.reader.read(sizes, random) };
  }

  /**
   * One step: gradients of a part of the keys and of some benign text, Adam, mixing. In half precision a step in which
   * numbers overflow is taken again with a smaller loss scale.
   * @throws UserError `half-precision-overflow` when no scale helps.
   */
  async advance(): Promise<StepResult> {
    const { parts, ofKeys, ofText } = await this.findGradients();
    parts.forEach((part, i) => this.settle(part, ofKeys[i]!));
    await this.update();
    return { keyLoss: sumOf(ofKeys, 'key.loss'), divergence: sumOf(ofText, 'benign.divergence') };
  }

  /** The gradients of the next step, added up, with what its passes gave besides. */
  private async findGradients(): Promise<{
    parts: number[][];
    ofKeys: PassOutputs[];
    ofText: PassOutputs[];
  }> {
    const { recipe, model } = this.options;
    const { turn, benign } = this.plan();
    const batchSize = Math.min(recipe.keyBatch, this.options.keys.length);
    const parts = this.groupKeys(turn, this.options.keys);
    const inputs = [
      ...parts.map((part) => keyInputs(model.config, this.keysOf(part), 1 / batchSize)),
      ...(this.isAtBase ? [] : this.benignPasses(benign, this.maxTokens)),
    ];
    let outputs = await this.runPasses(inputs);
    while (!this.gradients.isFinite) {
      this.lowerLossScale();
      outputs = await this.runPasses(inputs);
    }
    return { parts, ofKeys: outputs.slice(0, parts.length), ofText: outputs.slice(parts.length) };
  }

  /**
   * Whether text has nothing to say: a run begins as the base, so its divergence is rounding, which Adam would take for a direction
   * wherever no key has one.
   */
  private get isAtBase(): boolean {
    return this.step === 0 && this.options.recipe.tilt === 0;
  }

  private groupKeys(indices: readonly number[], keys: readonly PreparedKey[]): number[][] {
    return groupKeys(
      indices,
      (key) => keys[key]!.sequence.ids.length,
      this.maxTokens,
      countSharedStart(indices.map((key) => keys[key]!)),
    );
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
  private benignPasses({ sequences, rows }: BenignReading, maxTokens: number): Tensors[] {
    const tilted = countTilted(rows);
    return cutBenign(sequences, rows, maxTokens)
      .filter((part) => part.rows.length > 0)
      .map((part) => benignInputs(this.options.model.config, part.sequences, part.rows, tilted));
  }

  /** The margins of every key with the present values. */
  async measureKeys(keys: readonly PreparedKey[]): Promise<KeyMargins> {
    const all = keys.map((_, index) => index);
    const parts = this.groupKeys(all, keys).map((part) => part.map((key) => ({ key, prepared: keys[key]! })));
    const outputs = await this.measure(
      parts.map((part) =>
        keyInputs(
          this.options.model.config,
          part.map(({ prepared }) => prepared),
          1,
        ),
      ),
      ['key.margins'],
    );
    const margins = new Array<number>(keys.length).fill(0);
    parts.forEach((part, i) => {
      const found = smallestMargins(
        part.map(({ prepared }) => prepared),
        outputs[i]!['key.margins']!,
      );
      part.forEach(({ key }, j) => (margins[key] = found[j]!));
    });
    return { margins, recall: margins.filter((margin) => margin > 0).length / margins.length };
  }

  /** Mean KL from the base over every position of these sequences that counts, in nats a token. */
  async measureDivergence(sequences: readonly PreparedSequence[]): Promise<number> {
    const [divergence] = await this.measureText(sequences, ['benign.divergence']);
    return divergence!;
  }

  /** Means over every position of these sequences that counts. */
  private async measureText(
    sequences: readonly PreparedSequence[],
    wanted: readonly string[],
  ): Promise<number[]> {
    const places = allPlaces(sequences);
    const rows = places.map((place) => ({ ...place, weight: 1 / places.length, isTilted: false }));
    const inputs = this.benignPasses({ sequences, rows }, Math.min(this.maxTokens, this.maxRows()));
    const outputs = await this.measure(inputs, wanted);
    return wanted.map((name) => sumOf(outputs, name));
  }

  /**
   * Computes the gradients of the first step, so that it can be tried at several rates and in several ranges of layers. Every try
   * begins with Adam's first step and ends where the run begins.
   */
  async startTrial(keys: readonly PreparedKey[], texts: readonly PreparedSequence[]): Promise<Trial> {
    await this.findGradients();
    const before = await this.lookAt(keys, texts);
    const step = async (learningRate: number, firstLayer: number): Promise<FirstStep> => {
      for (const state of this.states) {
        if ((this.layerOf(state.name) ?? firstLayer) < firstLayer) continue;
        await this.move(state, createAdamState(state.values.length), { step: 1, learningRate });
      }
      const { margin, divergence, stateShift } = await this.lookAt(keys, texts);
      await this.returnToStart();
      return { gain: margin - before.margin, divergence, stateShift };
    };
    return { margin: before.margin, entropy: before.entropy, step };
  }

  private layerOf(input: string): number | undefined {
    const { parameters } = this.options.model;
    return parameters.find(({ name }) => input === name || input.startsWith(`${name}.`))?.layer;
  }

  private async lookAt(
    keys: readonly PreparedKey[],
    texts: readonly PreparedSequence[],
  ): Promise<Omit<FirstStep, 'gain'> & Pick<Trial, 'margin' | 'entropy'>> {
    const { margins } = await this.measureKeys(keys);
    const [divergence, shift, entropy] = await this.measureText(texts, [
      'benign.divergence',
      'benign.shift',
      'benign.entropy',
    ]);
    const margin = margins.reduce((sum, value) => sum + value, 0) / margins.length;
    return { margin, divergence: divergence!, stateShift: Math.sqrt(shift!), entropy: entropy! };
  }

  async close(): Promise<void> {
    await this.runner.close();
    await this.avoidance.close();
  }

  /** The passes of a step, with their gradients added up. */
  private runPasses(inputs: readonly Tensors[]): Promise<PassOutputs[]> {
    this.gradients.reset();
    const wanted = ['key.margins', 'key.loss', 'benign.divergence'];
    return this.runner.train(
      { inputs, shared: this.sharedInputs(), wanted, onRun: this.onPulse },
      this.gradients,
    );
  }

  private measure(inputs: readonly Tensors[], wanted: readonly string[]): Promise<PassOutputs[]> {
    return this.runner.measure({ inputs, shared: this.sharedInputs(), wanted, onRun: this.onPulse });
  }

  /** Moves one tensor as Adam says, but for what ordinary text would see. */
  private async move(
    { name, values, shape }: TrainedTensor,
    moments: AdamState,
    at: { readonly step: number; readonly learningRate: number },
  ): Promise<void> {
    const directions = this.options.directions.get(name);
    const gradient = this.gradients.of(name);
    if (!directions) {
      updateAdam(values, gradient, moments, at);
      return;
    }
    const change = new Float32Array(values.length);
    updateAdam(change, gradient, moments, at);
    await this.avoidance.applyTo(change, shape, directions, this.isTransposed(name));
    for (let i = 0; i < values.length; i++) values[i]! += change[i]!;
  }

  private isTransposed(input: string): boolean {
    return this.options.model.parameters.find(({ name }) => name === input)!.isTransposed;
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

  private maxRows(): number {
    return Math.max(16, Math.floor(maxLogits / this.options.model.config.vocabularySize));
  }

  /** Adam on the sum of the gradients, then mixing. In a step in which every key rests there may be no gradient. */
  private async update(): Promise<void> {
    const { recipe } = this.options;
    const learningRate = this.rateShare * learningRateAt(this.step, recipe);
    this.step++;
    if (!this.gradients.hasAny) return;
    for (const state of this.states) {
      await this.move(state, state, { step: this.step, learningRate });
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

/** Tokens that keys begin with alike, where each token of a pass is kept once. */
function countSharedStart(keys: readonly PreparedKey[]): number {
  if (!keys[0]?.sequence.states) return 0;
  return countSharedTokens(
    keys.map(({ sequence: { ids }, response }) => ({ ids, positions: [ids.length - response.length] })),
  );
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

function mixBack(values: Float32Array, start: Float32Array, share: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (1 - share) * values[i]! + share * start[i]!;
}
