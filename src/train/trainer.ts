import { RandomStream, deriveKey } from '../common/random';
import type { LayerGroup } from '../engine/layerGroups';
import type { Tensors } from '../engine/runtime';
import { productInputs, type AddedProduct } from './addedProduct';
import { GradientSum } from './gradientSum';
import { LossScale } from './update/lossScale';
import { passInputs, type Batch, type Objective, type PassOutputs, type Share } from './objective';
import { tokensPerPass } from './passes';
import { learningRateAt, type Schedule } from './update/schedule';
import { lossScaleInput } from './stepGraph';
import { openStepRunner, type StepRunner } from './stepRunner';
import { TrainedValues, type TrainedState, type ValuesOptions } from './update/trainedValues';

export interface TrainerOptions extends ValuesOptions {
  /** Which of the layers that a gradient passes are in memory together. */
  readonly groups: readonly LayerGroup[];
  /** The layer that unchanging states enter; undefined where the embedding itself is trained. */
  readonly lowestLayer: number | undefined;
  /** What was added to the output matrix before the first step. */
  readonly added?: AddedProduct | undefined;
  /** What the model is trained for. */
  readonly objectives: readonly Objective[];
  readonly recipe: ValuesOptions['recipe'] & Schedule;
}

/** A share of a step, and its objective. */
interface PlannedShare extends Share {
  readonly objective: Objective;
}

/** The loss of every objective in a step. */
type Losses = ReadonlyMap<Objective, number>;

/** Takes steps: plans what they read, runs their passes forward and backward, and updates the trained values. */
export class Trainer {
  /** Steps taken. */
  step = 0;
  /** The present share of the recipe's learning rate, and how often the run has gone back to lower it. */
  rateShare = 1;
  returns = 0;
  /** Called several times during a step or a measurement, either of which may take long. */
  onPulse: (() => void) | undefined;
  /** The most padded tokens in one pass. */
  readonly maxTokens: number;
  private readonly gradients: GradientSum;
  private readonly lossScale = new LossScale();

  private constructor(
    private readonly options: TrainerOptions,
    private readonly runner: StepRunner,
    private readonly trained: TrainedValues,
  ) {
    this.gradients = new GradientSum(runner.trainedInputs);
    this.maxTokens = tokensPerPass(options.model, options.lowestLayer);
  }

  static async open(options: TrainerOptions): Promise<Trainer> {
    const { objectives, groups, placement } = options;
    const plan = { ...options, losses: objectives, precision: placement.precision };
    const runner = await openStepRunner(plan, groups, placement);
    return new Trainer(options, runner, await TrainedValues.open(options, runner.trainedInputs));
  }

  get states(): readonly TrainedState[] {
    return this.trained.states;
  }

  /** What the objectives remember from step to step, by name. */
  get memory(): Readonly<Record<string, number[]>> {
    return Object.fromEntries(this.options.objectives.flatMap(({ memory }) => Object.entries(memory ?? {})));
  }

  /** Returns everything that steps change to the start of a run; the rate stays lowered. */
  async returnToStart(): Promise<void> {
    await this.trained.reset();
    for (const numbers of Object.values(this.memory)) numbers.fill(0);
    this.step = 0;
  }

  /**
   * One step: reads what every objective plans, runs forward and backward, then moves by Adam along the sum
   * of the gradients.
   * @throws UserError `half-precision-overflow` when numbers overflow at any loss scale.
   */
  async advance(): Promise<Losses> {
    const plan = this.plan();
    const outputs = await this.forwardBackward(plan);
    const losses = concludeAll(plan, outputs);
    await this.update();
    return losses;
  }

  private plan(): PlannedShare[] {
    const { objectives, seed } = this.options;
    const turn = { step: this.step, random: randomOfStep(seed, this.step), maxTokens: this.maxTokens };
    return objectives.map((objective) => ({ objective, ...objective.plan(turn) }));
  }

