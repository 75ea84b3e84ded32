import { realpathSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import type { Architecture, ModelConfig } from '../architectures/architecture';
import { findArchitecture } from '../architectures/families';
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { TensorInfo } from '../checkpoint/weights/safetensors';
import { listParameters, type Parameter } from './parameters';
import { findCopies, findTensors } from './stored/storedTensors';
import { untieWhereDifferent, type LoadOptions } from './stored/tiedMatrices';
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
 * Combines a checkpoint with its family's formula. Reads no weights, but for those of a second output matrix
 * that should not be there.
 * @throws UserError `unsupported-family`, `unsupported-config`, `broken-config`, and as findTensors and
 * haveSameValues; Cancelled.
 */
export async function loadModel(checkpoint: Checkpoint, options: LoadOptions = {}): Promise<LoadedModel> {
  const architecture = findArchitecture(checkpoint.config.modelType, checkpoint.config.raw);
  const read = architecture.readConfig(checkpoint.config.raw);
  const { config, warnings } = await untieWhereDifferent(checkpoint, architecture, read, options);
  const parameters = listParameters(architecture, config);
  const tensors = await findTensors(checkpoint, { architecture, config, parameters });

  const realPaths = new Map([...tensors.values()].map((tensor) => [tensor.path, realpathSync(tensor.path)]));
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
  return { ...model, warnings: [...warnings, ...warnOfUnread(checkpoint, namesRead(model))] };
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
