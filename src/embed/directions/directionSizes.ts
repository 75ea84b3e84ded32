import type { Parameter } from '../../engine/parameters';

/** The number of gradients from which ordinaryDirections learns how ordinary text acts, and of rows kept from each. */
export const readings = 16;
export const rowsOfReading = 16;
/** The most rows kept for one matrix. */
export const mostDirections = readings * rowsOfReading;

/** The sizes of a matrix, however it is stored: [out, in]. */
export function sizesOf({
  shape,
  isTransposed,
}: Pick<Parameter, 'shape' | 'isTransposed'>): [number, number] {
  const [rows, columns] = shape as [number, number];
  return isTransposed ? [columns, rows] : [rows, columns];
}
