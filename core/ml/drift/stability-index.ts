import { TidegateError } from '../../foundation/errors.ts';
import { percentile, sorted } from '../../metrics/percentile.ts';

/** A feature's distribution at training time, to hold later rows against. */
export interface ReferenceBins {
  /** Inner bounds of the bins, ascending. */
  readonly bounds: Float64Array;
  /** Share of the reference rows in each bin; the last share is that of missing values. */
  readonly shares: Float64Array;
}

/** Quantile bins of a reference column; equal bounds are merged, NaN is a bin of its own. @throws TidegateError DRIFT_DATA without values */
export function referenceBins(column: ArrayLike<number>, bins = 10): ReferenceBins {
  const values = sorted(Float64Array.from(column).filter((v) => !Number.isNaN(v)));
  if (values.length === 0)
    throw new TidegateError('DRIFT_DATA', `the reference column has no values in ${column.length} rows`, {
      remedy: 'Use training rows.',
    });
  const cuts = Array.from({ length: bins - 1 }, (_, b) => percentile(values, (b + 1) / bins));
  const bounds = Float64Array.from(new Set(cuts.filter((cut) => cut > values[0]!)));
  return { bounds, shares: binShares(column, bounds) };
}

/**
 * Population stability index of a column against its reference: Σ (p - q) ln(p / q) over bins, shares kept off 0 by 1e-4. Below 0.1
 * nothing moved, above 0.25 much did. @throws TidegateError DRIFT_DATA on no rows
 */
export function stabilityIndex({ bounds, shares }: ReferenceBins, column: ArrayLike<number>): number {
  if (column.length === 0)
    throw new TidegateError('DRIFT_DATA', 'there are no rows to compare', { remedy: 'Give at least one row.' });
  const now = binShares(column, bounds);
  return now.reduce((sum, share, b) => {
    const p = Math.max(share, 1e-4);
    const q = Math.max(shares[b]!, 1e-4);
    return sum + (p - q) * Math.log(p / q);
  }, 0);
}

function binShares(column: ArrayLike<number>, bounds: Float64Array): Float64Array {
  const out = new Float64Array(bounds.length + 2);
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    let bin = 0;
    if (Number.isNaN(value)) bin = bounds.length + 1;
    else while (bin < bounds.length && value >= bounds[bin]!) bin++;
    out[bin]! += 1 / column.length;
  }
  return out;
}
