import { openSync, readSync } from 'node:fs';
import { loadModel } from '../../src/engine/loadedModel';
import { createPass, positionTensors, type Trained } from '../../src/engine/modelPass';
import { intTensor, openSession, floatTensor, type Tensors } from '../../src/engine/runtime';
import type { Device } from '../../src/contract/devices';
import { openCheckpoint } from '../../src/checkpoint/checkpoint';
import { readHeader } from '../../src/checkpoint/weights/safetensors';
import { readTensor } from '../../src/checkpoint/weights/tensorData';
import { crossEntropy } from '../../src/train/losses';
import { Graph, type Value } from '../../src/graph/graph';
import { gatherRows } from '../../src/graph/operators';

export interface Golden {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Every tensor of a golden.safetensors as plain numbers. */
export async function readGolden(path: string): Promise<Map<string, Golden>> {
  const { tensors } = await readHeader(path);
  const file = openSync(path, 'r');
  return new Map(
    tensors.map(({ name, dtype, shape, offset, byteLength }) => {
      const bytes = new Uint8Array(byteLength);
      readSync(file, bytes, 0, byteLength, offset);
      const values =
        dtype === 'F32'
          ? Array.from(new Float32Array(bytes.buffer))
          : Array.from(new BigInt64Array(bytes.buffer), Number);
      return [name, { shape, values }];
    }),
  );
}

/**
 * Logits of all positions, the cross-entropy of the last two tokens of each row (mean), and the gradient of every
 * parameter, for ids [batch, length].
 */
export async function computeAll(
  folder: string,
  ids: Golden,
  device: Device,
): Promise<{ logits: Float32Array; loss: number; gradients: Map<string, Float32Array> }> {
  const model = loadModel(await openCheckpoint(folder));
  const { architecture, config } = model;
  const [batch, length] = ids.shape as [number, number];

  const graph = new Graph();
  const trained = new Map<string, Trained>(model.parameters.map(({ name }) => [name, { kind: 'whole' }]));
  const idsInput = graph.input('ids', 'int64', ['batch', 'length']);
  const pass = createPass(graph, model, { trained });
  let hidden = architecture.embed(pass, config, idsInput);
  for (let layer = 0; layer < config.layerCount; layer++)
    hidden = architecture.layer(pass, config, layer, hidden);
  const logits = architecture.logits(pass, config, architecture.finalNorm(pass, config, hidden));
  const rows: Value = gatherRows(logits, graph.input('rows', 'int64', ['rows']));
  const targets = graph.input('targets', 'int64', ['rows']);
  const loss = crossEntropy(rows, targets, graph.input('weights', 'float32', ['rows', 1]));
  graph.output('logits', logits);
  graph.output('loss', loss);
  graph
    .gradients(loss, pass.trainedInputs)
    .forEach((gradient, i) => graph.output(`grad.${pass.trainedInputs[i]!.name}`, gradient));

  const places = Array.from({ length: batch }, (_, row) =>
    [length - 3, length - 2].map((p) => row * length + p),
  ).flat();
  const weights: Record<string, Tensors[string]> = {};
  for (const { name, shape } of model.parameters)
    weights[name] = floatTensor(await readTensor(model.tensors.get(name)!), shape);
  const session = await openSession(graph, { device, folder: model.weightFolder });
  const outputs = await session.run({
    ...weights,
    ids: intTensor(ids.values, [batch, length]),
    rows: intTensor(places, [places.length]),
    targets: intTensor(
      places.map((place) => ids.values[place + 1]!),
      [places.length],
    ),
    weights: floatTensor(new Float32Array(places.length).fill(1 / places.length), [places.length, 1]),
    ...positionTensors(config, { batch, past: 0, length }),
  });
  await session.close();
  const gradients = new Map(pass.trainedInputs.map(({ name }) => [name, outputs[`grad.${name}`]!]));
  return { logits: outputs.logits!, loss: outputs.loss![0]!, gradients };
}
