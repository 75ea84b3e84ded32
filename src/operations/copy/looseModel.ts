import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { assertRoomFor } from '../../checkpoint/outputFolder';
import { bytesOfFloat, type FloatDtype } from '../../checkpoint/weights/dtypes';
import type { TensorInfo } from '../../checkpoint/weights/safetensors';
import { throwIfCancelled } from '../../common/errors';
import { asDiskError } from '../../common/files';
import type { LoadedModel } from '../../engine/loadedModel';
import type { Parameter } from '../../engine/parameters';

/** Every tensor begins at a multiple of this in the file, as mapped values of any type may. */
const alignmentBytes = 64;

interface LooseModel {
  /** The model whose weights are written differently. */
  readonly model: LoadedModel;
  /** A folder for the file of weights, which is made if missing. Whoever gave it removes it. */
  readonly folder: string;
  readonly fileName: string;
  readonly typeOf: (parameter: Parameter) => FloatDtype;
  /** The parameter's bytes in that type, in pieces. */
  readonly bytesOf: (parameter: Parameter) => AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
  /** Called as bytes are written, with the share written so far, 0 to 1. */
  readonly onShare?: (share: number) => void;
}

/**
 * A model with other weights, which are in one file without a header.
 * @throws UserError `disk-full`, `not-writable`, and what `bytesOf` throws; Cancelled.
 */
export async function writeLooseModel(loose: LooseModel): Promise<LoadedModel> {
  const { model, folder, fileName, bytesOf, signal, onShare } = loose;
  const path = join(folder, fileName);
  const places = placeTensors(loose, path);
  const last = [...places.values()].at(-1)!;
  const neededBytes = last.offset + last.byteLength;
  try {
    await mkdir(folder, { recursive: true });
    await assertRoomFor(neededBytes, path);
    const file = await open(path, 'w', 0o600);
    try {
      for (const parameter of model.parameters) {
        let position = places.get(parameter.name)!.offset;
        for await (const bytes of bytesOf(parameter)) {
          throwIfCancelled(signal);
          for (let done = 0; done < bytes.length;)
            done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
          position += bytes.length;
          onShare?.(position / neededBytes);
        }
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw asDiskError(error, path);
  }
  return { ...model, tensors: places, weightFolder: folder, fileOf: () => fileName };
}

/** Where each parameter will be, by its name, in the order of the parameters. */
function placeTensors({ model, typeOf }: LooseModel, path: string): Map<string, TensorInfo> {
  let end = 0;
  return new Map(
    model.parameters.map((parameter) => {
      const values = parameter.shape.reduce((product, size) => product * size, 1);
      const dtype = typeOf(parameter);
      const offset = Math.ceil(end / alignmentBytes) * alignmentBytes;
      const byteLength = values * bytesOfFloat[dtype];
      end = offset + byteLength;
      return [parameter.name, { ...model.tensors.get(parameter.name)!, dtype, path, offset, byteLength }];
    }),
  );
}
