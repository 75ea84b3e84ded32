import { bytesOfFloat, encodeTensor, type FloatDtype } from '../../checkpoint/weights/dtypes';
import type { TensorInfo } from '../../checkpoint/weights/safetensors';
import { readTensor, readTensorBytes } from '../../checkpoint/weights/tensorData';
import type { LoadedModel } from '../../engine/loadedModel';
import type { Parameter } from '../../engine/parameters';
import { isRounded, roundTensor, type RoundingBits } from '../../rehearse/weights/rounding';
import { writeLooseModel } from './looseModel';

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
 * dimension with one scale each (rehearse/weights/rounding), embedding and output matrix included, as its `--pure`
 * option does. Norms, biases and matrices whose inputs do not come in whole blocks stay as they are.
 *
 * Rounded values of models in 16 bits are stored as float16, whose steps are far finer than those of 8 bits;
 * bfloat16, whose steps are not, would round them a second time.
 * @throws UserError as writeLooseModel and readTensor; Cancelled.
 */
export async function writeRoundedModel(rounding: Rounding): Promise<LoadedModel> {
  const { model, bits } = rounding;
  const typeOf = (parameter: Parameter): FloatDtype =>
    storedType(model.tensors.get(parameter.name)!.dtype as FloatDtype, parameter);
  return writeLooseModel({
    ...rounding,
    fileName: `rounded-to-${bits}-bits`,
    typeOf,
    bytesOf: (parameter) => encodeRounded(rounding, parameter, typeOf(parameter)),
  });
}

function storedType(dtype: FloatDtype, { shape, isTransposed }: Parameter): FloatDtype {
  return dtype === 'BF16' && isRounded(shape, isTransposed) ? 'F16' : dtype;
}

async function* encodeRounded(
  { model, bits }: Rounding,
  { name, shape, isTransposed }: Parameter,
  dtype: FloatDtype,
): AsyncGenerator<Uint8Array> {
  const stored = model.tensors.get(name)!;
  if (!isRounded(shape, isTransposed)) {
    yield await readTensorBytes(stored);
    return;
  }
  for (const piece of cutTensor(stored, shape, isTransposed))
    yield encodeTensor(roundTensor(await readTensor(piece), piece.shape, bits, isTransposed), dtype);
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
