import { normalDensity, normalQuantile } from '../foundation/normal.ts';
import { moments, ratio } from './moments.ts';
import { percentile, sorted } from './percentile.ts';

/** What a bad period costs, as a (negative) fraction, from past returns and from a normal distribution with their moments. */
export interface TailRisk {
  /** The return that one period in twenty falls below. */
  readonly var95: number;
  /** Mean of the floor((n - 1) · 5 %) + 1 smallest returns. */
  readonly cvar95: number;
  readonly gaussianVar95: number;
  readonly gaussianCvar95: number;
  /** |95th percentile| / |5th percentile|: above 1 when good periods outweigh bad ones. NaN when the 5th is 0. */
  readonly tailRatio: number;
}

/** Value at risk and expected shortfall at 95 %, and the tail ratio. All NaN for no returns. */
export function tailRisk(returns: ArrayLike<number>, level = 0.05): TailRisk {
  const ascending = sorted(returns);
  const low = percentile(ascending, level);
  const worst = ascending.subarray(0, Math.floor((ascending.length - 1) * level) + 1);
  const { mean, sampleDeviation } = moments(returns);
  const z = normalQuantile(level);
  return {
    var95: low,
    cvar95: moments(worst).mean,
    gaussianVar95: mean + z * sampleDeviation,
    gaussianCvar95: mean - (sampleDeviation * normalDensity(z)) / level,
    tailRatio: ratio(Math.abs(percentile(ascending, 1 - level)), Math.abs(low)),
  };
}
