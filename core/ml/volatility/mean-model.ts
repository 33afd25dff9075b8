import { TidegateError } from '../../foundation/errors.ts';
import { leastSquares } from '../optimise/least-squares.ts';
import type { MeanSpec } from './garch-spec.ts';

/** The mean equation as a regression: `y` are the returns from the first row whose lags are known, `columns` the regressors. */
export interface MeanDesign {
  readonly y: Float64Array;
  readonly columns: readonly Float64Array[];
  /** Rows dropped at the start for want of lags. */
  readonly dropped: number;
}

/** Returns that must precede a row before its mean is known. */
export function meanLookback(mean: MeanSpec): number {
  return mean.kind === 'zero' || mean.kind === 'constant' ? 0 : Math.max(...mean.lags);
}

/** Builds the regression. @throws TidegateError VOLATILITY_OPTION on lags that are not whole numbers from 1 */
export function meanDesign(mean: MeanSpec, returns: Float64Array): MeanDesign {
  if (mean.kind === 'zero') return { y: returns, columns: [], dropped: 0 };
  if (
    mean.kind !== 'constant' &&
    !(mean.lags.length > 0 && mean.lags.every((lag) => Number.isInteger(lag) && lag >= 1))
  )
    throw new TidegateError('VOLATILITY_OPTION', `mean lags are [${mean.lags}]`, {
      remedy: 'Give whole numbers from 1, such as [1, 5, 22].',
    });
  const dropped = meanLookback(mean);
  const rows = Math.max(0, returns.length - dropped);
  const y = returns.subarray(dropped);
  const ones = new Float64Array(rows).fill(1);
  if (mean.kind === 'constant') return { y, columns: [ones], dropped };
  const columns = mean.lags.map((lag) =>
    Float64Array.from({ length: rows }, (_, i) => lagged(mean.kind, lag, returns, i + dropped)),
  );
  return { y, columns: [ones, ...columns], dropped };
}

function lagged(kind: 'ar' | 'har', lag: number, returns: ArrayLike<number>, at: number): number {
  if (kind === 'ar') return returns[at - lag]!;
  let sum = 0;
  for (let k = 1; k <= lag; k++) sum += returns[at - k]!;
  return sum / lag;
}

/** Mean of the return after the last of `history` (which must hold the lookback). */
export function nextMean(mean: MeanSpec, coefficients: ArrayLike<number>, history: ArrayLike<number>): number {
  if (mean.kind === 'zero') return 0;
  let value = coefficients[0]!;
  if (mean.kind === 'constant') return value;
  for (const [k, lag] of mean.lags.entries())
    value += coefficients[k + 1]! * lagged(mean.kind, lag, history, history.length);
  return value;
}

/** Least-squares coefficients of the mean. */
export function firstMean(design: MeanDesign): Float64Array {
  if (design.columns.length === 0) return new Float64Array(0);
  return leastSquares(design.columns, design.y).coefficients;
}

/** Writes y - columns · coefficients to `out`. */
export function residualsInto(design: MeanDesign, coefficients: ArrayLike<number>, out: Float64Array): void {
  const { y, columns } = design;
  out.set(y);
  for (let j = 0; j < columns.length; j++) {
    const column = columns[j]!;
    const c = coefficients[j]!;
    for (let t = 0; t < out.length; t++) out[t]! -= c * column[t]!;
  }
}
