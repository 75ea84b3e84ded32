import type { Architecture, ModelConfig, StoredPlace } from '../../architectures/architecture';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { quoteName, type TensorInfo } from '../../checkpoint/weights/safetensors';
import { UserError } from '../../common/errors';
import type { Parameter } from '../parameters';
import { explainEmpty, explainMissing } from './misfit';

/** A family and a config of it. */
interface Described {
  readonly architecture: Architecture;
  readonly config: ModelConfig;
}

/**
 * The stored tensor of a parameter, or the piece of a tensor that is the parameter: then its shape is the
 * piece's, its offset is where that begins, and its name is the whole tensor's.
 * @throws UserError `config-mismatch`, `adapter-only`, `empty-tensors` or `wrapped-names`.
 */
export function findTensor(checkpoint: Checkpoint, described: Described, parameter: Parameter): TensorInfo {
  const places = placesOf(described, parameter);
  const tensor = findIn(checkpoint, parameter, places);
  if (tensor) return tensor;
  throw explainMissing(checkpoint, { name: parameter.name, names: places.map(({ name }) => name) });
}

/** Every tensor that holds a parameter's values: a matrix that is both embedding and output may be stored twice. */
export function findCopies(
  checkpoint: Checkpoint,
  { architecture, config }: Described,
  parameter: string,
): TensorInfo[] {
  return namesOf(architecture, config, parameter).flatMap((full) => {
    const name = ownNames(architecture, full).find((stored) => checkpoint.tensors.has(stored));
    return name === undefined ? [] : [checkpoint.tensors.get(name)!];
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
function namesOf({ tiedNames }: Architecture, { tied }: ModelConfig, name: string): string[] {
  return tied && tiedNames.includes(name) ? [name, ...tiedNames.filter((other) => other !== name)] : [name];
}

function placesOf({ architecture, config }: Described, { name, shape }: Parameter): StoredPlace[] {
  const own = namesOf(architecture, config, name).map((full): StoredPlace => ({ name: full }));
  const others = architecture.otherPlaces?.(config, name, shape) ?? [];
  return [...own, ...others].flatMap((place) =>
    ownNames(architecture, place.name).map((stored) => ({ ...place, name: stored })),
  );
}

function findIn(
  { tensors }: Checkpoint,
  { shape }: Parameter,
  places: readonly StoredPlace[],
): TensorInfo | undefined {
  const place = places.find(({ name }) => tensors.has(name));
  if (!place) return undefined;
  const tensor = tensors.get(place.name)!;
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
