import { floatTensor, type Tensors } from '../engine/runtime';
import { gradientName, gradientSize } from './trainingGraph';

/**
 * Where the gradients of a step are added up: those of the first pass are written into the sum itself, those of the others
 * into a second place of the same size. Both are made once for a run.
 */
export class GradientSum {
  /** Whether every pass so far gave finite numbers; only known in half precision. */
  isFinite = true;
  private readonly sum: Tensors;
  private readonly last: Tensors;
  private readonly begun = new Set<string>();

  constructor(inputs: readonly { readonly name: string; readonly shape: readonly number[] }[]) {
    this.sum = emptyGradients(inputs);
    this.last = emptyGradients(inputs);
  }

  /** Begins a new step. */
  reset(): void {
    this.isFinite = true;
    this.begun.clear();
  }

  /** Whether any pass of this step gave a gradient. */
  get hasAny(): boolean {
    return this.begun.size > 0;
  }

  /** Which outputs of a pass are gradients, and where the runtime shall write them. */
  placesFor(outputNames: readonly string[]): Tensors {
    const names = outputNames.filter((name) => name in this.sum);
    return Object.fromEntries(
      names.map((name) => [name, (this.begun.has(name) ? this.last : this.sum)[name]!]),
    );
  }

  /** Takes in what a pass has written into its places. */
  add(places: Tensors, outputs: Readonly<Record<string, Float32Array>>): void {
    for (const name of Object.keys(places)) {
      if (this.begun.has(name)) addTo(valuesOf(this.sum, name), valuesOf(this.last, name));
      this.begun.add(name);
    }
    const size = outputs[gradientSize];
    if (size && !Number.isFinite(size[0])) this.isFinite = false;
  }

  /** The summed gradient of a trained input. */
  of(input: string): Float32Array {
    return valuesOf(this.sum, gradientName(input));
  }
}

function emptyGradients(
  inputs: readonly { readonly name: string; readonly shape: readonly number[] }[],
): Tensors {
  return Object.fromEntries(
    inputs.map(({ name, shape }) => {
      const size = shape.reduce((product, n) => product * n, 1);
      return [gradientName(name), floatTensor(new Float32Array(size), shape)];
    }),
  );
}

function valuesOf(tensors: Tensors, name: string): Float32Array {
  return tensors[name]!.data as Float32Array;
}

function addTo(sum: Float32Array, other: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += other[i]!;
}
