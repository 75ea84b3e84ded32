import { readExactly } from '../../checkpoint/byteRange';
import { openRegularFile } from '../../common/regularFile';
import { decodeTensor, isFloatDtype } from '../../checkpoint/weights/dtypes';
import type { TensorInfo } from '../../checkpoint/weights/safetensors';
import type { LoadedModel } from '../../engine/loadedModel';
import { visitMatrixRows } from '../matrixRows';

/** Rows of an embedding matrix by token id. */
export type Rows = ReadonlyMap<number, Float32Array>;

/** The embedding matrix of a model, [vocabulary, hidden]. */
export function embeddingOf({ architecture, tensors }: LoadedModel): TensorInfo | undefined {
  const matrix = tensors.get(architecture.tiedNames[0]);
  return matrix && isFloatDtype(matrix.dtype) ? matrix : undefined;
}

/**
 * Reads some rows of a matrix, [columns] each, in float32. Ids without a row are left out.
 * @throws UserError as openRegularFile.
 */
export async function readRows(matrix: TensorInfo, ids: Iterable<number>): Promise<Rows> {
  const rowBytes = matrix.byteLength / matrix.shape[0]!;
  const rows = new Map<number, Float32Array>();
  const file = await openRegularFile(matrix.path);
  try {
    for (const id of new Set(ids)) {
      if (id < 0 || id >= matrix.shape[0]!) continue;
      const bytes = new Uint8Array(rowBytes);
      await readExactly(file, matrix.path, bytes, matrix.offset + id * rowBytes);
      rows.set(id, decode(bytes, matrix));
    }
  } finally {
    await file.close();
  }
  return rows;
}

/** Columns that are compared where every row is compared with every other: enough to tell rows apart. */
const mostColumns = 256;

/**
 * For each wanted row the row of a matrix that is most like it, by the cosine of some of their columns, and
 * how much more than the second best. Reads the matrix once.
 * @throws UserError as openRegularFile; Cancelled.
 */
export async function findNearest(
  matrix: TensorInfo,
  wanted: Rows,
  signal?: AbortSignal,
): Promise<Map<number, Nearest>> {
  const stride = Math.max(1, Math.floor(matrix.shape[1]! / mostColumns));
  const units = [...wanted].map(([id, row]) => ({ id, unit: toUnit(thin(row, stride)) }));
  const found = new Map<number, Nearest>(units.map(({ id }) => [id, { id: -1, cosine: -1, lead: 0 }]));
  await visitMatrixRows(
    matrix,
    (values, row) => {
      const other = toUnit(thin(values, stride));
      for (const { id, unit } of units) found.set(id, better(found.get(id)!, row, product(unit, other)));
    },
    signal,
  );
  return found;
}

export interface Nearest {
  readonly id: number;
  readonly cosine: number;
  /** The cosine minus that of the next best row. */
  readonly lead: number;
}

function better(best: Nearest, id: number, cosine: number): Nearest {
  if (cosine > best.cosine) return { id, cosine, lead: cosine - best.cosine };
  return { ...best, lead: Math.min(best.lead, best.cosine - cosine) };
}

/** The cosine of two rows; 0 where either is empty or holds something that is no number. */
export function cosineOf(left: Float32Array, right: Float32Array): number {
  if (left.length !== right.length) return 0;
  const cosine = product(toUnit(left), toUnit(right));
  return Number.isFinite(cosine) ? cosine : 0;
}

/** One value of a row in every so many. */
function thin(row: Float32Array, stride: number): Float32Array {
  return stride === 1 ? row : row.filter((_, column) => column % stride === 0);
}

function product(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < left.length; i++) sum += left[i]! * right[i]!;
  return sum;
}

function toUnit(row: Float32Array): Float64Array {
  let squares = 0;
  for (const value of row) squares += value * value;
  const length = Math.sqrt(squares) || 1;
  return Float64Array.from(row, (value) => value / length);
}

function decode(bytes: Uint8Array, { dtype }: TensorInfo): Float32Array {
  return isFloatDtype(dtype) ? decodeTensor(bytes, dtype) : new Float32Array(0);
}

/** The ids of all rows of these matrices that hold something infinite or not a number. */
export async function findBrokenRows(
  matrices: readonly TensorInfo[],
  signal?: AbortSignal,
): Promise<ReadonlySet<number>> {
  const broken = new Set<number>();
  for (const matrix of matrices)
    await visitMatrixRows(
      matrix,
      (values, row) => {
        if (!values.every(Number.isFinite)) broken.add(row);
      },
      signal,
    );
  return broken;
}
