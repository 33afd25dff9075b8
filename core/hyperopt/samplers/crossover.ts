import type { Rng } from '../../foundation/rng.ts';
import type { Space } from '../space/space.ts';

export interface VariationOptions {
  /** Chance that a child mixes two parents instead of copying one. */
  readonly crossoverRate: number;
  /** Chance that each coordinate is changed after mixing; null = 1 / number of active dimensions. */
  readonly mutationRate: number | null;
}

/**
 * A child of two parents in the unit cube: uniform crossover (each coordinate from either parent), then mutation, half of the time a fresh
 * uniform value and half of the time polynomial mutation with index 20 (Deb and Goyal 1996) of an ordered coordinate.
 * Coordinates that neither parent has are drawn afresh.
 */
export function child(
  space: Space,
  a: Float64Array,
  b: Float64Array,
  options: VariationOptions,
  rng: Rng,
): Float64Array {
  const { dims } = space;
  const isMixed = rng.next() < options.crossoverRate;
  const unit = new Float64Array(dims.length);
  for (let d = 0; d < dims.length; d++) {
    const isFromB = isMixed && rng.next() < 0.5;
    const [first, second] = isFromB ? [b[d]!, a[d]!] : [a[d]!, b[d]!];
    unit[d] = Number.isNaN(first) ? (Number.isNaN(second) ? rng.next() : second) : first;
  }
  const active = space.snap(unit).reduce((n, u) => n + (Number.isNaN(u) ? 0 : 1), 0);
  const rate = options.mutationRate ?? 1 / Math.max(1, active);
  for (let d = 0; d < dims.length; d++) {
    if (rng.next() >= rate) continue;
    const isLocal = !dims[d]!.isCategorical && rng.next() < 0.5;
    unit[d] = isLocal ? polynomialMutation(unit[d]!, rng.next(), 20) : rng.next();
  }
  return unit;
}

/** Bounded polynomial mutation on [0, 1]: small moves are likely, the ends are never passed. */
function polynomialMutation(x: number, u: number, index: number): number {
  const power = 1 / (index + 1);
  const move =
    u < 0.5
      ? (2 * u + (1 - 2 * u) * (1 - x) ** (index + 1)) ** power - 1
      : 1 - (2 * (1 - u) + 2 * (u - 0.5) * x ** (index + 1)) ** power;
  return Math.min(1, Math.max(0, x + move));
}
