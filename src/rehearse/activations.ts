import { throwIfCancelled } from '../common/errors';
import type { Placement } from '../contract/devices';
import type { Watch } from '../contract/events';
import { openForwardPass } from '../engine/forwardPass';
import type { LoadedModel } from '../engine/loadedModel';

/**
 * Euclidean norms of every matrix's inputs over all tokens of texts, by the matrix's name. One text at a time goes
 * through the model, so that no padding counts.
 * @param texts token ids, at least one each.
 * @returns [inputs] for each matrix in a layer.
 * @throws UserError as openForwardPass; Cancelled.
 */
export async function measureInputs(
  model: LoadedModel,
  placement: Placement,
  texts: readonly (readonly number[])[],
  watch: Watch,
): Promise<ReadonlyMap<string, Float32Array>> {
  const names = matricesOf(model).map((name) => `squares.${name}`);
  const sums = new Map<string, Float64Array>();
  await observe(model, placement, texts, names, watch, (outputs) => {
    for (const name of names) {
      const squares = outputs[name]!;
      const sum = sums.get(name) ?? new Float64Array(squares.length);
      for (let i = 0; i < sum.length; i++) sum[i]! += squares[i]!;
      sums.set(name, sum);
    }
  });
  return new Map(
    [...sums].map(([name, sum]) => [name.slice('squares.'.length), Float32Array.from(sum, Math.sqrt)]),
  );
}

/**
 * The states of prompts' last tokens behind every layer.
 * @returns [layers][prompts][hidden]
 * @throws as measureInputs.
 */
export async function readLastStates(
  model: LoadedModel,
  placement: Placement,
  prompts: readonly (readonly number[])[],
  watch: Watch,
): Promise<Float32Array[][]> {
  const { layerCount, hiddenSize } = model.config;
  const states: Float32Array[][] = Array.from({ length: layerCount }, () => []);
  const names = states.map((_, layer) => `after.${layer}`);
  await observe(model, placement, prompts, names, watch, (outputs) =>
    names.forEach((name, layer) => states[layer]!.push(outputs[name]!.slice(-hiddenSize))),
  );
  return states;
}

async function observe(
  model: LoadedModel,
  placement: Placement,
  texts: readonly (readonly number[])[],
  names: readonly string[],
  watch: Watch,
  visit: (outputs: Readonly<Record<string, Float32Array>>) => void,
): Promise<void> {
  const batches = texts.map((text) => {
    const ids = text.slice(0, model.config.maxLength);
    return { ids, batch: 1, length: ids.length, rows: ids.map((_, i) => i) };
  });
  const pass = await openForwardPass(model, placement, { isObserved: true });
  try {
    throwIfCancelled(watch.signal);
    await pass.run(batches, names, (_, outputs) => visit(outputs), watch);
  } finally {
    await pass.close();
  }
}

/** The matrices in layers by which states are multiplied. */
export function matricesOf({ parameters }: LoadedModel): string[] {
  return parameters
    .filter(({ shape, layer, role }) => shape.length === 2 && layer !== undefined && role !== 'norm')
    .map(({ name }) => name);
}
