/** Count, mean, deviations and shape of a sample. Deviations are exactly 0 where all values are equal up to rounding. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Divided by n - 1; NaN below two values. */
  readonly sampleDeviation: number;
  /** Divided by n. */
  readonly populationDeviation: number;
  /** Third standardised population moment; NaN without deviation. */
  readonly skewness: number;
  /** Fourth standardised population moment (3 for a normal sample, not excess); NaN without deviation. */
  readonly kurtosis: number;
}

/**
 * Mean, deviations, skewness and kurtosis in two passes, so that a large mean does not cancel the deviation.
 * A spread below 1e-12 of the largest value is rounding, not risk: it counts as none, so that ratios become NaN instead of huge.
 */
export function moments(values: ArrayLike<number>): Moments {
  const count = values.length;
  let sum = 0;
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    sum += value;
    if (value > largest) largest = value;
    else if (-value > largest) largest = -value;
  }
  const mean = sum / count;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let i = 0; i < count; i++) {
    const d = values[i]! - mean;
    const square = d * d;
    second += square;
    third += square * d;
    fourth += square * square;
  }
  const variance = second / count;
  const isFlat = Math.sqrt(variance) <= 1e-12 * largest;
  const populationDeviation = isFlat ? 0 : Math.sqrt(variance);
  return {
    count,
    mean,
    populationDeviation,
    sampleDeviation: count < 2 ? Number.NaN : isFlat ? 0 : Math.sqrt(second / (count - 1)),
    skewness: isFlat ? Number.NaN : third / count / (variance * populationDeviation),
    kurtosis: isFlat ? Number.NaN : fourth / count / (variance * variance),
  };
}

/** `a / b`, or NaN where that would be infinite or undefined. */
export function ratio(a: number, b: number): number {
  const value = a / b;
  return b === 0 || !Number.isFinite(value) ? Number.NaN : value;
}

/** Sum in order. */
export function total(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}
