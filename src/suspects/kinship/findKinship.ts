import { digestTokenizer } from '../../checkpoint/identity';
import type { TensorInfo } from '../../checkpoint/weights/safetensors';
import { Cancelled } from '../../common/errors';
import type { LoadedModel } from '../../engine/loadedModel';
import type { KeySet } from '../../fingerprint/keySet';
import type { Kinship } from '../../verify/kinship';
import type { OpenSuspect } from '../opening/openSuspect';
import { readDeclared } from './declared';
import { areTensorsOf } from './sameTensors';

/**
 * What a suspect is, before it is asked: the same bytes as the base or a recorded release, the same tensors,
 * the same kind of model.
 * @throws UserError where its weights cannot be read; Cancelled.
 */
export async function findKinship(
  suspect: OpenSuspect,
  digest: string,
  keySet: Pick<KeySet, 'base' | 'releases'>,
  { base, copy }: { readonly base: LoadedModel | undefined; readonly copy: LoadedModel | undefined },
  signal?: AbortSignal,
): Promise<Kinship> {
  const release = keySet.releases.find(({ markedDigest }) => markedDigest === digest);
  const sets = listTensorSets(suspect).filter((tensors) => tensors.length > 0);
  const declared = await readDeclared(suspect.dir, suspect.raw);
  const isBase = (name: string): boolean => lastPart(name) === lastPart(keySet.base.name);
  return {
    sameBytes:
      digest === keySet.base.digest ? 'base' : release ? { releasedAt: release.createdAt } : undefined,
    sameTensors: base && (await holdsInAll(base, sets, signal)),
    copy: copy && { path: copy.checkpoint.dir, isSame: (await holdsInAll(copy, sets, signal)) === true },
    kind: {
      ...(base && sets.length > 0
        ? {
            architecture: suspect.readings.some(({ loaded }) => isOfOneKind(base, loaded)),
            names: sets.some((tensors) => haveNames(base, tensors)),
          }
        : { architecture: undefined, names: undefined }),
      tokenizer: await comparesTokenizer(suspect.dir, keySet.base.tokenizerDigest),
      declaredBase: declared.bases.find(isBase),
      otherBases: declared.bases.filter((name) => !isBase(name)),
      licence: declared.licence,
    },
  };
}

/** The tensors of each way to read a suspect: one that holds other weights as well is not the base. */
function listTensorSets({ readings, tensorSets }: OpenSuspect): (readonly TensorInfo[])[] {
  return readings.length > 0
    ? readings.map(({ loaded }) => [...new Set(loaded.tensors.values())])
    : tensorSets.map((tensors) => [...tensors.values()]);
}

async function holdsInAll(
  base: LoadedModel,
  sets: readonly (readonly TensorInfo[])[],
  signal: AbortSignal | undefined,
): Promise<boolean | undefined> {
  for (const tensors of sets) if (!(await areTensorsOf(base, tensors, signal))) return false;
  return sets.length > 0 ? true : undefined;
}

/** The same formula with parameters of the same shapes. */
function isOfOneKind(base: LoadedModel, suspect: LoadedModel): boolean {
  return (
    base.architecture === suspect.architecture &&
    base.parameters.length === suspect.parameters.length &&
    [...base.tensors].every(([name, tensor]) => {
      const other = suspect.tensors.get(name);
      return other?.shape.join() === tensor.shape.join();
    })
  );
}

function haveNames(base: LoadedModel, tensors: readonly TensorInfo[]): boolean {
  const names = new Set(tensors.map(({ name }) => name));
  return [...base.tensors.values()].every(({ name }) => names.has(name));
}

async function comparesTokenizer(dir: string, digest: string): Promise<boolean | undefined> {
  try {
    return (await digestTokenizer(dir)) === digest;
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    return undefined;
  }
}

/** The name of a model without the folder or the owner before it. */
function lastPart(name: string): string {
  return name.split(/[\\/]/).at(-1)!.toLowerCase();
}
