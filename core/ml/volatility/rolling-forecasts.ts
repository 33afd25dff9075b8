import { TidegateError } from '../../foundation/errors.ts';
import type { VolatilityModel, VolatilityObservation } from './volatility-model.ts';

export interface RollingOptions {
  /** Rows that each fit sees. */
  readonly window: number;
  /** Rows between fits; in between the model is only shown each new row. */
  readonly refitEvery: number;
  /** Bars ahead (default 1). */
  readonly horizon?: number;
  /** Each fit sees all rows from the first on (default false: the last `window`). */
  readonly isAnchored?: boolean;
  /** Fits a model to rows [from, to); `previous` is the last one, to start from. */
  readonly fit: (from: number, to: number, previous: VolatilityModel | undefined) => VolatilityModel;
}

/**
 * Walks forward: out[t] is the variance of bar t as forecast `horizon` bars before, by a model fitted to rows before that moment only.
 * NaN for the first `window + horizon - 1` rows.
 * @throws TidegateError VOLATILITY_OPTION on a window longer than the data or steps that are not whole numbers
 */
export function rollingForecasts(rows: readonly VolatilityObservation[], options: RollingOptions): Float64Array {
  const { window, refitEvery, horizon = 1, isAnchored = false } = options;
  for (const [name, value] of Object.entries({ window, refitEvery, horizon }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new TidegateError('VOLATILITY_OPTION', `${name} is ${value}`, { remedy: 'Give a whole number from 1.' });
  if (window >= rows.length)
    throw new TidegateError('VOLATILITY_OPTION', `window ${window} leaves nothing to forecast of ${rows.length} rows`, {
      remedy: 'Give a shorter window, or more rows.',
    });
  const out = new Float64Array(rows.length).fill(Number.NaN);
  let model: VolatilityModel | undefined;
  for (let now = window; now + horizon - 1 < rows.length; now++) {
    if ((now - window) % refitEvery === 0) model = options.fit(isAnchored ? 0 : now - window, now, model);
    else model!.update(rows[now - 1]!);
    out[now + horizon - 1] = model!.forecast(horizon).variance[horizon - 1]!;
  }
  return out;
}
