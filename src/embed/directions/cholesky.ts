/**
 * The inverse of the Cholesky factor L of a symmetric positive definite matrix [size, size], L Lᵀ = matrix:
 * lower triangular, row by row. Golub & Van Loan, "Matrix Computations", 4.2.5 and 3.1.1.
 */
export function inverseFactor(matrix: Float64Array, size: number): Float64Array {
  const factor = factorise(matrix, size);
  const inverse = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    const start = row * size;
    const pivot = factor[start + row]!;
    // Row by row: subtract the contributions of the rows above, then divide by the pivot.
    for (let k = 0; k < row; k++) {
      const share = factor[start + k]!;
      for (let column = 0; column <= k; column++)
        inverse[start + column]! -= share * inverse[k * size + column]!;
    }
    for (let column = 0; column < row; column++) inverse[start + column]! /= pivot;
    inverse[start + row] = 1 / pivot;
  }
  return inverse;
}

function factorise(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column <= row; column++) {
      const [a, b] = [row * size, column * size];
      let rest = matrix[a + column]!;
      for (let k = 0; k < column; k++) rest -= factor[a + k]! * factor[b + k]!;
      factor[a + column] = row === column ? Math.sqrt(rest) : rest / factor[b + column]!;
    }
  return factor;
}
