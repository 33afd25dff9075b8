/** Exponential mean seeded with the first value: e_0 = x_0; e_t = a·x_t + (1-a)·e_(t-1), a = 2/(n+1). */
export function emaOf(xs: Float64Array, n: number): Float64Array {
  const out = new Float64Array(xs.length);
  const a = 2 / (n + 1);
  let mean = xs[0] ?? Number.NaN;
  for (let i = 0; i < xs.length; i++) {
    mean = i === 0 ? xs[i]! : a * xs[i]! + (1 - a) * mean;
    out[i] = mean;
  }
  return out;
}

/** Wilder's relative strength index, first value at index n; 0 where nothing moved. */
export function rsiOf(xs: Float64Array, n: number): Float64Array {
  const out = new Float64Array(xs.length).fill(Number.NaN);
  let up = 0;
  let down = 0;
  for (let i = 1; i < xs.length; i++) {
    const change = xs[i]! - xs[i - 1]!;
    const gain = Math.max(change, 0);
    const loss = Math.max(-change, 0);
    if (i <= n) {
      up += gain / n;
      down += loss / n;
    } else {
      up = (up * (n - 1) + gain) / n;
      down = (down * (n - 1) + loss) / n;
    }
    if (i >= n) out[i] = up + down === 0 ? 0 : (100 * up) / (up + down);
  }
  return out;
}

/** Mean and population standard deviation of the last n values, NaN for the first n - 1. */
export function meanAndDeviation(xs: Float64Array, n: number): { mean: Float64Array; deviation: Float64Array } {
  const mean = new Float64Array(xs.length).fill(Number.NaN);
  const deviation = new Float64Array(xs.length).fill(Number.NaN);
  for (let i = n - 1; i < xs.length; i++) {
    let sum = 0;
    for (let k = i - n + 1; k <= i; k++) sum += xs[k]!;
    const middle = sum / n;
    let squares = 0;
    for (let k = i - n + 1; k <= i; k++) squares += (xs[k]! - middle) ** 2;
    mean[i] = middle;
    deviation[i] = Math.sqrt(squares / n);
  }
  return { mean, deviation };
}

/** Highest (sign 1) or lowest (sign -1) of the n values before each one, NaN until there are n. */
export function extremeBefore(xs: Float64Array, n: number, sign: 1 | -1): Float64Array {
  const out = new Float64Array(xs.length).fill(Number.NaN);
  for (let i = n; i < xs.length; i++) {
    let best = xs[i - n]!;
    for (let k = i - n + 1; k < i; k++) if ((xs[k]! - best) * sign > 0) best = xs[k]!;
    out[i] = best;
  }
  return out;
}
