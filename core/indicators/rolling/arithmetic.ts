/** a / b, or `fallback` (default 0) where b is 0, so that a standstill gives a number and never an infinity. */
export function ratio(a: number, b: number, fallback = 0): number {
  return b === 0 ? fallback : a / b;
}

/** A value cut to -limit..limit; NaN stays. */
export function within(value: number, limit: number): number {
  const upper = limit < value ? limit : value;
  return -limit > upper ? -limit : upper;
}

/** ln(a / b); 0 unless both are positive. */
export function logRatio(a: number, b: number): number {
  return a > 0 && b > 0 ? Math.log(a / b) : 0;
}
