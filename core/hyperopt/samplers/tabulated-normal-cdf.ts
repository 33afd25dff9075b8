import { normalCdf, normalDensity } from '../../foundation/normal.ts';

const REACH = 9;
const STEPS = 2304;
const WIDTH = (2 * REACH) / STEPS;
let values: Float64Array | undefined;
let slopes: Float64Array | undefined;

/**
 * Standard normal distribution function from a table with cubic Hermite interpolation: within 1e-11 of the exact value, ten times faster.
 * For densities that are compared, not for probabilities that are reported.
 */
export function tabulatedNormalCdf(x: number): number {
  if (x <= -REACH) return 0;
  if (x >= REACH) return 1;
  if (!values || !slopes) {
    values = Float64Array.from({ length: STEPS + 2 }, (_, i) => normalCdf(-REACH + i * WIDTH));
    slopes = Float64Array.from({ length: STEPS + 2 }, (_, i) => normalDensity(-REACH + i * WIDTH) * WIDTH);
  }
  const at = (x + REACH) / WIDTH;
  const i = Math.floor(at);
  const t = at - i;
  const a = values[i]!;
  const b = values[i + 1]!;
  const u = slopes[i]!;
  const v = slopes[i + 1]!;
  return a + t * (u + t * (3 * (b - a) - 2 * u - v + t * (2 * (a - b) + u + v)));
}
