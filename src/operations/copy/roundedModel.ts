import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { assertRoomFor } from '../../checkpoint/outputFolder';
import { bytesOfFloat, encodeTensor, type FloatDtype } from '../../checkpoint/weights/dtypes';
import type { TensorInfo } from '../../checkpoint/weights/safetensors';
import { readTensor, readTensorBytes } from '../../checkpoint/weights/tensorData';
import { throwIfCancelled } from '../../common/errors';
import { asDiskError } from '../../common/files';
import type { LoadedModel } from '../../engine/loadedModel';
import type { Parameter } from '../../engine/parameters';
import { isRounded, roundTensor, type RoundingBits } from '../../rehearse/rounding';

/** Every tensor begins at a multiple of this in the file, as mapped values of any type may. */
const alignmentBytes = 64;
/** Float32 values that are rounded at once. */
const roundedAtOnce = 1 << 24;

interface Rounding {
  readonly model: LoadedModel;
  readonly bits: RoundingBits;
  /** A folder for the file of weights, which is made if missing. Whoever gave it removes it. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A model with every matrix rounded as llama.cpp's `q8_0` or `q4_0` does it: blocks of 32 values along the input
 * dimension with one scale each (rehearse/rounding), embedding and output matrix included, as its `--pure` option
 * does. Norms, biases and matrices whose inputs do not come in whole blocks stay as they are.
 *
 * The weights are in one file without a header. Rounded values of models in 16 bits are stored as float16, whose
 * steps are far finer than those of 8 bits; bfloat16, whose steps are not, would round them a second time.
 * @throws UserError `disk-full`, `not-writable` and as readTensor; Cancelled.
 */
export async function writeRoundedModel(rounding: Rounding): Promise<LoadedModel> {
  const { model, folder, bits } = rounding;
  const path = join(folder, `rounded-to-${bits}-bits`);
  const places = placeTensors(model, path);
  try {
    await mkdir(folder, { recursive: true });
    const last = [...places.values()].at(-1)!;
    await assertRoomFor(last.offset + last.byteLength, path);
    const file = await open(path, 'w', 0o600);
    try {
      for (const parameter of model.parameters)
        await writeTensor(file, rounding, parameter, places.get(parameter.name)!);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw asDiskError(error, path);
  }
  return {
    ...model,
    tensors: places,
    weightFolder: folder,
    fileOf: () => `rounded-to-${bits}-bits`,
  };
}

/** Where each parameter will be, by its name, in the order of the parameters. */
function placeTensors({ parameters, tensors }: LoadedModel, path: string): Map<string, TensorInfo> {
  let end = 0;
  return new Map(
    parameters.map((parameter) => {
      const stored = tensors.get(parameter.name)!;
      const values = parameter.shape.reduce((product, size) => product * size, 1);
      const dtype = storedType(stored.dtype as FloatDtype, parameter);
      const offset = Math.ceil(end / alignmentBytes) * alignmentBytes;
      const byteLength = values * bytesOfFloat[dtype];
      end = offset + byteLength;
      return [parameter.name, { ...stored, dtype, path, offset, byteLength }];
    }),
  );
}

function storedType(dtype: FloatDtype, { shape, isTransposed }: Parameter): FloatDtype {
  return dtype === 'BF16' && isRounded(shape, isTransposed) ? 'F16' : dtype;
}

async function writeTensor(
  file: FileHandle,
  { model, bits, signal }: Rounding,
  { name, shape, isTransposed }: Parameter,
  { dtype, offset }: TensorInfo,
): Promise<void> {
  const stored = model.tensors.get(name)!;
  let position = offset;
  const append = async (bytes: Uint8Array): Promise<void> => {
    for (let done = 0; done < bytes.length;)
      done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
    position += bytes.length;
  };
  throwIfCancelled(signal);
  if (!isRounded(shape, isTransposed)) return append(await readTensorBytes(stored));
  for (const piece of cutTensor(stored, shape, isTransposed)) {
    throwIfCancelled(signal);
    const rounded = roundTensor(await readTensor(piece), piece.shape, bits, isTransposed);
    await append(encodeTensor(rounded, dtype as FloatDtype));
  }
}

/** Pieces of whole rows; a transposed tensor, whose blocks are along its columns, stays whole. */
function cutTensor(stored: TensorInfo, shape: readonly number[], isTransposed: boolean): TensorInfo[] {
  if (isTransposed) return [{ ...stored, shape }];
  const columns = shape.at(-1)!;
  const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const rowBytes = columns * bytesOfFloat[stored.dtype as FloatDtype];
  const rowsAtOnce = Math.max(1, Math.floor(roundedAtOnce / columns));
  return Array.from({ length: Math.ceil(rows / rowsAtOnce) }, (_, i) => {
    const first = i * rowsAtOnce;
    const count = Math.min(rowsAtOnce, rows - first);
    return {
      ...stored,
      shape: [count, columns],
      offset: stored.offset + first * rowBytes,
      byteLength: count * rowBytes,
    };
  });
}
