import { type CandleTable, sliceCandles } from '../../domain/candles.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { RegimeModule } from '../../ports/learning-modules.ts';
import { expectSaved } from '../linear/saved.ts';
import { fitHmm, type HmmOptions } from './fit-hmm.ts';
import type { CovarianceKind } from './gaussian-densities.ts';
import { type GaussianHmm, HmmFilter } from './hmm.ts';
import { Hysteresis } from './hysteresis.ts';
import { nameStates } from './order-states.ts';

export interface GaussianRegimeOptions {
  readonly states: number;
  /** Candles that trend and volatility are taken over. */
  readonly period: number;
  readonly covariance: CovarianceKind;
  readonly restarts: number;
  /** Latest candles that it learns from. */
  readonly fitRows: number;
  /** Candles that another state must lead before it is named. */
  readonly minDwell: number;
  readonly seed: number;
}

/** Below this a deviation of log returns counts as this: the logarithm of a market that stands still would be infinite. */
const LEAST_DEVIATION = 1e-8;
/** Version of what is saved. */
const SAVED = 1;

/**
 * A Gaussian hidden Markov model of two columns, the mean log return over `period` candles and the logarithm of its deviation, as a regime
 * module. It learns from past candles and filters forward only. NaN until the first `period` returns are there.
 * @param learn another way to fit the states: `mixtureChain` forgets the state at every candle
 */
export function gaussianRegime(
  name: string,
  options: GaussianRegimeOptions,
  learn: (columns: readonly Float64Array[], options: HmmOptions) => GaussianHmm = (columns, o) =>
    fitHmm(columns, o).model,
): RegimeModule {
  const { states, period, covariance, restarts, fitRows, minDwell, seed } = options;
  let model: GaussianHmm | null = null;
  const fitted = (): GaussianHmm => {
    if (model !== null) return model;
    throw new TidegateError('REGIME_NOT_FITTED', `regime "${name}" has learned nothing yet`, {
      remedy: 'Fit it to past candles first; "adaptive" and "hurst" need no fit.',
    });
  };
  return {
    name,
    states: states === 2 ? ['calm', 'high-stress'] : states === 3 ? ['trend', 'chop', 'high-stress'] : numbered(states),
    fit(candles) {
      const columns = trendAndVolatility(
        sliceCandles(candles, Math.max(0, candles.length - fitRows), candles.length),
        period,
      );
      const known = columns.map((column) => column.subarray(Math.min(period, column.length)));
      const learned = learn(known, { states, covarianceKind: covariance, restarts, seed });
      model = nameStates(learned, { returnColumn: 0, volatilityColumn: 1 }).model;
    },
    advance(candles) {
      return filtered(fitted(), trendAndVolatility(candles, period), minDwell);
    },
    save() {
      const { start, transition, means, covariances, ...meta } = fitted();
      return { name, version: SAVED, meta, arrays: { start, transition, means, covariances } };
    },
    load(saved) {
      expectSaved(saved, name, SAVED, ['start', 'transition', 'means', 'covariances']);
      model = { ...saved.meta, ...saved.arrays } as unknown as GaussianHmm;
    },
  };
}

function filtered(model: GaussianHmm, [trend, volatility]: readonly [Float64Array, Float64Array], minDwell: number) {
  const length = trend.length;
  const state = new Float64Array(length).fill(Number.NaN);
  const probabilities = Array.from({ length: model.states }, () => new Float64Array(length).fill(Number.NaN));
  const filter = new HmmFilter(model);
  const holder = new Hysteresis({ enter: 1 / model.states, rows: minDwell });
  const row = new Float64Array(2);
  for (let i = 0; i < length; i++) {
    row[0] = trend[i]!;
    row[1] = volatility[i]!;
    if (Number.isNaN(row[0]) || Number.isNaN(row[1])) continue;
    const p = filter.step(row);
    for (let s = 0; s < model.states; s++) probabilities[s]![i] = p[s]!;
    state[i] = holder.step(p);
  }
  return { state, probabilities };
}

/** Mean and log deviation of log returns over `period` candles, in one pass; NaN before. */
function trendAndVolatility({ close, length }: CandleTable, period: number): readonly [Float64Array, Float64Array] {
  const trend = new Float64Array(length).fill(Number.NaN);
  const volatility = new Float64Array(length).fill(Number.NaN);
  const returns = new Float64Array(length);
  let sum = 0;
  let squares = 0;
  for (let i = 1; i < length; i++) {
    const r = Math.log(close[i]! / close[i - 1]!);
    returns[i] = r;
    sum += r;
    squares += r * r;
    if (i > period) {
      const old = returns[i - period]!;
      sum -= old;
      squares -= old * old;
    }
    if (i < period) continue;
    const mean = sum / period;
    trend[i] = mean;
    volatility[i] = Math.log(Math.max(LEAST_DEVIATION, Math.sqrt(Math.max(0, squares / period - mean * mean))));
  }
  return [trend, volatility];
}

function numbered(states: number): string[] {
  return Array.from({ length: states }, (_, k) => `state-${k + 1}`);
}
