const INVERSE_SQRT_2PI = 0.3989422804014327;

/** Density of the standard normal distribution at `x`. */
export function normalDensity(x: number): number {
  return INVERSE_SQRT_2PI * Math.exp(-0.5 * x * x);
}

/**
 * Probability that a standard normal variable is below `x`, to about 1e-15, relatively so in the lower tail.
 * Near the centre the Taylor series of Marsaglia (Evaluating the Normal Distribution, 2004), further out Laplace's continued fraction.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  const distance = Math.abs(x);
  if (distance > 38.5) return x < 0 ? 0 : 1;
  const tail = distance < 3 ? 0.5 - centre(distance) : farTail(distance);
  return x < 0 ? tail : 1 - tail;
}

function centre(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; term > 1e-17 * sum; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return normalDensity(x) * sum;
}

/** density / (x + 1/(x + 2/(x + 3/…))), evaluated from the inside out: 60 levels are enough from 3 on. */
function farTail(x: number): number {
  let fraction = x;
  for (let k = 60; k >= 1; k--) fraction = x + k / fraction;
  return normalDensity(x) / fraction;
}

/**
 * The `x` with `normalCdf(x) = p`: the approximation 26.2.23 of Abramowitz and Stegun, polished by Halley's method.
 * @returns NaN outside (0, 1)
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return Number.NaN;
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  let x = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 3; step++) {
    const error = (normalCdf(x) - p) / normalDensity(x);
    x -= error / (1 + 0.5 * x * error);
  }
  return x;
}
