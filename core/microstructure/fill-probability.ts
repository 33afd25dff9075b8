import { requirePositive } from './state.ts';

/**
 * Probability that a resting order fills within a time: trades that hit its price arrive as a Poisson stream whose sizes add up, so that
 * the volume in `horizonMs` is taken as gamma-distributed with the observed mean rate and dispersion; the order is filled when the volume
 * exceeds what stands ahead of it and itself. For the touch only: deeper orders wait for the price to come first.
 * @param ahead base units before the order; `size` its own
 * @param volumePerMs mean traded volume per ms on that side
 * @param meanTradeSize base units; sets the dispersion
 * @returns 0..1; 1 when nothing is needed, NaN when a rate is not above 0
 */
export function fillProbability(options: {
  readonly ahead: number;
  readonly size: number;
  readonly volumePerMs: number;
  readonly meanTradeSize: number;
  readonly horizonMs: number;
}): number {
  const { ahead, size, volumePerMs, meanTradeSize } = options;
  const horizonMs = requirePositive('horizonMs', options.horizonMs);
  if (!(volumePerMs > 0) || !(meanTradeSize > 0)) return Number.NaN;
  const needed = Math.max(0, ahead) + size;
  if (needed <= 0) return 1;
  // Compound Poisson with exponential sizes: mean m, variance 2 m s; the gamma of the same two has shape m / 2s and scale 2s.
  const mean = volumePerMs * horizonMs;
  return 1 - lowerGamma(mean / (2 * meanTradeSize), needed / (2 * meanTradeSize));
}

/** Regularised lower incomplete gamma P(a, x): series below a + 1, Lentz's continued fraction above (Press et al., Numerical Recipes, 6.2). */
function lowerGamma(a: number, x: number): number {
  if (x <= 0) return 0;
  const front = Math.exp(-x + a * Math.log(x) - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 1000 && term > sum * 1e-15; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return Math.min(1, sum * front);
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 1000; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b || 1e-300);
    c = b + an / c || 1e-300;
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return 1 - front * h;
}

/** ln Γ(x), x > 0 (Lanczos, g = 7, nine terms). */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const terms = [
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
    -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  let sum = 0.99999999999980993;
  for (let i = 0; i < terms.length; i++) sum += terms[i]! / (x + i);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}
