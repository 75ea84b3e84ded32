import type { Watch } from '../contract/events';
import { throwIfCancelled } from '../common/errors';
import type { ModelConfig } from '../architectures/architecture';
import { Graph, type Value } from '../graph/graph';
import { gatherRows, multiply, reshape, softmax, sumLast, transpose } from '../graph/operators';
import { requireGroups, type LayerGroup } from './layerGroups';
import type { LoadedModel } from './loadedModel';
import { continuedPositionTensors, createPass, pastName, pastRows, type ModelPass } from './modelPass';
import type { Placement } from '../contract/devices';
import { floatTensor, intTensor, openSession, type Session, type Tensor, type Tensors } from './runtime';

/** The states of all tokens that a pass returns besides the normed last ones: those that enter a layer, or none. */
interface KeptStates {
  readonly entering: number | undefined;
  /** Whether states after the layer's attention are kept instead; only where its MLP follows its attention. */
  readonly afterAttention?: boolean;
}

/** Sequences that go through a model together. */
export interface ForwardBatch {
  /** [batch, length] padded ids. */
  readonly ids: ArrayLike<number>;
  readonly batch: number;
  readonly length: number;
  /** Indices into batch · length of the requested predictions. */
  readonly rows: ArrayLike<number>;
  /** Keys and values of earlier tokens; none unless given. */
  readonly past?: Past | undefined;
}

/** Keys and values of tokens that a pass has read, and which of them each sequence of a batch continues. */
export interface Past {
  /** Rows of all layers: one row for each head of a token, one token after another (see pastName). */
  readonly rows: Tensors;
  /** For each sequence its earlier tokens in order, numbered as in `rows`. */
  readonly tokens: readonly (readonly number[])[];
}

/** The outputs of a batch, by name. */
export type ForwardOutputs = Readonly<Record<string, Float32Array>>;

/** Called once for every batch, in order. */
type VisitBatch = (batch: number, outputs: ForwardOutputs) => void;

/**
 * A model ready to read batches. Outputs: `logits` [rows, vocabulary], `probabilities` = softmax(logits), the
 * normed states `hidden` [rows, hidden], `keys.N` and `values.N` of every layer [batch, length, key-value
 * heads, head size], and, where states are kept, for all tokens the states that leave the last layer, normed
 * (`normed`), and those of the named layer (`states`), both [tokens, hidden]. An observed pass also has, for every
 * matrix in a layer, the sums over all tokens of the squares of its inputs (`squares.NAME` [in, 1]), and the states
 * that leave each layer (`after.N` [tokens, hidden]); in its last layer only requested rows are among the tokens of the
 * MLP and of the states.
 */
export interface ForwardPass {
  /** Whether layers are loaded group by group at every call, so that a few calls with many batches are fastest. */
  readonly isGrouped: boolean;
  run(
    batches: readonly ForwardBatch[],
    outputNames: readonly string[],
    visit: VisitBatch,
    watch?: Watch,
  ): Promise<void>;
  close(): Promise<void>;
}

interface ForwardOptions {
  readonly keepStates?: KeptStates;
  /** Whether `squares.MATRIX` and `after.LAYER` are computed as well; see {@link ForwardPass}. */
  readonly isObserved?: boolean;
}

/**
 * Opens all layers at once where they fit into the memory of the placement. Otherwise runs them in groups,
 * one session at a time: each group reads all batches, whose states wait in the computer's memory for the
 * next group.
 * @throws UserError as requireGroups and openSession.
 */
export async function openForwardPass(
  model: LoadedModel,
  placement: Placement,
  { keepStates, isObserved = false }: ForwardOptions = {},
): Promise<ForwardPass> {
  const groups = requireGroups(model, placement);
  const open = (group: LayerGroup): Promise<Session> =>
    openSession(groupGraph(model, group, placement, keepStates, isObserved), {
      device: placement.device,
      folder: model.weightFolder,
      // A group is closed again before packing would pay off.
      packsWeights: groups.length === 1,
    });
  return groups.length === 1
    ? new WholePass(model, await open(groups[0]!))
    : new GroupedPass(model, groups, open);
}

class WholePass implements ForwardPass {
  readonly isGrouped = false;

  constructor(
    private readonly model: LoadedModel,
    private readonly session: Session,
  ) {}

  async run(
    batches: readonly ForwardBatch[],
    outputNames: readonly string[],
    visit: VisitBatch,
    watch?: Watch,
  ): Promise<void> {
    for (const [index, batch] of batches.entries()) {
      throwIfCancelled(watch?.signal);
      visit(index, await this.session.run(batchInputs(this.model.config, batch), outputNames));
    }
  }

  close(): Promise<void> {
    return this.session.close();
  }
}

class GroupedPass implements ForwardPass {
  readonly isGrouped = true;

  constructor(
    private readonly model: LoadedModel,
    private readonly groups: readonly LayerGroup[],
    private readonly open: (group: LayerGroup) => Promise<Session>,
  ) {}

  async run(
    batches: readonly ForwardBatch[],
    outputNames: readonly string[],
    visit: VisitBatch,
    watch?: Watch,
  ): Promise<void> {
    const found: Record<string, Float32Array>[] = batches.map(() => ({}));
    for (const [place, group] of this.groups.entries()) {
      throwIfCancelled(watch?.signal);
      const session = await this.open(group);
      try {
        const names = session.outputNames.filter((name) => name === statesOut || outputNames.includes(name));
        for (const [index, batch] of batches.entries()) {
          throwIfCancelled(watch?.signal);
          Object.assign(found[index]!, await this.runBatch(session, batch, found[index]!, names));
          if (place === this.groups.length - 1) {
            visit(index, found[index]!);
            found[index] = {};
          }
        }
      } finally {
        await session.close();
      }
    }
  }

