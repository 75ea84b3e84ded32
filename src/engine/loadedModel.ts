import { realpathSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { UserError } from '../common/errors';
import type { Architecture, ModelConfig } from '../architectures/architecture';
import { findArchitecture } from '../architectures/families';
import type { Pass, Role } from '../architectures/pass';
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { TensorInfo } from '../checkpoint/weights/safetensors';
import { Graph } from '../graph/graph';
import { formatCounted } from '../words/numbers';

/** One parameter of a model as the family's formula names it. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: Role;
  /** Whether a matrix is stored as [in, out]; the others are [out, in]. */
  readonly isTransposed: boolean;
  /** Index of its layer; undefined for embeddings, final norm and output matrix. */
  readonly layer: number | undefined;
}

/** A checkpoint of a known family with exactly the tensors that the family's formula asks for. */
export interface LoadedModel {
  readonly checkpoint: Checkpoint;
  readonly architecture: Architecture;
  readonly config: ModelConfig;
  readonly parameters: readonly Parameter[];
  /** The stored tensor of each parameter; a tied matrix may be stored under its other name. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** A folder that contains every weight file, and the files' real paths relative to it. */
  readonly weightFolder: string;
  fileOf(tensor: TensorInfo): string;
}

/**
 * Combines a checkpoint with its family's formula. Reads no weights.
 * @throws UserError `unsupported-family`, `unsupported-config`, `broken-config`, `config-mismatch`.
 */
export function loadModel(checkpoint: Checkpoint): LoadedModel {
  const architecture = findArchitecture(checkpoint.config.modelType, checkpoint.config.raw);
  const config = architecture.readConfig(checkpoint.config.raw);
  assertFewLayers(config, checkpoint);
  const tensors = new Map<string, TensorInfo>();
  // Each is looked up as soon as it is asked for: what a config alone promises is never listed to its end.
  const parameters = listParameters(architecture, config, (parameter) => {
    const names = storedNames(architecture, config, parameter.name);
    tensors.set(parameter.name, findTensor(checkpoint, parameter, names));
  });

  const paths = new Set([...tensors.values()].map(({ path }) => path));
  const realPaths = new Map([...paths].map((path) => [path, realpathSync(path)]));
  const weightFolder = commonFolder([...realPaths.values()]);
  return {
    checkpoint,
    architecture,
    config,
    parameters,
    tensors,
    weightFolder,
    fileOf: (tensor) => relative(weightFolder, realPaths.get(tensor.path)!),
  };
}

/**
 * Lists the parameters of a family by writing its formula into a graph that only records requests.
 * @param visit sees each once, at its first request; what it throws ends the listing.
 */
export function listParameters(
  architecture: Architecture,
  config: ModelConfig,
  visit: (parameter: Parameter) => void = () => undefined,
): Parameter[] {
  const graph = new Graph();
  const found = new Map<string, Parameter>();
  let layer: number | undefined;
  const anything = graph.input('anything', 'float32', ['length', 'total']);
  const pass: Pass = {
    graph,
    weight(name, shape, role, isTransposed = false) {
      // Nobody runs this graph, and that of many experts would take more memory than their names.
      graph.nodes.length = 0;
      if (!found.has(name)) {
        const parameter = { name, shape, role, isTransposed, layer };
        found.set(name, parameter);
        visit(parameter);
      }
      return { ...anything, shape };
    },
    lowRank: () => undefined,
    layout: undefined,
    positions: () => anything,
    rotary: () => ({ cos: { ...anything, shape: ['total', 1] }, sin: anything }),
    mask: () => anything,
    past: () => undefined,
    keep: () => undefined,
    selectRows: (_, states) => states,
    attended: (_, compute) => compute(),
  };

  let hidden = architecture.embed(pass, config, graph.input('ids', 'int64', ['batch', 'length']));
  for (layer = 0; layer < config.layerCount; layer++)
    hidden = architecture.layer(pass, config, layer, hidden);
  layer = undefined;
  architecture.logits(pass, config, architecture.finalNorm(pass, config, hidden));
  return [...found.values()];
}

/** Every name under which a tensor's values are stored: a tied matrix may be in the file twice. */
export function storedCopies({ checkpoint, config, architecture }: LoadedModel, parameter: string): string[] {
  const names = storedNames(architecture, config, parameter).filter((name) => checkpoint.tensors.has(name));
  return config.tied && architecture.tiedNames.includes(parameter) ? names : names.slice(0, 1);
}

/** The names under which a parameter may be stored, the likeliest first. */
function storedNames({ prefix, tiedNames }: Architecture, { tied }: ModelConfig, name: string): string[] {
  const names =
    tied && tiedNames.includes(name) ? [name, ...tiedNames.filter((other) => other !== name)] : [name];
  return names.flatMap((full) => (full.startsWith(prefix) ? [full, full.slice(prefix.length)] : [full]));
}

/** Every layer has tensors of its own. */
function assertFewLayers({ layerCount }: ModelConfig, { tensors }: Checkpoint): void {
  if (layerCount <= tensors.size) return;
  throw mismatch(
    `config.json says that the model has ${formatCounted(layerCount, 'layer')}, but the weights hold only ${formatCounted(tensors.size, 'tensor')}.`,
  );
}

function findTensor(checkpoint: Checkpoint, parameter: Parameter, names: readonly string[]): TensorInfo {
  const tensor = names.map((name) => checkpoint.tensors.get(name)).find((found) => found !== undefined);
  if (!tensor)
    throw mismatch(`config.json requires the tensor "${parameter.name}", which the weights do not have.`);

  const same =
    tensor.shape.length === parameter.shape.length &&
    tensor.shape.every((size, axis) => size === parameter.shape[axis]);
  if (same) return tensor;
  throw mismatch(
    `config.json and the weights disagree: "${tensor.name}" should be [${parameter.shape.join(', ')}] but is [${tensor.shape.join(', ')}].`,
  );
}

function mismatch(message: string): UserError {
  return new UserError(
    'config-mismatch',
    message,
    'Take config.json and the weight files from the same release of the model.',
  );
}

function commonFolder(paths: readonly string[]): string {
  let folder = dirname(paths[0]!);
  while (!paths.every((path) => path.startsWith(folder.endsWith(sep) ? folder : folder + sep)))
    folder = dirname(folder);
  return folder;
}
