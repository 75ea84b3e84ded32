import { floatTensor, type Tensors } from '../engine/runtime';
import { gradientName, gradientSize, sumName, type TrainedInput } from './stepGraph';

/**
 * Adds up the gradients of a step. A pass reads the sum so far and writes the new one into the same memory,
 * number by number, so only one copy exists.
 */
export class GradientSum {
  /** Whether all passes so far gave finite numbers; only known in half precision. */
  isFinite = true;
  /** Whether any pass of this step had a gradient. */
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

  /** The memory for those gradients that are among a pass's outputs. */
  placesFor(outputNames: readonly string[]): Tensors {
    const given = new Set(outputNames);
    return this.name(
      gradientName,
      [...this.sums.keys()].filter((input) => given.has(gradientName(input))),
    );
  }

  /** Records the other outputs of a pass. */
  note(outputs: Readonly<Record<string, Float32Array>>): void {
    this.hasAny = true;
    const size = outputs[gradientSize];
    if (size && !Number.isFinite(size[0])) this.isFinite = false;
  }

  /** Scales all sums together, so that their norm is at most this. */
  clip(largestNorm: number): void {
    let squares = 0;
    for (const { values } of this.sums.values()) for (const value of values) squares += value * value;
    const share = largestNorm / Math.sqrt(squares);
    if (!(share < 1)) return;
    for (const { values } of this.sums.values())
      for (let i = 0; i < values.length; i++) values[i] = share * values[i]!;
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
