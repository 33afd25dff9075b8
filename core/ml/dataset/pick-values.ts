/** The values of a column at `rows`, in their order. A loop: `Float64Array.from` with a function takes ten times as long. */
export function pickValues(column: Float64Array, rows: ArrayLike<number>): Float64Array {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = column[rows[i]!]!;
  return out;
}
