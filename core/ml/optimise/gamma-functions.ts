/** Natural logarithm of the gamma function for x > 0, to about 1e-15 relative: shifted to x >= 12, then Stirling's series. */
export function logGamma(x: number): number {
  let shift = 1;
  while (x < 12) {
    shift *= x;
    x += 1;
  }
  const inverse = 1 / x;
  const q = inverse * inverse;
  const series =
    inverse * (1 / 12 - q * (1 / 360 - q * (1 / 1260 - q * (1 / 1680 - q * (1 / 1188 - q * (691 / 360360))))));
  return (x - 0.5) * Math.log(x) - x + 0.9189385332046727 + series - Math.log(shift);
}

/** Derivative of `logGamma` (digamma) for x > 0, to about 1e-15. */
export function digamma(x: number): number {
  let shift = 0;
  while (x < 12) {
    shift += 1 / x;
    x += 1;
  }
  const q = 1 / (x * x);
  const series = q * (1 / 12 - q * (1 / 120 - q * (1 / 252 - q * (1 / 240 - q * (1 / 132 - q * (691 / 32760))))));
  return Math.log(x) - 0.5 / x - series - shift;
}
