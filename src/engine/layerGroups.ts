import { UserError } from '../common/errors';
import { batchBytes } from './batches';
import { formatBytes } from './estimate';
import type { LoadedModel } from './loadedModel';
import type { Parameter } from './parameters';
import type { Placement } from '../contract/devices';

/** Neighbouring layers that are in memory together: from `first` up to but excluding `end`. */
export interface LayerGroup {
  readonly first: number;
  readonly end: number;
  /** Whether it runs first, and so includes the embedding where that runs at all. */
  readonly isBottom: boolean;
  /** Whether it runs last, with the final norm and the output matrix. It may have no layers. */
  readonly isTop: boolean;
}

/** Which part of a model runs, and what takes memory besides its weights. */
export interface GroupOptions {
  /** The lowest layer; layers below it have run before. Undefined: the embedding too. */
  readonly from?: number | undefined;
  /** Bytes that a trained parameter takes besides its weight. */
  readonly extraBytes?: (parameter: Parameter) => number;
  /** Bytes to keep free for the values of a pass. */
  readonly passBytes?: number;
}

/**
 * Cuts a model's layers into groups that fit into the memory of a placement one after another: one group
 * where all fit, undefined where not even the heaviest part does. The embedding belongs to the first group;
 * final norm and output matrix belong to the last.
 */
export function planGroups(
  model: LoadedModel,
  placement: Placement,
  options: GroupOptions = {},
): LayerGroup[] | undefined {
  const { from, passBytes = batchBytes(model.parameters) } = options;
  const room = placement.memoryBytes - passBytes;
  if (residentBytes(model, placement, options) <= room)
    return [{ first: from ?? 0, end: model.config.layerCount, isBottom: true, isTop: true }];
  const { below, layers, above } = weighParts(model, placement, options);
  const parts = [...(from === undefined ? [below] : []), ...layers, above];
  if (Math.max(...parts) > room) return undefined;

  const layerAt = (part: number): number => {
    const index = part - (parts.length - layers.length - 1);
    return (from ?? 0) + Math.min(Math.max(index, 0), layers.length);
  };
  const cuts = [...cutIntoRoom(parts, room), parts.length];
  return cuts.slice(0, -1).map((start, index) => ({
    first: layerAt(start),
    end: layerAt(cuts[index + 1]!),
    isBottom: start === 0,
    isTop: cuts[index + 1] === parts.length,
  }));
}

/**
 * The same for a model that is not trained.
 * @throws UserError `not-enough-memory`.
 */
export function requireGroups(model: LoadedModel, placement: Placement): LayerGroup[] {
  const groups = planGroups(model, placement);
  if (!groups) throw tooLarge(heaviestPart(model, placement) + batchBytes(model.parameters), placement);
  return groups;
}

/** Where groups begin whose sums stay within `room`, each as long as possible. */
function cutIntoRoom(sizes: readonly number[], room: number): number[] {
  const starts = [0];
  let filled = 0;
  sizes.forEach((size, index) => {
    if (filled > 0 && filled + size > room) {
      starts.push(index);
      filled = 0;
    }
    filled += size;
  });
  return starts;
}

/** Bytes that a model's weights take in the memory of a placement when all of it runs at once. */
export function residentBytes(
  model: LoadedModel,
  placement: Placement,
  { from, extraBytes = () => 0 }: GroupOptions = {},
): number {
  const isReached = ({ layer, role, name }: Parameter): boolean =>
    layer === undefined ? from === undefined || isAbove(model, { role, name }) : layer >= (from ?? 0);
  return model.parameters
    .filter(isReached)
    .reduce((sum, parameter) => sum + weightBytes(model, parameter, placement) + extraBytes(parameter), 0);
}

/**
 * Whether a parameter outside the layers is read after the last one: norm, output matrix, or a matrix that is
 * also the embedding.
 */
function isAbove(
  { architecture, config }: LoadedModel,
  { role, name }: Pick<Parameter, 'role' | 'name'>,
): boolean {
  return role !== 'embedding' || (config.tied && name === architecture.tiedNames[0]);
}

/** The same for the heaviest part: a layer, the embedding, or the output matrix. */
export function heaviestPart(model: LoadedModel, placement: Placement, options: GroupOptions = {}): number {
  const { below, layers, above } = weighParts(model, placement, options);
  return Math.max(below, above, ...layers);
}

/** Bytes of the embedding, of each layer, and of what follows the last. */
function weighParts(
  model: LoadedModel,
  placement: Placement,
  { from, extraBytes = () => 0 }: GroupOptions,
): { below: number; layers: number[]; above: number } {
  const weigh = (parameters: readonly Parameter[]): number =>
    parameters.reduce(
      (sum, parameter) => sum + weightBytes(model, parameter, placement) + extraBytes(parameter),
      0,
    );
  const { config, parameters } = model;
  const outside = parameters.filter(({ layer }) => layer === undefined);
  const layers = Array.from({ length: config.layerCount }, () => [] as Parameter[]);
  for (const parameter of parameters)
    if (parameter.layer !== undefined) layers[parameter.layer]!.push(parameter);
  return {
    below: from === undefined ? weigh(outside.filter(({ role }) => role === 'embedding')) : 0,
    layers: layers.slice(from ?? 0).map(weigh),
    above: weigh(outside.filter((parameter) => isAbove(model, parameter))),
  };
}

/** Bytes of one parameter on a device: on the CPU a file's float32 weights are mapped, and tables stay as stored. */
function weightBytes(model: LoadedModel, parameter: Parameter, { device, precision }: Placement): number {
  const { dtype, byteLength } = model.tensors.get(parameter.name)!;
  const isWidened = dtype === 'F16' && precision === 'single';
  const isLookedUp = parameter.role === 'embedding' && !model.config.tied && !isWidened;
  if (device === 'cpu' && (dtype === 'F32' || isLookedUp)) return 0;
  if (isLookedUp) return byteLength;
  const values = parameter.shape.reduce((product, size) => product * size, 1);
  return values * (precision === 'half' ? 2 : 4);
}

function tooLarge(bytes: number, { device, memoryBytes }: Placement): UserError {
  const where = device === 'cpu' ? 'memory' : 'graphics card memory';
  return new UserError(
    'not-enough-memory',
    `The largest layer of this model needs ${formatBytes(bytes)} of ${where}, but only ${formatBytes(memoryBytes)} can be used.`,
    device === 'cpu'
      ? 'Close other programs, or use a machine with more memory.'
      : 'Run the same command with --precision half, or with --device cpu.',
  );
}
