/** Multiplies gradient and hessian of each row, held in pairs, by its weight. */
export function weighGradients(gh: Float64Array, weights: Float64Array, rows: number): void {
  for (let i = 0; i < rows; i++) {
    gh[2 * i]! *= weights[i]!;
    gh[2 * i + 1]! *= weights[i]!;
  }
}
