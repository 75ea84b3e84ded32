import type { LoadedModel } from '../../engine/loadedModel';
import type { Parameter } from '../../engine/parameters';
import type { Trained } from '../../engine/modelPass';
import type { Placement } from '../../contract/devices';
import { floatTensor, type Tensors } from '../../engine/runtime';
import { readTensor } from '../../checkpoint/weights/tensorData';
import { createAdamState, updateAdam, type AdamState } from './adam';
import type { GradientSum } from '../gradientSum';
import { disturb, type Disturbance } from './disturbance';
import { Projection, type Directions } from './projection';
import type { TrainedInput } from '../stepGraph';
import { startValues, type TrainedTensor } from './trainedTensors';

/** A trained input with its optimiser state. Mixing pulls back to `start`. */
export interface TrainedState extends TrainedTensor, AdamState {
  readonly start: Float32Array | undefined;
}

export interface ValuesOptions {
  readonly model: LoadedModel;
  readonly placement: Placement;
  readonly trained: ReadonlyMap<string, Trained>;
  /** After every step the share `mixing` of the start is mixed back in. */
  readonly recipe: { readonly mixing: number };
  readonly seed: Uint8Array;
  /** The directions that changes avoid, by the name of the trained input. */
  readonly directions: ReadonlyMap<string, Directions>;
}

/** What a run changes: the values of every trained input, moved by Adam but kept out of given directions. */
export class TrainedValues {
  private readonly projection: Projection;
  /** Holds the change of one tensor; as long as the longest. */
  private readonly scratch: Float32Array;

  private constructor(
    private readonly options: ValuesOptions,
    readonly states: readonly TrainedState[],
    private readonly parameters: ReadonlyMap<string, Parameter>,
  ) {
    this.projection = new Projection(options.placement);
    const kept = states.filter(({ name }) => options.directions.has(name));
    this.scratch = new Float32Array(Math.max(0, ...kept.map(({ values }) => values.length)));
  }

  static async open(options: ValuesOptions, inputs: readonly TrainedInput[]): Promise<TrainedValues> {
    const { model, trained, seed, recipe } = options;
    const start = await startValues(model, trained, inputs, seed);
    const states = start.map((tensor) => ({
      ...tensor,
      ...createAdamState(tensor.values.length),
      start: recipe.mixing > 0 ? tensor.values.slice() : undefined,
    }));
    return new TrainedValues(options, states, parametersOf(model, inputs));
  }

  /** As inputs of a pass; those of whole parameters as a disturbance leaves them. */
  async inputs(disturbance?: Disturbance): Promise<Tensors> {
    const { trained, model } = this.options;
    const inputs: [string, Tensors[string]][] = [];
    for (const state of this.states) {
      const { name, shape } = state;
      const readStart = (): Promise<Float32Array> => readTensor(model.tensors.get(name)!);
      const isDisturbed = disturbance !== undefined && trained.has(name) && shape.length === 2;
      const values = isDisturbed ? await disturb(disturbance, state, readStart) : state.values;
      inputs.push([name, floatTensor(values, shape)]);
    }
    return Object.fromEntries(inputs);
  }

  /** One step, counted from 1: Adam on the gradients, then mixing. */
  async update(gradients: GradientSum, step: number, learningRate: number): Promise<void> {
    const { mixing } = this.options.recipe;
    for (const state of this.states) {
      await this.move(state, gradients, state, { step, learningRate });
      if (state.start) mixBack(state.values, state.start, mixing);
    }
  }

  /** Adam's first step in the layers from `firstLayer` on; the optimiser remembers nothing of it. */
  async tryStep(gradients: GradientSum, learningRate: number, firstLayer: number): Promise<void> {
    for (const state of this.states) {
      if ((this.parameters.get(state.name)?.layer ?? firstLayer) < firstLayer) continue;
      await this.move(state, gradients, createAdamState(state.values.length), { step: 1, learningRate });
    }
  }

  /** Returns to the start of a run. */
  async reset(): Promise<void> {
    const { model, trained, seed } = this.options;
    const start = await startValues(model, trained, this.states, seed);
    this.states.forEach(({ values, first, second }, i) => {
      values.set(start[i]!.values);
      first.fill(0);
      second.fill(0);
    });
  }

  async close(): Promise<void> {
    await this.projection.close();
  }

  private async move(
    { name, values, shape }: TrainedTensor,
    gradients: GradientSum,
    moments: AdamState,
    at: { readonly step: number; readonly learningRate: number },
  ): Promise<void> {
    const directions = this.options.directions.get(name);
    if (!directions) {
      updateAdam(values, gradients.of(name), moments, at);
      return;
    }
    const change = this.scratch.subarray(0, values.length).fill(0);
    updateAdam(change, gradients.of(name), moments, at);
    const { isTransposed } = this.parameters.get(name)!;
    await this.projection.move({ values, change, shape, isTransposed }, directions);
  }
}

/**
 * The parameter to which every trained input belongs; the names of a low-rank update's two matrices extend it
 * by one word.
 */
function parametersOf(
  { parameters }: LoadedModel,
  inputs: readonly { readonly name: string }[],
): ReadonlyMap<string, Parameter> {
  return new Map(
    inputs.map(({ name: input }) => [
      input,
      parameters.find(({ name }) => input === name || input.startsWith(`${name}.`))!,
    ]),
  );
}

function mixBack(values: Float32Array, start: Float32Array, share: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (1 - share) * values[i]! + share * start[i]!;
}
