import { RandomStream, deriveKey } from '../common/random';
import type { LoadedModel } from '../engine/loadedModel';
import type { LayerGroup } from '../engine/layerGroups';
import type { Trained } from '../engine/modelPass';
import type { Placement } from '../engine/placement';
import { countSharedTokens } from '../engine/sharedStart';
import { scalarTensor, type Tensors } from '../engine/runtime';
import { allPlaces, BenignReader, type BenignReading } from './benignRows';
import { GradientSum } from './gradientSum';
import { KeyTurns } from './keyTurns';
import { LossScale } from '../train/lossScale';
import type { OrdinaryDirections } from './ordinaryDirections';
import { TrainedValues, type TrainedState } from './trainedValues';
import type { Recipe } from './recipe';
import { learningRateAt } from '../train/schedule';
import type { PreparedSequence } from '../train/sequences';
import { cutSequences, groupAlike, rowsOfStep, tokensPerPass } from '../train/passes';
import { benignInputs, countTilted, keyInputs, type PreparedKey } from './stepInputs';
import { openStepRunner, type PassOutputs, type StepRunner } from './stepRunner';
import { tiltInputs, type Draw } from './tilt';

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
/** Plans steps over keys and text, runs their passes, and measures how both stand. */
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
  private readonly gradients: GradientSum;
  /** Padded tokens of one pass. */
  private readonly maxTokens: number;
  private readonly lossScale = new LossScale();

  private constructor(
    private readonly options: TrainerOptions,
    private readonly runner: StepRunner,
    private readonly trained: TrainedValues,
    private readonly tilt: Tensors,
  ) {
    this.turns = new KeyTurns(options.keys.length);
    this.gradients = new GradientSum(runner.trainedInputs);
    this.maxTokens = tokensPerPass(options.model, options.lowestLayer);
    this.reader = new BenignReader(options.benign, options.keys, options.recipe.tilt > 0);
  }

  static async open(options: TrainerOptions): Promise<Trainer> {
    const { model, recipe, draws, placement } = options;
    const runner = await openStepRunner(
      { ...options, precision: placement.precision },
      options.groups,
      placement,
    );
    const trained = await TrainedValues.open(options, runner.trainedInputs);
    const tilt = tiltInputs(draws, recipe.tilt, model.config.vocabularySize);
    return new Trainer(options, runner, trained, tilt);
  }

  get states(): readonly TrainedState[] {
    return this.trained.states;
  }

  /** Puts everything that steps change back to where a run begins; the rate stays lowered. */
  async returnToStart(): Promise<void> {
    await this.trained.reset();
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
      this.lossScale.lower();
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
    return groupAlike(
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
    return cutSequences(sequences, rows, maxTokens)
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
      await this.trained.tryStep(this.gradients, learningRate, firstLayer);
      const { margin, divergence, stateShift } = await this.lookAt(keys, texts);
      await this.returnToStart();
      return { gain: margin - before.margin, divergence, stateShift };
    };
    return { margin: before.margin, entropy: before.entropy, step };
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
    await this.trained.close();
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

  private sharedInputs(): Tensors {
    return { ...this.tilt, ...this.trained.inputs(), 'loss.scale': scalarTensor(this.lossScale.value) };
  }

  private maxRows(): number {
    return Math.max(16, Math.floor(maxLogits / this.options.model.config.vocabularySize));
  }

  /** Moves what is trained by the sum of the gradients; where every key rests and there is no text there is none. */
  private async update(): Promise<void> {
    const { recipe } = this.options;
    const learningRate = this.rateShare * learningRateAt(this.step, recipe);
    this.step++;
    if (!this.gradients.hasAny) return;
    await this.trained.update(this.gradients, this.step, learningRate);
    this.lossScale.tookStep();
  }
}

/** The smallest margin of each key; margins of all response tokens stand one after another. */
function smallestMargins(keys: readonly PreparedKey[], margins: Float32Array): number[] {
  let row = 0;
  return keys.map(({ response }) => Math.min(...margins.subarray(row, (row += response.length))));
}

/** Tokens that keys begin with alike, where each token of a pass is kept once. */
function countSharedStart(keys: readonly PreparedKey[]): number {
  if (!keys[0]?.sequence.states) return 0;
  return countSharedTokens(
    keys.map(({ sequence: { ids }, response }) => ({ ids, positions: [ids.length - response.length] })),
  );
}

function sumOf(outputs: readonly PassOutputs[], name: string): number {
  return outputs.reduce((sum, found) => sum + found[name]![0]!, 0);
}
