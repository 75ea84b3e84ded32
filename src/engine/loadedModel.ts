import { realpathSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { UserError } from '../common/errors';
import type { Architecture, ModelConfig } from '../architectures/architecture';
import { findArchitecture } from '../architectures/families';
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { TensorDtype, TensorInfo } from '../checkpoint/weights/safetensors';
import type { CompareOptions } from '../checkpoint/weights/sameValues';
import { formatCounted } from '../words/numbers';
import { listParameters, type Parameter } from './parameters';
import { findCopies, findTensor } from './stored/storedTensors';
import { untieWhereDifferent } from './stored/tiedMatrices';
import { warnOfUnread } from './stored/unreadTensors';

/** A checkpoint of a known family with the tensors that the family's formula asks for. */
export interface LoadedModel {
  readonly checkpoint: Checkpoint;
  readonly architecture: Architecture;
  readonly config: ModelConfig;
  readonly parameters: readonly Parameter[];
  /** The stored tensor of each parameter, or its piece of one; a tied matrix may be stored under its other name. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** A folder that contains every weight file, and the files' real paths relative to it. */
  readonly weightFolder: string;
  /** Sentences for the user where config and weights disagree in a way that does not prevent use. */
  readonly warnings: readonly string[];
  fileOf(tensor: TensorInfo): string;
}

/**
 * Combines a checkpoint with its family's formula, and takes config.json at its word where that says that
 * embedding and output matrix are one. Reads no weights.
 * @param isReadable which number types its tensors may have; by default those that can be trained and written.
 * @throws UserError `unsupported-family`, `unsupported-config`, `broken-config`, and as findTensor.
 */
export function loadModel(checkpoint: Checkpoint, isReadable?: (dtype: TensorDtype) => boolean): LoadedModel {
  const { architecture, config } = readFormula(checkpoint);
  return combine(checkpoint, architecture, config, isReadable);
}

/**
 * The same as the weights are: an output matrix of its own is used where config.json says that there is none.
 * Reads both matrices where there are two.
 * @throws UserError as loadModel and haveSameValues; Cancelled.
 */
export async function loadStoredModel(
  checkpoint: Checkpoint,
  options: CompareOptions = {},
): Promise<LoadedModel> {
  const { architecture, config: claimed } = readFormula(checkpoint);
  const { config, warnings } = await untieWhereDifferent(checkpoint, architecture, claimed, options);
  const model = combine(checkpoint, architecture, config);
  return { ...model, warnings: [...warnings, ...model.warnings] };
}

function readFormula({ config: { modelType, raw } }: Checkpoint): {
  architecture: Architecture;
  config: ModelConfig;
} {
  const architecture = findArchitecture(modelType, raw);
  return { architecture, config: architecture.readConfig(raw) };
}

function combine(
  checkpoint: Checkpoint,
  architecture: Architecture,
  config: ModelConfig,
  isReadable?: (dtype: TensorDtype) => boolean,
): LoadedModel {
  assertFewLayers(config, checkpoint);
  const tensors = new Map<string, TensorInfo>();
  // Each is looked up as soon as it is asked for: what a config alone promises is never listed to its end.
  const parameters = listParameters(architecture, config, (parameter) => {
    tensors.set(parameter.name, findTensor(checkpoint, { architecture, config }, parameter, isReadable));
  });

  const paths = new Set([...tensors.values()].map(({ path }) => path));
  const realPaths = new Map([...paths].map((path) => [path, realpathSync(path)]));
  const weightFolder = commonFolder([...realPaths.values()]);
  const model = {
    checkpoint,
    architecture,
    config,
    parameters,
    tensors,
    weightFolder,
    fileOf: (tensor: TensorInfo) => relative(weightFolder, realPaths.get(tensor.path)!),
  };
  return { ...model, warnings: warnOfUnread(checkpoint, namesRead(model)) };
}

/** Every layer has tensors of its own. */
function assertFewLayers({ layerCount }: ModelConfig, { tensors }: Checkpoint): void {
  if (layerCount <= tensors.size) return;
  throw new UserError(
    'config-mismatch',
    `config.json says that the model has ${formatCounted(layerCount, 'layer')}, but the weights hold only ${formatCounted(tensors.size, 'tensor')}.`,
    'Take config.json and the weight files from the same release of the model.',
  );
}

/** Every tensor that holds a parameter's values: a tied matrix may be in the file twice. */
export function storedCopies(
  model: Pick<LoadedModel, 'checkpoint' | 'architecture' | 'config' | 'tensors'>,
  parameter: string,
): TensorInfo[] {
  const isTied = model.config.tied && model.architecture.tiedNames.includes(parameter);
  return isTied ? findCopies(model.checkpoint, model, parameter) : [model.tensors.get(parameter)!];
}

function namesRead(model: Omit<LoadedModel, 'warnings'>): Set<string> {
  return new Set(
    model.parameters.flatMap(({ name }) => storedCopies(model, name).map((tensor) => tensor.name)),
  );
}

function commonFolder(paths: readonly string[]): string {
  let folder = dirname(paths[0]!);
  while (!paths.every((path) => path.startsWith(folder.endsWith(sep) ? folder : folder + sep)))
    folder = dirname(folder);
  return folder;
}