  private runBatch(
    session: Session,
    batch: ForwardBatch,
    { [statesOut]: states }: Record<string, Float32Array>,
    names: readonly string[],
  ): Promise<Record<string, Float32Array>> {
    const { config } = this.model;
    const inputs = batchInputs(config, batch);
    if (states) inputs[statesIn] = floatTensor(states, [batch.batch, batch.length, config.hiddenSize]);
    return session.run(inputs, names);
  }

  async close(): Promise<void> {
    // Nothing stays open between two calls.
  }
}

/** Names of the states that a group hands to the next. */
const statesIn = 'entering';
const statesOut = 'leaving';

function groupGraph(
  model: LoadedModel,
  group: LayerGroup,
  { precision }: Placement,
  keepStates: KeptStates | undefined,
  isObserved: boolean,
): Graph {
  const { architecture, config } = model;
  const graph = new Graph(precision);
  const rows = group.isTop ? graph.input('rows', 'int64', ['rows']) : undefined;
  // Where the states of all tokens are kept, all tokens go through the last layer; otherwise only the
  // requested rows do.
  const isNarrow = rows !== undefined && keepStates === undefined && group.first < group.end;
  const selected = isNarrow ? { layer: config.layerCount - 1, rows } : undefined;
  const observe = isObserved ? sumSquares(graph) : undefined;
  const pass = createPass(graph, model, { cache: true, selected, observe });
  let hidden = group.isBottom
    ? architecture.embed(pass, config, graph.input('ids', 'int64', ['batch', 'length']))
    : enter(graph, config);
  for (let layer = group.first; layer < group.end; layer++) {
    const entering = hidden;
    hidden = architecture.layer(pass, config, layer, hidden);
    if (layer === keepStates?.entering)
      graph.output('states', keepStates.afterAttention ? pass.afterAttention.get(layer)! : entering);
    if (isObserved) graph.output(`after.${layer}`, hidden);
  }
  for (const [layer, { keys, values }] of pass.kept) {
    graph.output(`keys.${layer}`, transpose(keys, [0, 2, 1, 3]));
    graph.output(`values.${layer}`, transpose(values, [0, 2, 1, 3]));
  }
  if (keepStates && rows) graph.output('normed', architecture.finalNorm(pass, config, hidden));
  if (!rows) graph.output(statesOut, hidden);
  else predict(pass, model, isNarrow ? hidden : gatherRows(hidden, rows));
  return graph;
}

/** Adds an output with the squares of every matrix's inputs, summed over the tokens. */
function sumSquares(graph: Graph): (matrix: string, states: Value) => void {
  return (matrix, states) =>
    graph.output(`squares.${matrix}`, sumLast(transpose(multiply(states, states), [1, 0])));
}

/** The states from the group below, [tokens, hidden]. */
function enter(graph: Graph, { hiddenSize }: ModelConfig): Value {
  return reshape(graph.input(statesIn, 'float32', ['batch', 'length', hiddenSize]), ['tokens', hiddenSize]);
}

/** Logits, probabilities and normed states of states [rows, hidden]. */
function predict(pass: ModelPass, { architecture, config }: LoadedModel, hidden: Value): void {
  const { graph } = pass;
  const normed = architecture.finalNorm(pass, config, hidden);
  const logits = architecture.logits(pass, config, normed);
  graph.output('logits', logits);
  graph.output('probabilities', softmax(logits));
  graph.output('hidden', normed);
}

function batchInputs(
  config: ModelConfig,
  { ids, batch, length, rows, past = noPast(config, batch) }: ForwardBatch,
): Record<string, Tensor> {
  const pasts = past.tokens.map((tokens) => tokens.length);
  return {
    ids: intTensor(ids, [batch, length]),
    rows: intTensor(rows, [rows.length]),
    ...continuedPositionTensors(config, pasts, length),
    [pastRows]: rowsOfPast(config, past.tokens, Math.max(...pasts)),
    ...past.rows,
  };
}

/** [batch, key-value heads, most]; filled up to `most` with the first row. */
function rowsOfPast(
  { keyValueHeads }: ModelConfig,
  tokens: readonly (readonly number[])[],
  most: number,
): Tensor {
  const rows = new Int32Array(tokens.length * keyValueHeads * most);
  tokens.forEach((own, sequence) => {
    for (let head = 0; head < keyValueHeads; head++)
      for (let i = 0; i < own.length; i++)
        rows[(sequence * keyValueHeads + head) * most + i] = own[i]! * keyValueHeads + head;
  });
  return intTensor(rows, [tokens.length, keyValueHeads, most]);
}

/** The outputs that hold the keys and values of all layers. */
export function cacheOutputs({ layerCount }: ModelConfig): string[] {
  return Array.from({ length: layerCount }, (_, layer) => [`keys.${layer}`, `values.${layer}`]).flat();
}

function noPast(config: ModelConfig, batch: number): Past {
  const none = floatTensor(new Float32Array(0), [0, config.headSize]);
  return {
    rows: Object.fromEntries(cacheOutputs(config).map((name) => [pastName(name), none])),
    tokens: Array.from({ length: batch }, () => []),
  };
}
