import type { Architecture, ModelConfig, StoredPlace } from '../../architectures/architecture';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { isFloatDtype } from '../../checkpoint/weights/dtypes';
import { quoteName, type TensorDtype, type TensorInfo } from '../../checkpoint/weights/safetensors';
import { UserError } from '../../common/errors';
import type { Parameter } from '../parameters';
import { explainDtype, explainEmpty, explainMissing } from './misfit';

/** A family and a config of it. */
interface Described {
  readonly architecture: Architecture;
  readonly config: ModelConfig;
}

/**
 * The stored tensor of a parameter, or the piece of a tensor that is the parameter: then its shape is the
 * piece's, its offset is where that begins, and its name is the whole tensor's.
 * @throws UserError `config-mismatch`, `unsupported-dtype`, `adapter-only`, `empty-tensors` or
 * `wrapped-names`.
 */
export function findTensor(
  checkpoint: Checkpoint,
  described: Described,
  parameter: Parameter,
  isReadable: (dtype: TensorDtype) => boolean = isFloatDtype,
): TensorInfo {
  const places = placesOf(described, parameter);
  const tensor = findIn(checkpoint, parameter, places, isReadable);
  if (tensor) return tensor;
  throw explainMissing(checkpoint, { name: parameter.name, names: places.map(({ name }) => name) });
}

/** Every tensor that holds the embedding or output matrix of this name: where both are one, it may be stored twice. */
export function findCopies({ tensors }: Checkpoint, described: Described, parameter: string): TensorInfo[] {
  const shape = [described.config.vocabularySize, described.config.hiddenSize];
  return namesOf(described, parameter).flatMap((name) => {
    const place = placesOfName(described, name, shape).find((stored) => tensors.has(stored.name));
    return place ? [tensors.get(place.name)!] : [];
  });
}

/**
 * The names under which a tensor may be stored, the likeliest first: a checkpoint of a model without its
 * output matrix lacks the family's prefix, and transformers also takes one too many.
 */
function ownNames({ prefix }: Pick<Architecture, 'prefix'>, full: string): string[] {
  const bare = full.startsWith(prefix) ? [full.slice(prefix.length)] : [];
  return [full, ...bare, prefix + full];
}

/** The formula's names of a parameter: embedding and output matrix are one where they are tied. */
function namesOf({ architecture: { tiedNames }, config: { tied } }: Described, name: string): string[] {
  return tied && tiedNames.includes(name) ? [name, ...tiedNames.filter((other) => other !== name)] : [name];
}

function placesOf(described: Described, { name, shape }: Parameter): StoredPlace[] {
  return namesOf(described, name).flatMap((full) => placesOfName(described, full, shape));
}

function placesOfName(
  { architecture, config }: Described,
  name: string,
  shape: readonly number[],
): StoredPlace[] {
  const others = architecture.otherPlaces?.(config, name, shape) ?? [];
  return [{ name }, ...others].flatMap((place) =>
    ownNames(architecture, place.name).map((stored) => ({ ...place, name: stored })),
  );
}

function findIn(
  checkpoint: Checkpoint,
  { shape }: Parameter,
  places: readonly StoredPlace[],
  isReadable: (dtype: TensorDtype) => boolean,
): TensorInfo | undefined {
  const place = places.find(({ name }) => checkpoint.tensors.has(name));
  if (!place) return undefined;
  const tensor = checkpoint.tensors.get(place.name)!;
  if (!isReadable(tensor.dtype)) throw explainDtype(checkpoint, tensor);
  assertShape(tensor, place.within?.shape ?? shape);
  return place.within ? cutPiece(tensor, shape, place.within.before) : tensor;
}

function assertShape(tensor: TensorInfo, expected: readonly number[]): void {
  if (tensor.shape.join() === expected.join()) return;
  if (tensor.byteLength === 0) throw explainEmpty(tensor);
  throw new UserError(
    'config-mismatch',
    `config.json and the weights disagree: ${quoteName(tensor.name)} should be [${expected.join(', ')}] but is [${tensor.shape.join(', ')}].`,
    'Take config.json and the weight files from the same release of the model.',
  );
}

function cutPiece(whole: TensorInfo, shape: readonly number[], before: number): TensorInfo {
  const count = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);
  const bytesOfValue = whole.byteLength / count(whole.shape);
  return {
    ...whole,
    shape,
    offset: whole.offset + before * bytesOfValue,
    byteLength: count(shape) * bytesOfValue,
  };
}
