import type { Parameter } from '../../engine/loadedModel';

/** Gradients from which ordinaryDirections takes what ordinary text uses, and rows of each that are kept. */
export const readings = 16;
export const rowsOfReading = 16;
/** Rows that stand for a matrix, at most. */
export const mostDirections = readings * rowsOfReading;

/** Of a matrix, however it is stored: [out, in]. */
export function sizesOf({
  shape,
  isTransposed,
}: Pick<Parameter, 'shape' | 'isTransposed'>): [number, number] {
  const [rows, columns] = shape as [number, number];
  return isTransposed ? [columns, rows] : [rows, columns];
}
