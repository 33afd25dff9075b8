/** Pearson correlations of columns, row by row; 1 on the diagonal. */
export function pearsonMatrix(columns: readonly ArrayLike<number>[]): number[][] {
  const scaled = columns.map((column) => {
    const n = column.length;
    let mean = 0;
    for (let i = 0; i < n; i++) mean += column[i]!;
    mean /= n;
    let squares = 0;
    for (let i = 0; i < n; i++) squares += (column[i]! - mean) ** 2;
    const length = Math.sqrt(squares);
    return Float64Array.from({ length: n }, (_, i) => (column[i]! - mean) / length);
  });
  return scaled.map((a, i) =>
    scaled.map((b, j) => {
      if (i === j) return 1;
      let sum = 0;
      for (let t = 0; t < a.length; t++) sum += a[t]! * b[t]!;
      return Math.max(-1, Math.min(1, sum));
    }),
  );
}

/** Spearman correlations: Pearson's of the ranks, equal values sharing their mean rank. */
export function spearmanMatrix(columns: readonly ArrayLike<number>[]): number[][] {
  return pearsonMatrix(columns.map(ranks));
}

/** Ranks from 1; equal values share their mean rank. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Int32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const out = new Float64Array(values.length);
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j < order.length && values[order[j]!] === values[order[i]!]) j++;
    for (let k = i; k < j; k++) out[order[k]!] = (i + j + 1) / 2;
    i = j;
  }
  return out;
}
