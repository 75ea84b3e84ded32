import type { ModelConfig } from '../architectures/architecture';
import { Graph } from '../graph/graph';
import { gatherRows, multiply, softmax } from '../graph/operators';
import type { LoadedModel } from './loadedModel';
import { createPass, pastName, positionTensors } from './modelPass';
import {
  floatTensor,
  intTensor,
  openSession,
  scalarTensor,
  type Device,
  type Session,
  type Tensor,
  type Tensors,
} from './runtime';

/** Which states of all tokens a session hands out besides the normed last ones: those that enter a layer, or none. */
export interface KeptStates {
  readonly entering: number | undefined;
}

/**
 * A session over all layers. Inputs: ids [batch, length], past keys and values (their length may be 0), and `rows` [rows]
 * (indices into batch · length), `sharpness` (one over the temperature). Outputs: logits [rows, vocabulary], `probabilities`
 * = softmax(sharpness · logits), normed states `hidden` [rows, hidden], the keys and
 * values of every layer, and with `keepStates` for all tokens the normed states that leave the last layer (`normed`) and, where
 * a layer is named, those that enter it (`states`), both [tokens, hidden].
 */
export async function openForwardSession(
  model: LoadedModel,
  device: Device,
  { keepStates }: { keepStates?: KeptStates } = {},
): Promise<Session> {
  return openSession(forwardGraph(model, keepStates), { device, folder: model.weightFolder });
}

function forwardGraph(model: LoadedModel, keepStates: KeptStates | undefined): Graph {
  const { architecture, config } = model;
  const graph = new Graph();
  const ids = graph.input('ids', 'int64', ['batch', 'length']);
  const pass = createPass(graph, model, { cache: true });
  let hidden = architecture.embed(pass, config, ids);
  for (let layer = 0; layer < config.layerCount; layer++) {
    if (layer === keepStates?.entering) graph.output('states', hidden);
    hidden = architecture.layer(pass, config, layer, hidden);
  }
  if (keepStates) graph.output('normed', architecture.finalNorm(pass, config, hidden));

  const rows = gatherRows(hidden, graph.input('rows', 'int64', ['rows']));
  const normed = architecture.finalNorm(pass, config, rows);
  const logits = architecture.logits(pass, config, normed);
  const sharpness = graph.input('sharpness', 'float32', []);
  graph.output('logits', logits);
  graph.output('probabilities', softmax(multiply(logits, sharpness)));
  graph.output('hidden', normed);
  for (const [layer, { keys, values }] of pass.kept) {
    graph.output(`keys.${layer}`, keys);
    graph.output(`values.${layer}`, values);
  }
  return graph;
}

/** The kept states of a batch of padded ids [batch, length]; `states` is absent where the session names no layer. */
export async function readStates(
  model: LoadedModel,
  session: Session,
  ids: ArrayLike<number>,
  [batch, length]: readonly [number, number],
): Promise<{ states: Float32Array | undefined; normed: Float32Array }> {
  const outputs = await session.run(
    {
      ids: intTensor(ids, [batch, length]),
      rows: intTensor([0], [1]),
      sharpness: scalarTensor(1),
      ...positionTensors(model.config, { batch, past: 0, length }),
      ...emptyPast(model.config, batch),
    },
    session.outputNames.filter((name) => name === 'states' || name === 'normed'),
  );
  return { states: outputs.states, normed: outputs.normed! };
}

/** Keys and values of `past` positions as inputs: [batch, key-value heads, past, head size] for every layer. */
export function pastTensors(
  { layerCount, keyValueHeads, headSize }: ModelConfig,
  batch: number,
  past: number,
  dataOf: (kind: 'keys' | 'values', layer: number) => Float32Array,
): Tensors {
  const tensors: Record<string, Tensor> = {};
  for (let layer = 0; layer < layerCount; layer++)
    for (const kind of ['keys', 'values'] as const)
      tensors[pastName(kind, layer)] = floatTensor(dataOf(kind, layer), [
        batch,
        keyValueHeads,
        past,
        headSize,
      ]);
  return tensors;
}

export function emptyPast(config: ModelConfig, batch: number): Tensors {
  return pastTensors(config, batch, 0, () => new Float32Array(0));
}
