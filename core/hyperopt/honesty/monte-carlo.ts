import { type Rng, seeded } from '../../foundation/rng.ts';
import { maxDrawdown } from '../../metrics/max-drawdown.ts';
import { percentile, sorted } from '../../metrics/percentile.ts';
import { automaticBlock, stationaryIndices } from './stationary-bootstrap.ts';

export interface MonteCarloOptions {
  readonly resamples?: number;
  readonly seed?: string | number;
  /** Drawdown (fraction, positive) whose probability is counted as ruin. Default 0.5. */
  readonly ruin?: number;
}

/** Spread of a quantity over resamples. */
export interface Interval {
  readonly mean: number;
  readonly p5: number;
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
  readonly p95: number;
}

/** What the same edge could have looked like. Returns as fractions; drawdowns negative. */
export interface MonteCarlo {
  readonly resamples: number;
  readonly totalReturn: Interval;
  readonly maxDrawdown: Interval;
  /** Share of resamples that lost money, and that fell by `ruin` or more from a peak. */
  readonly lossProbability: number;
  readonly ruinProbability: number;
}

/**
 * Trades drawn with replacement and applied one after another: how much the order and the luck of the draw decide.
 * @param ratios profit of each trade as a fraction of the equity before it
 */
export function monteCarloTrades(ratios: ArrayLike<number>, options: MonteCarloOptions = {}): MonteCarlo {
  return simulate(ratios, options, 'trades', (index, rng) => {
    for (let i = 0; i < index.length; i++) index[i] = rng.int(index.length);
  });
}

/** The same trades in other orders: the total stays, drawdowns differ. */
export function shuffleTrades(ratios: ArrayLike<number>, options: MonteCarloOptions = {}): MonteCarlo {
  return simulate(ratios, options, 'shuffle', (index, rng) => {
    for (let i = 0; i < index.length; i++) index[i] = i;
    for (let i = index.length - 1; i > 0; i--) {
      const j = rng.int(i + 1);
      [index[i], index[j]] = [index[j]!, index[i]!];
    }
  });
}

/**
 * Paths made of blocks of the equity's own returns (stationary bootstrap), which keeps streaks and volatility clusters.
 * @param returns per period, as fractions
 * @param meanBlock mean block length; chosen from the data where not given
 */
export function monteCarloPaths(
  returns: ArrayLike<number>,
  options: MonteCarloOptions & { readonly meanBlock?: number } = {},
): MonteCarlo {
  const meanBlock = options.meanBlock ?? automaticBlock(returns);
  return simulate(returns, options, 'paths', (index, rng) => stationaryIndices(index.length, meanBlock, rng, index));
}

function simulate(
  returns: ArrayLike<number>,
  options: MonteCarloOptions,
  name: string,
  fill: (index: Int32Array<ArrayBuffer>, rng: Rng) => void,
): MonteCarlo {
  const { resamples = 1000, seed = 0, ruin = 0.5 } = options;
  const rng = seeded(seed).fork(name);
  const index = new Int32Array(returns.length);
  const curve = new Float64Array(returns.length);
  const totals = new Float64Array(resamples);
  const drawdowns = new Float64Array(resamples);
  let losses = 0;
  let ruins = 0;
  for (let b = 0; b < resamples; b++) {
    fill(index, rng);
    let equity = 1;
    for (let i = 0; i < index.length; i++) {
      // Nothing grows back from zero.
      equity *= Math.max(0, 1 + returns[index[i]!]!);
      curve[i] = equity;
    }
    totals[b] = equity - 1;
    drawdowns[b] = maxDrawdown(curve, 1);
    if (equity < 1) losses++;
    if (-drawdowns[b]! >= ruin) ruins++;
  }
  return {
    resamples,
    totalReturn: intervalOf(totals),
    maxDrawdown: intervalOf(drawdowns),
    lossProbability: losses / resamples,
    ruinProbability: ruins / resamples,
  };
}

/** Mean and percentiles (linear interpolation). */
export function intervalOf(values: ArrayLike<number>): Interval {
  const ascending = sorted(values);
  let sum = 0;
  for (const v of ascending) sum += v;
  return {
    mean: sum / ascending.length,
    p5: percentile(ascending, 0.05),
    p25: percentile(ascending, 0.25),
    median: percentile(ascending, 0.5),
    p75: percentile(ascending, 0.75),
    p95: percentile(ascending, 0.95),
  };
}