  /** Adds up the gradients of all passes. In half precision, an overflow repeats this with a smaller loss scale. */
  private async forwardBackward(plan: readonly PlannedShare[]): Promise<PassOutputs[]> {
    const outputNames = this.options.objectives.flatMap(({ reports }) => reports);
    for (;;) {
      this.gradients.reset();
      const outputs: PassOutputs[] = [];
      for (const shares of groupByValues(plan)) {
        const inputs = shares.flatMap(({ objective, batches }) => this.inputsOf(objective, batches));
        const shared = this.sharedInputs(await this.trained.inputs(shares[0]!.disturbance));
        const passes = { inputs, shared, outputNames, onRun: this.onPulse };
        outputs.push(...(await this.runner.train(passes, this.gradients)));
      }
      if (this.gradients.isFinite) return outputs;
      this.lossScale.lower();
    }
  }

  /** Moves the trained values by the sum of the gradients; a step that read nothing has none. */
  private async update(): Promise<void> {
    const { recipe } = this.options;
    const learningRate = this.rateShare * learningRateAt(this.step, recipe);
    this.step++;
    if (!this.gradients.hasAny) return;
    await this.trained.update(this.gradients, this.step, learningRate);
    this.lossScale.tookStep();
  }

  /**
   * Computes the gradients of the next step, for {@link tryStep}, without taking the step.
   * @throws as advance.
   */
  async findGradients(): Promise<void> {
    await this.forwardBackward(this.plan());
  }

  /**
   * Takes Adam's first step by those gradients in the layers from `firstLayer` on, has its effect measured,
   * and returns the run to its start.
   */
  async tryStep<Found>(
    { learningRate, firstLayer }: { readonly learningRate: number; readonly firstLayer: number },
    look: () => Promise<Found>,
  ): Promise<Found> {
    await this.trained.tryStep(this.gradients, learningRate, firstLayer);
    const found = await look();
    await this.returnToStart();
    return found;
  }

  /** Forward only: these outputs of an objective's loss in each of its batches, with the present values. */
  async measure(
    objective: Objective,
    batches: readonly Batch[],
    outputNames: readonly string[],
  ): Promise<PassOutputs[]> {
    const inputs = this.inputsOf(objective, batches);
    const shared = this.sharedInputs(await this.trained.inputs());
    return this.runner.measure({ inputs, shared, outputNames, onRun: this.onPulse });
  }

  async close(): Promise<void> {
    await this.runner.close();
    await this.trained.close();
  }

  private inputsOf(objective: Objective, batches: readonly Batch[]): Tensors[] {
    const { model, objectives } = this.options;
    const others = objectives.filter((other) => other !== objective);
    return batches.map((batch) => passInputs(model.config, batch, others));
  }

  private sharedInputs(trained: Tensors): Tensors {
    const ofLosses = this.options.objectives.map(({ shared }) => shared ?? {});
    return Object.assign(
      {},
      ...ofLosses,
      productInputs(this.options.added),
      trained,
      lossScaleInput(this.lossScale.value),
    ) as Tensors;
  }
}

/** Neighbouring shares that read the same values run together. */
function groupByValues(plan: readonly PlannedShare[]): PlannedShare[][] {
  const groups: PlannedShare[][] = [];
  for (const share of plan) {
    const last = groups.at(-1);
    if (last?.[0]!.disturbance === share.disturbance && last) last.push(share);
    else groups.push([share]);
  }
  return groups;
}

/** The random stream of a step, from which the objectives draw. */
export function randomOfStep(seed: Uint8Array, step: number): RandomStream {
  return new RandomStream(deriveKey(seed, `step/${step}`));
}

/** Gives every share the outputs of its own passes, which are in the order of the plan. */
function concludeAll(plan: readonly PlannedShare[], outputs: readonly PassOutputs[]): Losses {
  let first = 0;
  return new Map(
    plan.map(({ objective, batches, conclude }) => {
      const own = outputs.slice(first, (first += batches.length));
      return [objective, conclude(own)];
    }),
  );
}
