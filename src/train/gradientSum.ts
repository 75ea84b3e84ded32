import { floatTensor, type Tensors } from '../engine/runtime';
import { gradientName, gradientSize, sumName, type TrainedInput } from './stepGraph';

/**
 * Where the gradients of a step are added up. A pass reads the sum so far and writes the new one into the same place, number
 * by number, so that there is one copy of it.
 */
export class GradientSum {
  /** Whether every pass so far gave finite numbers; only known in half precision. */
  isFinite = true;
  /** Whether any pass of this step gave a gradient. */
  hasAny = false;
  private readonly sums: ReadonlyMap<
    string,
    { readonly values: Float32Array; readonly shape: readonly number[] }
  >;

  constructor(inputs: readonly TrainedInput[]) {
    this.sums = new Map(
      inputs.map(({ name, shape }) => {
        const size = shape.reduce((product, n) => product * n, 1);
        return [name, { values: new Float32Array(size), shape }];
      }),
    );
  }

  /** Begins a new step. */
  reset(): void {
    this.isFinite = true;
    this.hasAny = false;
    for (const { values } of this.sums.values()) values.fill(0);
  }

  /** The sums so far, as inputs of a pass. */
  inputs(): Tensors {
    return this.name(sumName, [...this.sums.keys()]);
  }

  /** Where the runtime shall write those gradients that are among a pass's outputs. */
  placesFor(outputNames: readonly string[]): Tensors {
    const given = new Set(outputNames);
    return this.name(
      gradientName,
      [...this.sums.keys()].filter((input) => given.has(gradientName(input))),
    );
  }

  /** Takes note of what a pass gave besides. */
  note(outputs: Readonly<Record<string, Float32Array>>): void {
    this.hasAny = true;
    const size = outputs[gradientSize];
    if (size && !Number.isFinite(size[0])) this.isFinite = false;
  }

  /** The summed gradient of a trained input. */
  of(input: string): Float32Array {
    return this.sums.get(input)!.values;
  }

  private name(name: (input: string) => string, inputs: readonly string[]): Tensors {
    return Object.fromEntries(
      inputs.map((input) => {
        const { values, shape } = this.sums.get(input)!;
        return [name(input), floatTensor(values, shape)];
      }),
    );
  }
}
